import type { Kube } from "./kube";

/** One object of the API server: enough to count it and to say whose it is, and no content. */
export interface Item {
  /** Plural of the kind, with the group where that is not the core one: `pods`, `deployments.apps`. */
  readonly kind: string;
  /** Undefined for objects of the whole cluster. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  /** True when another object owns it, so that it goes with that one. */
  readonly owned: boolean;
  /** For a volume: the claim it belongs or belonged to, as `namespace/name`. */
  readonly claim?: string;
}

export interface Inventory {
  /** Every kind that can be listed, whether there are any or not. */
  readonly kinds: readonly string[];
  readonly items: readonly Item[];
}

interface Resource {
  readonly kind: string;
  readonly path: string;
}

interface Discovery {
  readonly items: readonly {
    readonly metadata?: { readonly name?: string };
    readonly versions?: readonly {
      readonly version: string;
      readonly resources?: readonly { readonly resource: string; readonly verbs: readonly string[] }[];
    }[];
  }[];
}

interface Metadata {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly labels?: Record<string, string>;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly spec?: { readonly claimRef?: { readonly namespace?: string; readonly name?: string } };
}

const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
const METADATA_ONLY = "application/json;g=meta.k8s.io;v=v1;as=PartialObjectMetadataList";
/** Requests at a time. */
const WIDTH = 12;

/**
 * Every object of every kind that the API server can list, once each: an object that is served by two groups counts once.
 * @throws Error when a kind cannot be listed: a count that leaves something out proves nothing
 */
export async function takeInventory(kube: Kube): Promise<Inventory> {
  const [core, groups] = await Promise.all([kube.get<Discovery>("/api", DISCOVERY), kube.get<Discovery>("/apis", DISCOVERY)]);
  const resources = [...listable(core), ...listable(groups)];
  const items = new Map<string, Item>();
  const queue = [...resources];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const item of await list(kube, next)) if (!items.has(item.uid)) items.set(item.uid, item);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, worker));
  return { kinds: resources.map(({ kind }) => kind).sort(), items: [...items.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

/** Each kind in its preferred version: discovery names versions in that order. */
function listable(discovery: Discovery): Resource[] {
  const found = new Map<string, Resource>();
  for (const { metadata, versions = [] } of discovery.items) {
    const group = metadata?.name ?? "";
    for (const { version, resources = [] } of versions) {
      for (const { resource, verbs } of resources) {
        const kind = group === "" ? resource : `${resource}.${group}`;
        if (!verbs.includes("list") || found.has(kind)) continue;
        found.set(kind, { kind, path: `${group === "" ? "/api" : `/apis/${group}`}/${version}/${resource}` });
      }
    }
  }
  return [...found.values()];
}

async function list(kube: Kube, { kind, path }: Resource): Promise<Item[]> {
  const whole = kind === "persistentvolumes"; // the claim is not part of the metadata
  const { items } = await kube.get<{ items: readonly Metadata[] | null }>(path, whole ? undefined : METADATA_ONLY);
  return (items ?? []).map(({ metadata, spec }) => ({
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid ?? `${kind}/${metadata.namespace ?? ""}/${metadata.name}`,
    labels: metadata.labels ?? {},
    owned: (metadata.ownerReferences ?? []).length > 0,
    ...(spec?.claimRef ? { claim: `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` } : {}),
  }));
}

/** The same for an object of today and one of yesterday under the same name. */
export function keyOf({ kind, namespace, name }: Item): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}
