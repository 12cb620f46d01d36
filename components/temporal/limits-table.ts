/**
 * Every typed limit: the knob below `temporal.limits`, the dynamic-config key that it is rendered to, and how the pinned server
 * reads that key. Defaults stand in the catalogue. Source: Temporal 1.31.2, `common/dynamicconfig/constants.go` and the places named here.
 */

/** What one value bounds. `namespace`: each namespace for itself, on all pods together. */
export type Per = "pod" | "partition" | "shard" | "namespace" | "ratio";

/**
 * How a running server takes a new value once it has read the file: `rate` at the next call after the limiter's minute is over,
 * `call` with the next call, `subscribed` at once.
 */
export type Reread = "rate" | "call" | "subscribed";

/** Roles that read a key. */
export type Reader = "frontend" | "history" | "matching" | "worker";

/** One limit in the place where it is set. */
export interface Limit {
  readonly key: string;
  /** The key for all pods of the role together, which the server prefers while it is above 0. `scope: cluster` writes it instead. */
  readonly clusterKey?: string;
  readonly type: "int" | "float";
  readonly per: Per;
  readonly unit: "requests/s" | "calls/s" | "tasks/s" | "requests" | "partitions" | "operations/s" | "workflows/s" | "";
  readonly readers: readonly Reader[];
  readonly reread: Reread;
  /** Least value, where it is not 1. */
  readonly min?: number;
  readonly max?: number;
  /** Keys that must have a value of their own before the server looks at this one. */
  readonly needs?: Readonly<Record<string, boolean>>;
  readonly description: string;
}

type Limits = Readonly<Record<string, Limit>>;

const ALL: readonly Reader[] = ["frontend", "history", "matching", "worker"];

const rate = (key: string, readers: readonly Reader[], description: string): Limit => ({
  ...{ key, type: "int", per: "pod", unit: "requests/s", readers, reread: "rate", description },
});

/** A burst as a multiple of its rate: below 1 it would be less than one second's worth. */
const burst = (key: string, readers: readonly Reader[], description: string): Limit => ({
  ...{ key, type: "float", per: "ratio", unit: "", readers, reread: "rate", min: 1, max: 1000, description },
});

const store = (role: Reader): Limit => ({
  ...rate(`${role}.persistenceMaxQPS`, [role], `Store calls of the ${role} role, all namespaces.`),
  ...{ clusterKey: `${role}.persistenceGlobalMaxQPS`, unit: "calls/s" },
});

/** 0, the server's default, means the limit of all namespaces. */
const namespaceStore = (role: Reader): Limit => ({
  ...rate(`${role}.persistenceNamespaceMaxQPS`, [role], `Store calls of the ${role} role for one namespace.`),
  ...{ clusterKey: `${role}.persistenceGlobalNamespaceMaxQPS`, unit: "calls/s" },
});

const namespaceRps: Limit = {
  ...rate("frontend.namespaceRPS", ["frontend"], "Requests of one namespace. Polls are refused first, starts and completions last."),
  clusterKey: "frontend.globalNamespaceRPS",
};
const namespaceBurst = burst("frontend.namespaceBurstRatio", ["frontend"], "Burst of the namespace limit, as a multiple of its rate.");
const visibilityRps: Limit = {
  ...rate("frontend.namespaceRPS.visibility", ["frontend"], "List, count and scan calls of one namespace."),
  clusterKey: "frontend.globalNamespaceRPS.visibility",
};
const visibilityBurst = burst(
  "frontend.namespaceBurstRatio.visibility",
  ["frontend"],
  "Burst of the visibility limit, as a multiple of its rate.",
);
const namespaceRegistrationRps: Limit = {
  ...rate(
    "frontend.namespaceRPS.namespaceReplicationInducingAPIs",
    ["frontend"],
    "Calls that register or update one namespace. The server's own default is cluster-wide.",
  ),
  clusterKey: "frontend.globalNamespaceRPS.namespaceReplicationInducingAPIs",
};
const namespaceRegistrationBurst = burst(
  "frontend.namespaceBurstRatio.namespaceReplicationInducingAPIs",
  ["frontend"],
  "Burst of the namespace's registration limit, as a multiple of its rate.",
);
const concurrentPollers: Limit = {
  ...{ key: "frontend.namespaceCount", clusterKey: "frontend.globalNamespaceCount" },
  ...{ type: "int", per: "pod", unit: "requests", readers: ["frontend"], reread: "call" },
  description: "Long-running requests (polls, queries, waits for a result) of one namespace at a time, for each API method by itself.",
};
/** service/matching/ratelimit_manager.go: the rate is applied when it changes, not when the manager is made; seen on real servers. */
const LOADED = "This server applies it to partitions that are loaded when the value changes; one that is loaded later is not bounded.";

const namespaceDispatchRps: Limit = {
  ...{ key: "admin.matchingNamespaceToPartitionDispatchRate", type: "float", per: "partition", unit: "tasks/s" },
  ...{ readers: ["matching"], reread: "subscribed", min: 0.1 },
  description: `Tasks that each partition of a namespace's task queues hands out. ${LOADED}`,
};
const taskSchedulerNeeds = { "history.taskSchedulerEnableRateLimiter": true, "history.taskSchedulerEnableRateLimiterShadowMode": false };
const namespaceTaskSchedulerMaxQps: Limit = {
  ...rate(
    "history.taskSchedulerNamespaceMaxQPS",
    ["history"],
    "Internal tasks of one namespace that are put to work. Switches the scheduler's limiter on.",
  ),
  ...{ clusterKey: "history.taskSchedulerGlobalNamespaceMaxQPS", unit: "tasks/s", needs: taskSchedulerNeeds },
};
const schedulerStartWorkflowRps: Limit = {
  ...{ key: "worker.schedulerNamespaceStartWorkflowRPS", type: "float", per: "namespace", unit: "workflows/s" },
  ...{ readers: ["worker"], reread: "subscribed", min: 0.1 },
  description: "Workflows that the schedules of one namespace start.",
};
const batcherRps: Limit = {
  ...rate("worker.batcherRPS", ["worker"], "Operations of one batch job, which reads it when it starts."),
  ...{ per: "namespace", unit: "operations/s", reread: "call" },
};

/** Limits by the section of `temporal.limits` that they stand in. */
export const LIMITS = {
  frontend: {
    rps: { ...rate("frontend.rps", ["frontend"], "Requests of all namespaces."), clusterKey: "frontend.globalRPS" },
    namespaceRps,
    namespaceBurstRatio: namespaceBurst,
    visibilityRps,
    visibilityBurstRatio: visibilityBurst,
    registrationRps: rate(
      "frontend.rps.namespaceReplicationInducingAPIs",
      ["frontend"],
      "Calls that register or update namespaces, all together.",
    ),
    namespaceRegistrationRps,
    namespaceRegistrationBurstRatio: namespaceRegistrationBurst,
    concurrentPollers,
    persistenceMaxQps: store("frontend"),
    namespacePersistenceMaxQps: namespaceStore("frontend"),
  },
  matching: {
    rps: rate(
      "matching.rps",
      ["matching"],
      "Requests, polls and new tasks of all namespaces; the tightest default for workflows with activities.",
    ),
    persistenceMaxQps: store("matching"),
    namespacePersistenceMaxQps: namespaceStore("matching"),
    namespaceDispatchRps,
  },
  history: {
    rps: rate("history.rps", ["history"], "Requests of all namespaces."),
    persistenceMaxQps: store("history"),
    namespacePersistenceMaxQps: namespaceStore("history"),
    shardPersistenceMaxQps: {
      ...rate("history.persistencePerShardNamespaceMaxQPS", ["history"], "Store calls of one namespace on one shard."),
      ...{ per: "shard", unit: "calls/s" },
    },
    taskSchedulerMaxQps: {
      ...rate(
        "history.taskSchedulerMaxQPS",
        ["history"],
        "Internal tasks of all namespaces that are put to work. Switches the scheduler's limiter on.",
      ),
      ...{ clusterKey: "history.taskSchedulerGlobalMaxQPS", unit: "tasks/s", needs: taskSchedulerNeeds },
    },
    namespaceTaskSchedulerMaxQps,
    transferPollRps: shardPoll("transfer"),
    timerPollRps: shardPoll("timer"),
    visibilityPollRps: shardPoll("visibility"),
    transferHostPollRps: hostPoll("transfer"),
    timerHostPollRps: hostPoll("timer"),
    visibilityHostPollRps: hostPoll("visibility"),
  },
  worker: {
    persistenceMaxQps: store("worker"),
    namespacePersistenceMaxQps: namespaceStore("worker"),
    schedulerStartWorkflowRps,
    batcherRps,
  },
  visibility: {
    persistenceMaxReadQps: { ...rate("system.visibilityPersistenceMaxReadQPS", ALL, "Visibility reads."), unit: "calls/s" },
    persistenceMaxWriteQps: { ...rate("system.visibilityPersistenceMaxWriteQPS", ALL, "Visibility writes."), unit: "calls/s" },
  },
  system: {
    persistenceBurstRatio: burst("system.persistenceQPSBurstRatio", ALL, "Burst of every store limit, as a multiple of its rate."),
    operatorRpsRatio: {
      ...{ key: "system.operatorRPSRatio", type: "float", per: "ratio", unit: "", readers: ALL, reread: "rate", min: 0.01, max: 1 },
      description: "Share of every request and store limit that operator calls may use.",
    },
  },
  namespaces: {
    rps: namespaceRps,
    burstRatio: namespaceBurst,
    visibilityRps,
    visibilityBurstRatio: visibilityBurst,
    registrationRps: namespaceRegistrationRps,
    registrationBurstRatio: namespaceRegistrationBurst,
    concurrentPollers,
    dispatchRps: namespaceDispatchRps,
    frontendPersistenceMaxQps: namespaceStore("frontend"),
    matchingPersistenceMaxQps: namespaceStore("matching"),
    historyPersistenceMaxQps: namespaceStore("history"),
    workerPersistenceMaxQps: namespaceStore("worker"),
    shardPersistenceMaxQps: {
      ...rate("history.persistencePerShardNamespaceMaxQPS", ["history"], "Store calls on one shard."),
      ...{ per: "shard", unit: "calls/s" },
    },
    taskSchedulerMaxQps: namespaceTaskSchedulerMaxQps,
    schedulerStartWorkflowRps,
    batcherRps,
  },
  taskQueues: {
    readPartitions: partitions(
      "matching.numTaskqueueReadPartitions",
      "Partitions that pollers read. Raise it an `up` before writePartitions.",
    ),
    writePartitions: partitions(
      "matching.numTaskqueueWritePartitions",
      "Partitions that tasks are written to; never more than are read. Lower it first.",
    ),
    dispatchRps: {
      ...{ key: "admin.matchingNamespaceTaskqueueToPartitionDispatchRate", type: "float", per: "partition", unit: "tasks/s" },
      ...{ readers: ["matching"], reread: "subscribed", min: 0.1 },
      description: `Tasks that each partition hands out. ${LOADED}`,
    },
    forwardRps: {
      ...{
        key: "matching.forwarderMaxRatePerSecond",
        type: "float",
        per: "partition",
        unit: "tasks/s",
        readers: ["matching"],
        reread: "rate",
        min: 0.1,
      },
      description: "Tasks that each partition forwards to its parent.",
    },
  },
} as const satisfies Record<string, Limits>;

export type Section = keyof typeof LIMITS;
/** Sections with `scope`: what holds per pod there can be said for all pods of a role together instead. */
export const SCOPED = ["frontend", "matching", "history", "worker", "namespaces"] as const satisfies readonly Section[];

function shardPoll(queue: string): Limit {
  return {
    ...rate(`history.${queue}ProcessorMaxPollRPS`, ["history"], `Times that one shard loads tasks of its ${queue} queue.`),
    ...{ per: "shard", unit: "calls/s" },
  };
}

/** 0, the server's default, means a share of history.persistenceMaxQPS. */
function hostPoll(queue: string): Limit {
  return {
    ...rate(`history.${queue}ProcessorMaxPollHostRPS`, ["history"], `Times that all shards load tasks of their ${queue} queues.`),
    unit: "calls/s",
  };
}

function partitions(key: string, description: string): Limit {
  return {
    ...{ key, type: "int", per: "partition", unit: "partitions", readers: ["frontend", "history", "matching"], reread: "call", max: 1000 },
    description,
  };
}
