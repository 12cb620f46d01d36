import { LIMITS, SCOPED, type Limit } from "../../components/temporal/limits-table";
import { TEMPORAL_ROLES } from "../../components/temporal/roles";
import { CANOPY_NODE_ROWS } from "./rows/canopy-node";
import { MONGODB_ROWS } from "./rows/mongodb";
import { REDIS_ROWS } from "./rows/redis";
import { RPC_MOCK_ROWS } from "./rows/rpc-mock";
import * as read from "./support/read-back";
import { CANOPYX_ROWS } from "./rows/canopyx";
import type { RealBed } from "./support/real-bed";
import { CHRONIK_ROWS } from "./rows/chronik";
import { CLICKHOUSE_ROWS } from "./rows/clickhouse";
import { MONITORING_ROWS } from "./rows/monitoring";
import { image, resources, storage, type ReadRow, type Row, type UnreadRow, unread } from "./row";

const CASSANDRA_YAML = "ConfigMap cassandra-config, cassandra.yaml";
const SETTINGS = "CQL: system_views.settings";

const SERVERS = "ConfigMaps temporal-<role>-config, config.yaml; jobs";
const EXTERNAL =
  "the lab runs no second store; that every server and job is told this address instead of the bed's own is a unit test (tests/external.test.ts)";

const logLevels = { frontend: "debug", history: "warn", matching: "error", worker: "debug" } as const;
const connections = { frontend: 7, history: 9, matching: 5, worker: 6 } as const;

/** A limit in the dynamic config: the line in which a server says that it has read it. */
function limit(knob: string, key: string, value: number, constraints = ""): ReadRow {
  return {
    knob,
    place: `ConfigMap temporal-dynamic-config, ${key}`,
    readBack: "server log: `dynamic config changed for the key`",
    phase: "hot",
    value,
    read: (bed) => read.dynamicConfig(bed, key, constraints),
    expected: String(value),
  };
}

/** A value that no layer has, inside of what the limit allows. */
function probe({ max = Infinity }: Limit, value: number): number {
  if (max <= 1) return 0.3;
  return max <= 1000 ? value % 100 : value;
}

function limits(slice: string, table: Readonly<Record<string, Limit>>, from: number, constraints = ""): ReadRow[] {
  return Object.entries(table).map(([name, each], index) => limit(`${slice}.${name}`, each.key, probe(each, from + index), constraints));
}

/** The sections with a scope, all limits of which that can be cluster-wide are set with it. */
const SCOPES = SCOPED.map((section, index) => {
  const wide = Object.entries<Limit>(LIMITS[section]).flatMap(([name, { clusterKey: key = "" }], each) =>
    key === "" ? [] : [{ name, key, value: 4001 + 100 * index + each }],
  );
  const [slice, constraints] = section === "namespaces" ? ["namespaces.<name>", "{Namespace:default}"] : [section, ""];
  return { slice: `temporal.limits.${slice}`, constraints, wide };
});

/** What `scope: cluster` does to every limit that has a cluster-wide key. */
export const CLUSTER_ROWS: readonly ReadRow[] = SCOPES.flatMap(({ slice, constraints, wide }) =>
  wide.map(({ name, key, value }): ReadRow => ({ ...limit(`${slice}.${name}`, key, value, constraints), phase: "cluster" })),
);

/**
 * Every knob of the core: what is set, where it is rendered to, and how it is read back from what runs. The tests walk
 * this table on a real bed, and docs/knobs.md and the README's table are made from it.
 */
export const ROWS: readonly Row[] = [
  // platform
  {
    knob: "platform.storageClass",
    place: "claims: storageClassName",
    readBack: "API server: class of the bound volume",
    phase: "created",
    value: "standard",
    read: (bed) => read.volume(bed, "cassandra", "class"),
  },
  {
    knob: "platform.placement",
    place: "pods: affinity; PodDisruptionBudgets",
    readBack: "API server: PodDisruptionBudgets of the bed",
    phase: "created",
    value: "spread",
    read: async (bed) => ((await read.objects(bed, "/apis/policy/v1", "poddisruptionbudgets")) > 0 ? "spread" : "single"),
  },
  {
    knob: "platform.networkPolicies",
    place: "NetworkPolicies",
    readBack: "API server: NetworkPolicies of the bed (no CNI here enforces them)",
    phase: "created",
    value: false,
    read: async (bed) => (await read.objects(bed, "/apis/networking.k8s.io/v1", "networkpolicies")) > 0,
  },
  {
    knob: "platform.terminationGracePeriodSeconds",
    place: "pods: terminationGracePeriodSeconds",
    readBack: "API server: the running pod",
    phase: "created",
    value: 20,
    read: async (bed) => (await bed.pod("cassandra")).spec.terminationGracePeriodSeconds,
  },
  {
    knob: "platform.podDeadlineSeconds",
    place: "pods: startup probe; the engine's time-outs",
    readBack: "API server: seconds of the running pod's startup probe",
    phase: "created",
    value: 300,
    read: (bed) => read.startupSeconds(bed, "cassandra"),
  },
  {
    knob: "platform.jobDeadlineSeconds",
    place: "jobs: activeDeadlineSeconds",
    readBack: "API server: the Job that ran",
    phase: "created",
    value: 200,
    read: (bed) => read.jobDeadline(bed, "temporal-schema"),
  },
  {
    knob: "platform.budget.cpu",
    place: "ResourceQuota",
    readBack: "API server: status.hard of the quota that admits pods",
    phase: "created",
    value: "3",
    read: (bed) => read.quota(bed, "requests.cpu"),
  },
  {
    knob: "platform.budget.memory",
    place: "ResourceQuota",
    readBack: "API server: status.hard of the quota that admits pods",
    phase: "created",
    value: "10Gi",
    read: (bed) => read.quota(bed, "requests.memory"),
  },
  {
    knob: "platform.unprotectSets",
    place: "protect of the sets in the engine's state",
    reason: "no server reads it: it is for the engine; `destroy` of the kept bed is refused without it and goes through with it",
  },
  {
    knob: "images.mirror",
    place: "pods: image",
    reason:
      "the lab has no second registry; the failed-start test sets one that does not exist, and the kubelet names it in what it fails to pull",
  },
  {
    knob: "images.pullSecrets",
    place: "pods: imagePullSecrets",
    readBack: "kubelet: event FailedToRetrieveImagePullSecret names the Secret",
    phase: "created",
    value: ["no-such-pull-secret"],
    read: (bed) => read.pullSecretAsked(bed, "no-such-pull-secret"),
    expected: true,
  },

  // cassandra
  ...image("cassandra.image", "cassandra"),
  {
    knob: "cassandra.clusterName",
    place: CASSANDRA_YAML,
    readBack: "CQL: system.local",
    phase: "created",
    value: "kept-cluster",
    read: (bed) => read.cassandraLocal(bed, "cluster_name"),
  },
  {
    knob: "cassandra.datacenter",
    place: "ConfigMap cassandra-config, cassandra-rackdc.properties",
    readBack: "CQL: system.local",
    phase: "created",
    value: "east",
    read: (bed) => read.cassandraLocal(bed, "data_center"),
  },
  {
    knob: "cassandra.replicas",
    place: "StatefulSet cassandra: replicas",
    readBack: "CQL: system.peers_v2, and the node asked",
    phase: "created",
    value: 1,
    read: read.cassandraNodes,
  },
  {
    knob: "cassandra.replicationFactor",
    place: "keyspaces, by the role and schema jobs",
    readBack: "CQL: system_schema.keyspaces",
    phase: "created",
    value: 1,
    read: (bed) => read.replicationFactor(bed, "workflows"),
  },
  {
    knob: "cassandra.decommissionedTo",
    place: "none: it answers the guard",
    reason: "no server reads it: it lets a scale-down through, which the guard tests try both ways",
  },
  {
    knob: "cassandra.numTokens",
    place: CASSANDRA_YAML,
    readBack: SETTINGS,
    phase: "created",
    value: 4,
    read: (bed) => read.cassandraSetting(bed, "num_tokens"),
    expected: "4",
  },
  {
    knob: "cassandra.heap",
    place: "pod cassandra: MAX_HEAP_SIZE",
    readBack: "the JVM: nodetool info",
    phase: "edited",
    value: "448Mi",
    read: read.cassandraHeap,
  },
  {
    knob: "cassandra.concurrentReads",
    place: CASSANDRA_YAML,
    readBack: SETTINGS,
    phase: "edited",
    value: 24,
    read: (bed) => read.cassandraSetting(bed, "concurrent_reads"),
    expected: "24",
  },
  {
    knob: "cassandra.concurrentWrites",
    place: CASSANDRA_YAML,
    readBack: SETTINGS,
    phase: "edited",
    value: 12,
    read: (bed) => read.cassandraSetting(bed, "concurrent_writes"),
    expected: "12",
  },
  {
    knob: "cassandra.paxosVariant",
    place: CASSANDRA_YAML,
    readBack: SETTINGS,
    phase: "edited",
    value: "v1",
    read: (bed) => read.cassandraSetting(bed, "paxos_variant"),
  },
  {
    knob: "cassandra.fastStart",
    place: "pod cassandra: JVM_EXTRA_OPTS",
    readBack: "command line of the running JVM",
    phase: "created",
    value: false,
    read: read.cassandraFastStart,
  },
  ...resources("cassandra", "cassandra", { requests: ["260m", "1500Mi"], limits: ["1900m", "1600Mi"] }),
  ...storage("cassandra", "cassandra"),
  ...unread("cassandra.external", EXTERNAL, { host: SERVERS, port: SERVERS, user: SERVERS }),

  // elasticsearch
  ...image("elasticsearch.image", "elasticsearch"),
  {
    knob: "elasticsearch.clusterName",
    place: "ConfigMap elasticsearch-config, elasticsearch.yml",
    readBack: "GET /",
    phase: "edited",
    value: "measured",
    read: read.elasticsearchName,
  },
  {
    knob: "elasticsearch.replicas",
    place: "StatefulSet elasticsearch: replicas",
    readBack: "GET /_cluster/health: number_of_nodes",
    phase: "created",
    value: 1,
    read: read.elasticsearchNodes,
  },
  {
    knob: "elasticsearch.heap",
    place: "pod elasticsearch: ES_JAVA_OPTS",
    readBack: "GET /_nodes/jvm: heap_max_in_bytes",
    phase: "edited",
    value: "448Mi",
    read: read.elasticsearchHeap,
  },
  ...resources("elasticsearch", "elasticsearch", { requests: ["210m", "1270Mi"], limits: ["1800m", "1300Mi"] }),
  ...storage("elasticsearch", "elasticsearch"),
  ...unread("elasticsearch.external", EXTERNAL, { host: SERVERS, port: SERVERS, user: SERVERS }),

  // clickhouse
  ...CLICKHOUSE_ROWS,

  // temporal
  ...image("temporal.image", "temporal-frontend"),
  ...image("temporal.adminToolsImage", "temporal-admin-tools"),
  ...image("temporal.uiImage", "temporal-ui"),
  {
    knob: "temporal.numHistoryShards",
    place: "ConfigMaps temporal-*-config: persistence.numHistoryShards",
    readBack: "cluster description: historyShardCount",
    phase: "created",
    value: 8,
    read: read.historyShards,
  },
  {
    knob: "temporal.keyspace",
    place: "ConfigMaps temporal-*-config: datastores; the schema job",
    readBack: "CQL: schema_version of that keyspace",
    phase: "created",
    value: "workflows",
    read: read.schemaKeyspace,
  },
  {
    knob: "temporal.visibilityIndex",
    place: "ConfigMaps temporal-*-config: indices; the visibility job",
    readBack: "GET /_cat/indices",
    phase: "created",
    value: "temporal_visibility_v1_kept",
    read: read.visibilityIndex,
  },
  ...TEMPORAL_ROLES.flatMap((role): Row[] => [
    {
      knob: `temporal.${role}.replicas`,
      place: `Deployment temporal-${role}: replicas`,
      readBack: "CQL: cluster_membership, members with a recent heartbeat",
      phase: "edited",
      value: 2,
      read: (bed) => read.members(bed, role),
    },
    {
      knob: `temporal.${role}.logLevel`,
      place: `ConfigMap temporal-${role}-config: log.level`,
      readBack: "lowest level in the server's log",
      phase: "edited",
      value: logLevels[role],
      read: (bed) => read.lowestLogLevel(bed, role),
    },
    {
      knob: `temporal.${role}.cassandraMaxConns`,
      place: `ConfigMap temporal-${role}-config: maxConns`,
      readBack: "CQL: system_views.clients, connections of one pod",
      phase: "edited",
      value: connections[role],
      read: (bed) => read.cassandraConnections(bed, role),
    },
    ...resources(`temporal.${role}`, `temporal-${role}`, { requests: ["60m", "200Mi"], limits: ["1700m", "600Mi"] }),
  ]),
  {
    knob: "temporal.ui.replicas",
    place: "Deployment temporal-ui: replicas",
    readBack: "ready pods that answer",
    phase: "edited",
    value: 2,
    read: async (bed) => (await bed.pods("temporal-ui")).length,
  },
  ...resources("temporal.ui", "temporal-ui", { requests: ["12m", "70Mi"], limits: ["400m", "140Mi"] }),
  ...resources("temporal.adminTools", "temporal-admin-tools", { requests: ["12m", "40Mi"], limits: ["900m", "260Mi"] }),
  {
    knob: "temporal.dynamicConfigPollInterval",
    place: "ConfigMaps temporal-*-config: dynamicConfigClient.pollInterval",
    readBack: "server log: seconds from the first load to a later one, a multiple of the interval",
    phase: "created",
    value: "13s",
    read: read.pollInterval,
  },
  ...limits("temporal.limits.frontend", LIMITS.frontend, 2501),
  ...limits("temporal.limits.matching", LIMITS.matching, 2601),
  ...limits("temporal.limits.history", LIMITS.history, 2701),
  ...limits("temporal.limits.worker", LIMITS.worker, 2801),
  ...limits("temporal.limits.visibility", LIMITS.visibility, 2901),
  ...limits("temporal.limits.system", LIMITS.system, 2911),
  ...limits("temporal.limits.namespaces.<name>", LIMITS.namespaces, 3001, "{Namespace:default}"),
  ...limits("temporal.limits.taskQueues[]", LIMITS.taskQueues, 11, "{Namespace:default}{TaskQueueName:narrow}").map((row) => {
    // In one edit read partitions are only raised, and write partitions only lowered.
    const partitions = { readPartitions: 6, writePartitions: 3 }[row.knob.split(".").at(-1) ?? ""];
    return partitions === undefined ? row : { ...row, value: partitions, expected: String(partitions) };
  }),
  ...SCOPES.map(({ slice, constraints, wide: [first] }): ReadRow => ({
    knob: `${slice}.scope`,
    place: "ConfigMap temporal-dynamic-config: the cluster-wide key of each limit instead of the pod's",
    readBack: "server log: `dynamic config changed for the key`",
    phase: "cluster",
    value: "cluster",
    read: (bed) => read.dynamicConfig(bed, first?.key ?? "", constraints),
    expected: String(first?.value),
  })),
  ...(["namespace", "taskQueue"] as const).map((constraint): ReadRow => ({
    knob: `temporal.limits.taskQueues[].${constraint}`,
    place: "ConfigMap temporal-dynamic-config: constraints",
    readBack: "server log: constraints of the changed key",
    phase: "hot",
    value: constraint === "namespace" ? "default" : "narrow",
    read: (bed) => read.dynamicConfig(bed, LIMITS.taskQueues.dispatchRps.key, "{Namespace:default}{TaskQueueName:narrow}"),
    expected: "13",
  })),
  {
    knob: "temporal.dynamicConfig",
    place: "ConfigMap temporal-dynamic-config",
    readBack: "server log: `dynamic config changed for the key`",
    phase: "hot",
    value: { "limit.blobSize.warn": [{ value: 400_000 }] },
    read: (bed) => read.dynamicConfig(bed, "limit.blobSize.warn", ""),
    expected: "400000",
  },
  {
    knob: "temporal.namespaces.<name>.retention",
    place: "the namespaces job",
    readBack: "namespace description",
    phase: "edited",
    value: "48h",
    read: (bed) => read.namespaceRetention(bed, "default"),
  },
  {
    knob: "temporal.namespaces.<name>.description",
    place: "the namespaces job",
    readBack: "namespace description",
    phase: "created",
    value: "made to be kept",
    read: (bed) => read.namespaceDescription(bed, "default"),
  },
  {
    knob: "temporal.searchAttributes",
    place: "the namespaces job",
    readBack: "list of search attributes",
    phase: "edited",
    value: { BenchRun: "Keyword" },
    read: read.searchAttributes,
  },
  // load
  {
    knob: "load.enabled",
    place: "stages load and load-check",
    reason: "no server reads it: without it the stages do not exist, which the order and change tests show",
  },
  ...image("load.image", "load-worker"),
  {
    knob: "load.namespace",
    place: "pods load-*: TEMPORAL_NAMESPACE; the check",
    readBack: "task queue description: pollers",
    phase: "created",
    value: "steady",
    read: (bed) => read.polled(bed, "steady", "line", "steady"),
  },
  {
    knob: "load.taskQueue",
    place: "pods load-*: TEMPORAL_TASK_QUEUE; the check",
    readBack: "task queue description: pollers",
    phase: "created",
    value: "line",
    read: (bed) => read.polled(bed, "steady", "line", "line"),
  },
  {
    knob: "load.worker.replicas",
    place: "Deployment load-worker: replicas",
    readBack: "metrics of the workers: temporal_num_pollers",
    phase: "edited",
    value: 2,
    read: read.pollingWorkers,
  },
  ...(["maxWorkflowTaskPollers", "maxActivityTaskPollers"] as const).map((knob): UnreadRow => ({
    knob: `load.worker.${knob}`,
    place: "pod load-worker: environment",
    reason:
      "the lab's worker is our own program under the upstream name, so what it reads proves nothing about upstream; the variable's name is from upstream's source, and is tested",
  })),
  ...resources("load.worker", "load-worker", { requests: ["40m", "60Mi"], limits: ["900m", "250Mi"] }),
  {
    knob: "load.runner.replicas",
    place: "Deployment load-runner: replicas",
    readBack: "pods that run",
    phase: "edited",
    value: 1,
    read: async (bed) => (await bed.pods("load-runner")).length,
  },
  ...(
    [
      ["concurrentWorkflows", 2, "-c 2"],
      ["activities", 2, '"Count":2'],
      ["backoff", false, "-disable-backoff"],
    ] as const
  ).map(([knob, value, flag]): ReadRow => ({
    knob: `load.runner.${knob}`,
    place: "pod load-runner: command",
    readBack: "command line of the running program",
    phase: "edited",
    value,
    read: (bed) => read.commandLineHas(bed, "load-runner", flag),
    expected: true,
  })),
  {
    knob: "load.runner.wait",
    place: "pod load-runner: command",
    reason: "false lets open workflows pile up without bound, which two cores do not bear; the flag is tested as the others are",
  },
  ...resources("load.runner", "load-runner", { requests: ["40m", "60Mi"], limits: ["300m", "250Mi"] }),
  {
    knob: "load.check.workflows",
    place: "Job load-check",
    readBack: "visibility: completed workflows of the check",
    phase: "created",
    value: 2,
    read: read.checkedWorkflows,
  },
  ...REDIS_ROWS,
  ...MONGODB_ROWS,
  ...CANOPY_NODE_ROWS,
  ...RPC_MOCK_ROWS,

  ...CHRONIK_ROWS,
  ...CANOPYX_ROWS,

  // monitoring
  ...MONITORING_ROWS,
];

export function isRead(row: Row): row is ReadRow {
  return "read" in row;
}

/** A row with the value that is set and the one that must be read. */
export interface Setting {
  readonly row: ReadRow;
  readonly value: unknown;
  readonly expected: unknown;
}

export async function settingsOf(phase: ReadRow["phase"], bed: RealBed): Promise<Setting[]> {
  return Promise.all(
    [...ROWS, ...CLUSTER_ROWS]
      .filter(isRead)
      .filter((row) => row.phase === phase)
      .map(async (row) => {
        const value: unknown = typeof row.value === "function" ? await (row.value as (bed: RealBed) => Promise<unknown>)(bed) : row.value;
        return { row, value, expected: row.expected ?? value };
      }),
  );
}

/** Stack config that sets them, nested as an operator writes it; `<name>` stands for the namespace `default`. */
export function configOf(settings: readonly Setting[]): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const { row, value } of settings) {
    const steps = row.knob.replaceAll("<name>", "default").split(".");
    let at = config;
    for (const [index, step] of steps.entries()) {
      const name = step.replace("[]", "");
      if (index === steps.length - 1) at[name] = value;
      else if (step.endsWith("[]")) at = ((at[name] ??= [{}]) as Record<string, unknown>[])[0] as Record<string, unknown>;
      else at = (at[name] ??= {}) as Record<string, unknown>;
    }
  }
  return config;
}
