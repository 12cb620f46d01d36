import { readFileSync } from "node:fs";
import { bytes, millicores } from "../../../components/kit/units";
import type { TemporalRole } from "../../../components/temporal/roles";
import type { RealBed } from "./real-bed";
import { completedWorkflows, cql, elasticsearch, metrics, temporal } from "./servers";

/** One function per way in which a running bed says what is in force. */

/* Kubernetes */

export async function kubeletRequest(bed: RealBed, workload: string, resource: "cpu" | "memory"): Promise<string | undefined> {
  return (await bed.pod(workload)).status.containerStatuses[0]?.resources?.requests?.[resource];
}

/** CPU limit in microseconds per 100 ms, memory limit in bytes, as the kernel keeps them for the container. */
export async function cgroupLimit(bed: RealBed, workload: string, resource: "cpu" | "memory"): Promise<number> {
  const { pid } = await bed.mainProcess(workload);
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const folder = (controller: string) => {
    const [, , path = ""] = (groups.find((line) => line.split(":")[1]?.split(",").includes(controller)) ?? "").split(":");
    return `/sys/fs/cgroup/${controller}${path}`;
  };
  const number = (file: string) => Number(readFileSync(file, "utf8").trim());
  const unified = groups.find((line) => line.startsWith("0::"))?.slice(3);
  if (!groups.some((line) => line.split(":")[1]?.includes("memory"))) {
    const own = `/sys/fs/cgroup${unified}`;
    return resource === "memory" ? number(`${own}/memory.max`) : Number(readFileSync(`${own}/cpu.max`, "utf8").split(" ")[0]);
  }
  return resource === "memory" ? number(`${folder("memory")}/memory.limit_in_bytes`) : number(`${folder("cpu")}/cpu.cfs_quota_us`);
}

/** A limit in the kernel's units. */
export function asLimit(resource: "cpu" | "memory", quantity: string): number | undefined {
  return resource === "cpu" ? (millicores(quantity) ?? 0) * 100 : bytes(quantity);
}

export async function imageDigest(bed: RealBed, workload: string): Promise<string | undefined> {
  return (await bed.pod(workload)).status.containerStatuses[0]?.imageID.split("@")[1];
}

/** Number of objects of one kind in the namespace of the bed. */
export async function objects(bed: RealBed, group: string, kind: string): Promise<number> {
  return (await bed.lab.cluster.list(`${group}/namespaces/${bed.namespace}/${kind}`)).length;
}

export async function startupSeconds(bed: RealBed, workload: string): Promise<number> {
  const { spec } = (await bed.pod(workload)) as unknown as {
    spec: { containers: { startupProbe: { periodSeconds: number; failureThreshold: number } }[] };
  };
  const { periodSeconds = 0, failureThreshold = 0 } = spec.containers[0]?.startupProbe ?? {};
  return periodSeconds * failureThreshold;
}

export async function jobDeadline(bed: RealBed, job: string): Promise<number> {
  const object = await bed.lab.cluster.get<{ spec: { activeDeadlineSeconds: number } }>(
    `/apis/batch/v1/namespaces/${bed.namespace}/jobs/${job}`,
  );
  return object.spec.activeDeadlineSeconds;
}

export async function quota(bed: RealBed, resource: string): Promise<string | undefined> {
  const quotas = await bed.lab.cluster.list(`/api/v1/namespaces/${bed.namespace}/resourcequotas`);
  return (quotas[0] as unknown as { status: { hard: Record<string, string> } }).status.hard[resource];
}

export async function pullSecretAsked(bed: RealBed, secret: string): Promise<boolean> {
  return (await bed.bed.complaints("FailedToRetrieveImagePullSecret")).some((message) => message.includes(secret));
}

interface Volume {
  readonly spec: { readonly capacity: { readonly storage: string }; readonly storageClassName: string };
}

export async function volume(bed: RealBed, set: string, what: "size" | "class"): Promise<string> {
  const path = `/api/v1/namespaces/${bed.namespace}/persistentvolumeclaims/data-${set}-0`;
  const claim = await bed.lab.cluster.get<{ spec: { volumeName: string } }>(path);
  const { spec } = await bed.lab.cluster.get<Volume>(`/api/v1/persistentvolumes/${claim.spec.volumeName}`);
  return what === "size" ? spec.capacity.storage : spec.storageClassName;
}

export async function retention(bed: RealBed, set: string, when: "whenDeleted" | "whenScaled"): Promise<string | undefined> {
  const { spec } = await bed.lab.cluster.get<{ spec: { persistentVolumeClaimRetentionPolicy: Record<string, string> } }>(
    `/apis/apps/v1/namespaces/${bed.namespace}/statefulsets/${set}`,
  );
  return spec.persistentVolumeClaimRetentionPolicy[when];
}

/* Cassandra */

export async function cassandraSetting(bed: RealBed, name: string): Promise<unknown> {
  const [row] = await cql(bed, "SELECT value FROM system_views.settings WHERE name = ?", [name]);
  return row?.["value"];
}

export async function cassandraLocal(bed: RealBed, column: "cluster_name" | "data_center"): Promise<unknown> {
  return (await cql(bed, `SELECT ${column} FROM system.local`))[0]?.[column];
}

export async function cassandraNodes(bed: RealBed): Promise<number> {
  return 1 + (await cql(bed, "SELECT peer FROM system.peers_v2")).length;
}

export async function replicationFactor(bed: RealBed, keyspace: string): Promise<number> {
  const [row] = await cql(bed, "SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?", [keyspace]);
  const copies = Object.entries((row?.["replication"] ?? {}) as Record<string, string>).filter(([key]) => key !== "class");
  return copies.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Heap of the JVM: the second number of nodetool's `Heap Memory (MB)`. */
export async function cassandraHeap(bed: RealBed): Promise<string> {
  const { metadata } = await bed.pod("cassandra");
  const info = await bed.exec(metadata.name, "nodetool", "info");
  const [, most] = /Heap Memory \(MB\)\s*:\s*[\d.]+ \/ ([\d.]+)/.exec(info) ?? [];
  return `${Math.round(Number(most))}Mi`;
}

export async function cassandraFastStart(bed: RealBed): Promise<boolean> {
  return (await bed.mainProcess("cassandra")).commandLine.includes("-Dcassandra.skip_wait_for_gossip_to_settle=0");
}

/* Elasticsearch */

export async function elasticsearchName(bed: RealBed): Promise<string> {
  return (await elasticsearch<{ cluster_name: string }>(bed, "/")).cluster_name;
}

export async function elasticsearchNodes(bed: RealBed): Promise<number> {
  return (await elasticsearch<{ number_of_nodes: number }>(bed, "/_cluster/health")).number_of_nodes;
}

export async function elasticsearchHeap(bed: RealBed): Promise<string> {
  const { nodes } = await elasticsearch<{ nodes: Record<string, { jvm: { mem: { heap_max_in_bytes: number } } }> }>(bed, "/_nodes/jvm");
  return `${Math.round((Object.values(nodes)[0]?.jvm.mem.heap_max_in_bytes ?? 0) / 2 ** 20)}Mi`;
}

export async function visibilityIndex(bed: RealBed): Promise<string | undefined> {
  const indices = await elasticsearch<{ index: string }[]>(bed, "/_cat/indices?format=json");
  return indices.map(({ index }) => index).find((name) => name.startsWith("temporal_visibility"));
}

/* Temporal */

export async function historyShards(bed: RealBed): Promise<number> {
  return temporal(bed, "default", async ({ workflowService }) => (await workflowService.getClusterInfo({})).historyShardCount ?? 0);
}

/** The keyspace that holds a schema version. */
export async function schemaKeyspace(bed: RealBed): Promise<unknown> {
  const rows = await cql(bed, "SELECT keyspace_name FROM system_schema.tables WHERE table_name = 'schema_version' ALLOW FILTERING");
  return rows[0]?.["keyspace_name"];
}

/** Numbers by which the membership table knows the roles. */
const MEMBERSHIP: Readonly<Record<TemporalRole, number>> = { frontend: 1, history: 2, matching: 3, worker: 4 };

/** Members of one role whose heartbeat is younger than 20 s. */
export async function members(bed: RealBed, role: TemporalRole): Promise<number> {
  const rows = await cql(bed, "SELECT role, last_heartbeat FROM temporal.cluster_membership WHERE membership_partition = 0");
  return rows.filter((row) => row["role"] === MEMBERSHIP[role] && Date.now() - (row["last_heartbeat"] as Date).getTime() < 20_000).length;
}

const LEVELS = ["debug", "info", "warn", "error"];

/** Lowest level that a role has logged; where it has logged nothing, the highest one there is. */
export async function lowestLogLevel(bed: RealBed, role: TemporalRole): Promise<string | undefined> {
  const { metadata } = await bed.pod(`temporal-${role}`);
  const seen = new Set([...(await bed.logs(metadata.name)).matchAll(/"level":"(\w+)"/g)].map(([, level]) => level));
  return LEVELS.find((level) => seen.has(level)) ?? "error";
}

/** Connections of one pod of a role that carry requests; one more, in no keyspace, only listens for events. */
export async function cassandraConnections(bed: RealBed, role: TemporalRole): Promise<number> {
  const { status } = await bed.pod(`temporal-${role}`);
  const rows = await cql(bed, "SELECT address, keyspace_name FROM system_views.clients");
  return rows.filter((row) => String(row["address"]) === status.podIP && row["keyspace_name"] !== null).length;
}

export async function pollInterval(bed: RealBed): Promise<string> {
  const { metadata } = await bed.pod("temporal-frontend");
  const loads = [...(await bed.logs(metadata.name)).matchAll(/"ts":"([^"]+)","msg":"Updated dynamic config"/g)].map(([, at = ""]) =>
    Date.parse(at),
  );
  const apart = ((loads.at(-1) ?? 0) - (loads[0] ?? 0)) / 1000;
  // The layer's own, and the one that the table sets.
  const fits = [10, 13].filter((interval) => apart > 1 && Math.abs(apart - Math.round(apart / interval) * interval) < 0.3);
  return fits.map((interval) => `${interval}s`).join(" or ");
}

/** Value that a server says it has read for a key, under the given constraints; undefined when no role said so. */
export async function dynamicConfig(bed: RealBed, key: string, constraints: string): Promise<string | undefined> {
  const role = /^(frontend|matching|history|worker)\./.exec(key)?.[1] ?? "frontend";
  const { metadata } = await bed.pod(`temporal-${role}`);
  const log = await bed.logs(metadata.name);
  const said = log.split("\n").filter((line) => line.includes(`dynamic config changed for the key: ${key.toLowerCase()} `));
  const values = said.flatMap((line) => {
    const [, where, value] = /newValue: \{ constraints: \{(.*?)\} value: (\S+) \}/.exec(line) ?? [];
    return where === constraints ? [value] : [];
  });
  return values.at(-1);
}

interface Described {
  readonly description?: string | null;
  readonly retention: string;
}

async function describeNamespace(bed: RealBed, namespace: string): Promise<Described> {
  return temporal(bed, namespace, async ({ workflowService }) => {
    const { namespaceInfo, config } = await workflowService.describeNamespace({ namespace });
    const hours = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 3600;
    return { description: namespaceInfo?.description ?? null, retention: `${hours}h` };
  });
}

export async function namespaceRetention(bed: RealBed, namespace: string): Promise<string> {
  return (await describeNamespace(bed, namespace)).retention;
}

export async function namespaceDescription(bed: RealBed, namespace: string): Promise<string | null | undefined> {
  return (await describeNamespace(bed, namespace)).description;
}

/** Custom search attributes, without the ones that every server brings, such as Keyword01. */
export async function searchAttributes(bed: RealBed): Promise<Record<string, string>> {
  return temporal(bed, "default", async ({ connection }) => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: "default" });
    const names = ["Unspecified", "Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"];
    const own = Object.entries(customAttributes ?? {}).filter(([name]) => !/^[A-Za-z]+\d\d$/.test(name));
    return Object.fromEntries(own.map(([name, type]) => [name, names[type] ?? ""]));
  });
}

/* Load */

/** A word, if somebody polls the task queue. */
export async function polled(bed: RealBed, namespace: string, taskQueue: string, word: string): Promise<string | undefined> {
  return temporal(bed, namespace, async ({ workflowService }) => {
    const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 });
    return (pollers ?? []).length > 0 ? word : undefined;
  });
}

/** Workers whose SDK says that it polls. */
export async function pollingWorkers(bed: RealBed): Promise<number> {
  const pages = await Promise.all((await bed.pods("load-worker")).map(({ status }) => metrics(status.podIP, 9090)));
  return pages.filter((page) => /^temporal_num_pollers\{.*\} [1-9]/m.test(page)).length;
}

export async function commandLineHas(bed: RealBed, workload: string, words: string): Promise<boolean> {
  return (await bed.mainProcess(workload)).commandLine.join(" ").includes(words);
}

export async function checkedWorkflows(bed: RealBed): Promise<number> {
  return completedWorkflows(bed, "steady", "WorkflowId STARTS_WITH 'load-check-'");
}
