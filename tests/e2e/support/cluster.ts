import { readFileSync } from "node:fs";
import { Agent, request, type RequestOptions } from "node:https";
import { load } from "js-yaml";
import { until } from "./wait";

/** An object as the API server holds it; what a test reads of it. */
export interface KubeObject {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec?: Spec;
  readonly status?: Status;
  readonly data?: Readonly<Record<string, string>>;
}

interface Spec {
  readonly replicas?: number;
  readonly nodeName?: string;
  readonly volumes?: readonly {
    readonly configMap?: { readonly name: string };
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

interface Status {
  readonly phase?: string;
  readonly readyReplicas?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  readonly containerStatuses?: readonly { readonly restartCount: number }[];
  readonly initContainerStatuses?: readonly { readonly restartCount: number }[];
}

/** One object's identity and version. */
export interface Mark {
  readonly uid: string;
  readonly version: string;
}

/** Every object of an API server, by `resource.group namespace/name`. */
export type Inventory = ReadonlyMap<string, Mark>;

/**
 * Objects that come and go by themselves: events expire, leases are heartbeats, and the status of a node is one too.
 * Nothing of a bed is among them but events, which an hour removes.
 */
const RESTLESS = /^(events|leases)\b/;

/** Answer of the API server that is not a success. */
export class Refusal extends Error {
  public constructor(
    public readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A plain client of one API server: no library between the test and what it looks at. */
export class Cluster {
  private readonly server: URL;
  private readonly tls: RequestOptions;

  /** @param kubeconfig file with certificates in it, as the lab writes it */
  public constructor(kubeconfig: string) {
    const { clusters, users } = load(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const [cluster] = clusters;
    const [user] = users;
    const decoded = (text: string | undefined) => Buffer.from(text ?? "", "base64");
    this.server = new URL(cluster?.cluster.server ?? "");
    this.tls = {
      ca: decoded(cluster?.cluster["certificate-authority-data"]),
      cert: decoded(user?.user["client-certificate-data"]),
      key: decoded(user?.user["client-key-data"]),
      agent: new Agent({ keepAlive: true }),
    };
  }

  public get<T>(path: string): Promise<T> {
    return this.call("GET", path);
  }

  public async list(path: string): Promise<readonly KubeObject[]> {
    return (await this.get<{ items: KubeObject[] }>(path)).items;
  }

  /** @param path of the collection, such as `/api/v1/namespaces` */
  public create(path: string, object: object): Promise<KubeObject> {
    return this.call("POST", path, object);
  }

  public async remove(path: string): Promise<void> {
    await this.call("DELETE", path);
  }

  /** Waits until an object is gone. */
  public async removed(path: string, seconds = 30): Promise<void> {
    await until(`${path} to be gone`, seconds, () =>
      this.get(path).then(
        () => undefined,
        (error: unknown) => (error instanceof Refusal && error.code === 404 ? true : undefined),
      ),
    );
  }

  /** Everything that can be listed, found by discovery, so that a kind that nobody thought of is counted too. */
  public async inventory(): Promise<Inventory> {
    const groups = await this.get<{ groups: { preferredVersion: { groupVersion: string } }[] }>("/apis");
    const roots = ["/api/v1", ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
    const collections = await Promise.all(
      roots.map(async (root) => {
        const { resources } = await this.get<{ resources: { name: string; verbs: string[] }[] }>(root);
        const group = root.startsWith("/apis/") ? `.${root.split("/")[2]}` : "";
        return resources
          .filter(({ name, verbs }) => verbs.includes("list") && !name.includes("/") && !RESTLESS.test(name))
          .map(({ name }) => ({ path: `${root}/${name}`, kind: `${name}${group}` }));
      }),
    );
    const marks = new Map<string, Mark>();
    await Promise.all(
      collections.flat().map(async ({ path, kind }) => {
        for (const { metadata } of await this.list(path)) {
          const { namespace, name, uid, resourceVersion } = metadata;
          marks.set(`${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`, { uid, version: resourceVersion });
        }
      }),
    );
    return marks;
  }

  /**
   * Records every change of some collections from now on.
   * @param paths of collections, such as `/api/v1/pods`
   * @param seen called with each change as it arrives
   */
  public async watch(paths: readonly string[], seen: (change: Change) => void = () => undefined): Promise<Recording> {
    const changes: Change[] = [];
    const stops = await Promise.all(
      paths.map(async (path) => {
        const { metadata } = await this.get<{ metadata: { resourceVersion: string } }>(path);
        return this.stream(`${path}?watch=true&resourceVersion=${metadata.resourceVersion}`, (line) => {
          const { type, object } = JSON.parse(line) as { type: Change["type"]; object: KubeObject };
          const change = { type, object, kind: object.kind ?? "" };
          changes.push(change);
          seen(change);
        });
      }),
    );
    return { changes, stop: () => stops.forEach((stop) => stop()) };
  }

  private call<T>(method: string, path: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
      const sent = request(new URL(path, this.server), { ...this.tls, method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const read = JSON.parse(Buffer.concat(chunks).toString() || "{}") as T & { message?: string };
          const code = answer.statusCode ?? 0;
          if (code < 300) resolve(read);
          else reject(new Refusal(code, `${method} ${path}: ${code} ${read.message ?? ""}`));
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });
  }

  /** Follows a watch line by line; the returned function ends it. */
  private async stream(path: string, line: (text: string) => void): Promise<() => void> {
    return new Promise((resolve, reject) => {
      // A connection of its own: it stays open.
      const sent = request(new URL(path, this.server), { ...this.tls, agent: false }, (answer) => {
        let rest = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop() ?? "";
          lines.filter((text) => text !== "").forEach(line);
        });
        answer.on("error", () => undefined); // ended by us
        resolve(() => sent.destroy());
      });
      sent.on("error", reject);
      sent.end();
    });
  }
}

/** A change of an object, as the API server reports it. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly kind: string;
  readonly object: KubeObject;
}

export interface Recording {
  /** In the order of arrival; between kinds only the version of the objects says what was first, see `versionOf`. */
  readonly changes: readonly Change[];
  stop(): void;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } }[];
  readonly users: readonly { readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string } }[];
}

/** One number that grows with every write to any object: etcd counts writes, and this API server has one etcd. */
export function versionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion);
}

export function hasCondition(object: KubeObject, type: string): boolean {
  return object.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
}

/** Keys that one inventory has and another has not. */
export function missingFrom(other: Inventory, inventory: Inventory): string[] {
  return [...inventory.keys()].filter((key) => !other.has(key)).sort();
}

/** What was made, removed, made anew or written to between two inventories. Nodes are left out: their status is a heartbeat. */
export function differences(before: Inventory, after: Inventory): string[] {
  return [
    ...missingFrom(before, after).map((key) => `new: ${key}`),
    ...missingFrom(after, before).map((key) => `gone: ${key}`),
    ...[...before].flatMap(([key, mark]) => {
      const now = after.get(key);
      if (now === undefined || key.startsWith("nodes ")) return [];
      return now.uid !== mark.uid ? [`anew: ${key}`] : now.version !== mark.version ? [`written: ${key}`] : [];
    }),
  ];
}

/** The part of an inventory that belongs to a namespace, the namespace itself included. */
export function ofNamespace(inventory: Inventory, namespace: string): Inventory {
  return new Map([...inventory].filter(([key]) => key.includes(` ${namespace}/`) || key === `namespaces ${namespace}`));
}
