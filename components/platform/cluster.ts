import type { KubeConfig, V1StatefulSet } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { Live, LiveSet } from "./guard";

/**
 * One look at the cluster before any resource: is it there, is it the one that was meant, is it new enough, and what does
 * it hold under our names. Reads only.
 */

/** Least minor version: claim retention of StatefulSets is stable from 1.32 on. */
const LEAST_MINOR = 32;
const TIMEOUT_MS = 10_000;
/** The one ConfigMap whose content the guard reads, named as the component `temporal` names it. */
const DYNAMIC_CONFIG = { name: "temporal-dynamic-config", file: "dynamic-config.yaml" };

/** A cluster that answered. */
export interface Cluster {
  /** Name of the kubeconfig context in use. */
  readonly context: string;
  /** UID of `kube-system`: tells one cluster from another. */
  readonly uid: string;
  readonly version: string;
  readonly live: Live;
}

/**
 * @param wanted context that must be the one in use; undefined takes the current one
 * @throws Error with one sentence for the reader: no kubeconfig, no such context, unreachable, too old, not allowed
 */
export async function lookAtCluster(wanted: string | undefined, namespaces: readonly [string, ...string[]]): Promise<Cluster> {
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  const context = chooseContext(config, wanted);

  const version = await ask("read its version", context, () => config.makeApiClient(client.VersionApi).getCode());
  const minor = Number.parseInt(version.minor, 10);
  if (Number(version.major) === 1 && minor < LEAST_MINOR) {
    throw new Error(
      `cluster of context ${context} is Kubernetes ${version.gitVersion}; needed is 1.${LEAST_MINOR} or newer. Upgrade it or choose another context.`,
    );
  }

  const core = config.makeApiClient(client.CoreV1Api);
  const apps = config.makeApiClient(client.AppsV1Api);
  const all = await ask("list namespaces", context, () => core.listNamespace());
  const ours = all.items.filter((item) => namespaces.includes(item.metadata?.name ?? ""));
  const [main] = namespaces;
  const exists = ours.some((item) => item.metadata?.name === main);
  const [sets, claims, configs] = exists
    ? await Promise.all([
        ask("list StatefulSets", context, () => apps.listNamespacedStatefulSet({ namespace: main })),
        ask("list claims", context, () => core.listNamespacedPersistentVolumeClaim({ namespace: main })),
        // A list of one or none: no answer for a name that is not there would be an error.
        ask("read Temporal's dynamic config", context, () =>
          core.listNamespacedConfigMap({ namespace: main, fieldSelector: `metadata.name=${DYNAMIC_CONFIG.name}` }),
        ),
      ])
    : [{ items: [] }, { items: [] }, { items: [] }];
  return {
    context,
    uid: all.items.find((item) => item.metadata?.name === "kube-system")?.metadata?.uid ?? "",
    version: version.gitVersion,
    live: {
      namespaces: ours.map((item) => ({
        name: item.metadata?.name ?? "",
        labels: item.metadata?.labels ?? {},
        annotations: item.metadata?.annotations ?? {},
      })),
      sets: sets.items.map(liveSet),
      claims: claims.items.map((item) => ({
        name: item.metadata?.name ?? "",
        set: item.metadata?.labels?.["app.kubernetes.io/name"] ?? "",
      })),
      dynamicConfig: configs.items[0]?.data?.[DYNAMIC_CONFIG.file],
    },
  };
}

function chooseContext(config: KubeConfig, wanted: string | undefined): string {
  const file = process.env["KUBECONFIG"] ?? "~/.kube/config";
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Error(`kubeconfig ${file} cannot be read: ${reason(error)}. Set KUBECONFIG to a kubeconfig file.`);
  }
  const known = config.getContexts().map(({ name }) => name);
  // The library invents a context for localhost:8080 when it finds no file at all.
  if (known.length === 0 || (known.length === 1 && known[0] === "loaded-context")) {
    throw new Error(`no kubeconfig found: ${file} does not exist or names no context. Set KUBECONFIG, or start the lab (make demo).`);
  }
  if (wanted !== undefined && !known.includes(wanted)) {
    throw new Error(`context ${wanted} (stack config testbed:context) is not in the kubeconfig; it has: ${known.join(", ")}.`);
  }
  const current = config.getCurrentContext();
  if (wanted !== undefined && current !== wanted) {
    throw new Error(
      `the current kubeconfig context is ${current}, but this stack belongs to ${wanted} (stack config testbed:context). Run \`kubectl config use-context ${wanted}\`, or correct the stack config.`,
    );
  }
  if (!known.includes(current)) {
    throw new Error(
      `the kubeconfig's current context "${current}" does not exist; it has: ${known.join(", ")}. Choose one with \`kubectl config use-context\`.`,
    );
  }
  return current;
}

async function ask<T>(what: string, context: string, request: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([request(), late]);
  } catch (error) {
    throw new Error(`cluster of context ${context}: cannot ${what}: ${reason(error)}. Check that it runs and that your user may do this.`);
  } finally {
    clearTimeout(timer);
  }
}

function reason(error: unknown): string {
  const { code, message, cause } = error as { code?: unknown; message?: string; cause?: { message?: string } };
  const text = cause?.message ?? message ?? String(error);
  const [first = ""] = text.split("\n");
  return typeof code === "number" ? `HTTP ${code} ${first}` : first;
}

function liveSet(set: V1StatefulSet): LiveSet {
  return {
    name: set.metadata?.name ?? "",
    replicas: set.spec?.replicas ?? 1,
    serviceName: set.spec?.serviceName ?? "",
    podManagementPolicy: set.spec?.podManagementPolicy ?? "OrderedReady",
    revisionHistoryLimit: set.spec?.revisionHistoryLimit ?? 10,
    selector: set.spec?.selector.matchLabels ?? {},
    claims: (set.spec?.volumeClaimTemplates ?? []).map((claim) => ({
      name: claim.metadata?.name ?? "",
      labels: claim.metadata?.labels ?? {},
      accessModes: claim.spec?.accessModes ?? [],
      size: claim.spec?.resources?.requests?.["storage"] ?? "",
      className: claim.spec?.storageClassName,
    })),
    whenDeleted: set.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted ?? "Retain",
  };
}
