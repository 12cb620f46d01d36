import type { Config } from "../e2e/support/program";

/**
 * What an edit of a knob does to the bed. `update`: in place, no pod notices. `roll`: the pods are replaced by new ones, in
 * the workload's own rollout. `renew`: a new object under a new name, then the old one goes. `rerun`: the old object goes,
 * then a new one of the same name. Everything that is not named stays as it is.
 */
export type Effect = "create" | "update" | "roll" | "renew" | "rerun" | "delete";

export interface Knob {
  /** The edit, as stack config on top of the layer. */
  readonly edit: Config;
  readonly effects: Readonly<Record<string, Effect>>;
  /** Effects on everything of a kind, whatever the bed has of it. */
  readonly everyOf?: Readonly<Record<string, Effect>>;
}

const roles = ["frontend", "history", "matching", "worker"];

function all(effect: Effect, ...resources: string[]): Record<string, Effect> {
  return Object.fromEntries(resources.map((resource) => [resource, effect]));
}

const SETS = ["StatefulSet cassandra", "StatefulSet elasticsearch"];
const SERVERS = roles.map((role) => `Deployment temporal-${role}`);
const LOAD = ["Deployment load-worker"];
const SERVER_CONFIGS = roles.map((role) => `ConfigMap temporal-${role}-config`);
const EVERY_SERVER = { StatefulSet: "roll", Deployment: "roll" } as const;
/** Every pod of the bed. */
const EVERY_POD = { ...EVERY_SERVER, Job: "rerun" } as const;
const NAMESPACE_FACTS = all("update", "Namespace platform-namespace");

/** A program of the load comes or goes: Prometheus asks others for their metrics, and who may reach the frontend differs. */
const SCRAPES: Readonly<Record<string, Effect>> = {
  ...all("update", "NetworkPolicy network-temporal-frontend", "NetworkPolicy network-prometheus"),
  "ConfigMap prometheus-config": "renew",
  "StatefulSet prometheus": "roll",
};

/** Edits of the dev layer. */
export const DEV: Readonly<Record<string, Knob>> = {
  "nothing: the same value again": { edit: { temporal: { numHistoryShards: 4 } }, effects: {} },

  // limits and dynamic config: one object, no pod
  "a limit": { edit: { temporal: { limits: { matching: { rps: 5000 } } } }, effects: all("update", "ConfigMap temporal-dynamic-config") },
  "a limit, as text": {
    edit: { temporal: { limits: { frontend: { rps: "1500" } } } },
    effects: all("update", "ConfigMap temporal-dynamic-config"),
  },
  "several limits at once": {
    edit: { temporal: { limits: { frontend: { namespaceRps: 100 }, history: { rps: 7000 }, worker: { persistenceMaxQps: 600 } } } },
    effects: all("update", "ConfigMap temporal-dynamic-config"),
  },
  "a raw dynamic-config key": {
    edit: { temporal: { dynamicConfig: { "history.maxInFlightUpdates": [{ value: 20 }] } } },
    effects: all("update", "ConfigMap temporal-dynamic-config"),
  },

  // one role of Temporal
  "replicas of history": { edit: { temporal: { history: { replicas: 2 } } }, effects: all("update", "Deployment temporal-history") },
  "log level of history": {
    edit: { temporal: { history: { logLevel: "debug" } } },
    effects: { "ConfigMap temporal-history-config": "renew", "Deployment temporal-history": "roll" },
  },
  "Cassandra connections of matching": {
    edit: { temporal: { matching: { cassandraMaxConns: 40 } } },
    effects: { "ConfigMap temporal-matching-config": "renew", "Deployment temporal-matching": "roll" },
  },
  "CPU limit of frontend": {
    edit: { temporal: { frontend: { resources: { limits: { cpu: "1" } } } } },
    effects: all("roll", "Deployment temporal-frontend"),
  },
  "memory request of worker": {
    edit: { temporal: { worker: { resources: { requests: { memory: "256Mi" } } } } },
    effects: all("roll", "Deployment temporal-worker"),
  },

  // all of Temporal
  "poll interval of the dynamic config": {
    edit: { temporal: { dynamicConfigPollInterval: "30s" } },
    effects: { ...all("renew", ...SERVER_CONFIGS), ...all("roll", ...SERVERS) },
  },
  "server version": {
    edit: { temporal: { image: { tag: "1.31.3" } } },
    effects: { ...all("roll", ...SERVERS), ...all("rerun", "Job temporal-cluster") },
  },
  "admin-tools version": {
    edit: { temporal: { adminToolsImage: { tag: "1.31.3" } } },
    effects: {
      ...all("rerun", "Job temporal-schema", "Job temporal-visibility", "Job temporal-namespaces", "Job load-check"),
      ...all("roll", "Deployment temporal-admin-tools"),
    },
  },
  "UI version": { edit: { temporal: { uiImage: { tag: "2.52.1" } } }, effects: all("roll", "Deployment temporal-ui") },
  "replicas of the UI": { edit: { temporal: { ui: { replicas: 2 } } }, effects: all("update", "Deployment temporal-ui") },
  "retention of a namespace": {
    edit: { temporal: { namespaces: { default: { retention: "24h" } } } },
    effects: all("rerun", "Job temporal-namespaces"),
  },
  "one namespace more": {
    edit: { temporal: { namespaces: { indexing: { retention: "24h" } } } },
    effects: all("rerun", "Job temporal-namespaces"),
  },
  "a search attribute": {
    edit: { temporal: { searchAttributes: { Chain: "Keyword" } } },
    effects: all("rerun", "Job temporal-namespaces"),
  },

  // load
  "task queue of the load": {
    edit: { load: { taskQueue: "pay" } },
    effects: { ...all("roll", ...LOAD), ...all("rerun", "Job load-check") },
  },
  "worker version": {
    edit: { load: { image: { tag: "v1.6.2" } } },
    effects: { ...all("roll", ...LOAD), ...all("rerun", "Job load-check") },
  },
  "pollers of the worker": { edit: { load: { worker: { maxWorkflowTaskPollers: 16 } } }, effects: all("roll", ...LOAD) },
  "replicas of the worker": { edit: { load: { worker: { replicas: 2 } } }, effects: all("update", ...LOAD) },
  "a runner": {
    edit: { load: { runner: { replicas: 1 } } },
    effects: {
      ...all("create", "Deployment load-runner", "NetworkPolicy network-load-runner"),
      ...SCRAPES,
    },
  },
  "workflows of the check": { edit: { load: { check: { workflows: 2 } } }, effects: all("rerun", "Job load-check") },
  "no load": {
    edit: { load: { enabled: false } },
    effects: {
      ...all("delete", "Load load", ...LOAD, "RunOnce load-check", "Job load-check"),
      ...all("delete", "NetworkPolicy network-load-worker", "NetworkPolicy network-load-check"),
      ...SCRAPES,
    },
  },

  // stores
  "write threads of Cassandra": {
    edit: { cassandra: { concurrentWrites: 8 } },
    effects: { "ConfigMap cassandra-config": "renew", "StatefulSet cassandra": "roll" },
  },
  "heap of Cassandra": { edit: { cassandra: { heap: "640Mi" } }, effects: all("roll", "StatefulSet cassandra") },
  "Cassandra version": {
    edit: { cassandra: { image: { tag: "5.0.10" } } },
    effects: { "StatefulSet cassandra": "roll", "Job cassandra-roles": "rerun" },
  },
  "heap of Elasticsearch": { edit: { elasticsearch: { heap: "384Mi" } }, effects: all("roll", "StatefulSet elasticsearch") },
  "Elasticsearch version": {
    edit: { elasticsearch: { image: { tag: "8.19.6" } } },
    effects: all("roll", "StatefulSet elasticsearch"),
  },
  "a scale-down removes claims no more": {
    edit: { elasticsearch: { storage: { whenScaled: "Retain" } } },
    effects: all("update", "StatefulSet elasticsearch"),
  },

  // the ground
  "registry mirror": { edit: { images: { mirror: "mirror.example.com/hub" } }, effects: {}, everyOf: EVERY_POD },
  "image pull secrets": { edit: { images: { pullSecrets: ["registry"] } }, effects: {}, everyOf: EVERY_POD },
  // Tools, worker and Redis end within 10 s whatever is allowed, jobs within 5; brokers have 30 s in any case.
  "termination grace period": {
    edit: { platform: { terminationGracePeriodSeconds: 20 } },
    effects: all("roll", ...SETS, ...SERVERS, "StatefulSet clickhouse", "StatefulSet clickhouse-keeper", "StatefulSet prometheus"),
  },
  "network policies off": {
    edit: { platform: { networkPolicies: false } },
    effects: all("delete", "Network network"),
    everyOf: { NetworkPolicy: "delete" },
  },
  "deadline of jobs": { edit: { platform: { jobDeadlineSeconds: 240 } }, effects: {}, everyOf: { Job: "rerun" } },
  "deadline of pods": { edit: { platform: { podDeadlineSeconds: 300 } }, effects: {}, everyOf: EVERY_SERVER },
  budget: {
    edit: { platform: { budget: { cpu: "2" } } },
    effects: all("update", "ResourceQuota platform-budget", "ResourceQuota indexers-budget"),
  },
};

/** Edits of the prod layer. */
export const PROD: Readonly<Record<string, Knob>> = {
  "replicas of history": { edit: { temporal: { history: { replicas: 8 } } }, effects: all("update", "Deployment temporal-history") },
  "history down to one pod needs no disruption budget": {
    edit: { temporal: { history: { replicas: 1 } } },
    effects: { "Deployment temporal-history": "update", "PodDisruptionBudget temporal-history": "delete" },
  },
  "two more Cassandra nodes": { edit: { cassandra: { replicas: 5 } }, effects: all("update", "StatefulSet cassandra") },
  "two more Elasticsearch nodes": { edit: { elasticsearch: { replicas: 5 } }, effects: all("update", "StatefulSet elasticsearch") },
  "replication factor": {
    edit: { cassandra: { replicationFactor: 2 } },
    effects: {
      "ConfigMap cassandra-config": "renew",
      "StatefulSet cassandra": "roll",
      "Job cassandra-roles": "rerun",
      "Job temporal-schema": "rerun",
    },
  },
  load: {
    edit: { load: { enabled: true } },
    effects: {
      ...all("create", "Load load", "Deployment load-worker", "PodDisruptionBudget load-worker", "RunOnce load-check", "Job load-check"),
      ...all("create", "NetworkPolicy network-load-worker", "NetworkPolicy network-load-check"),
      ...SCRAPES,
    },
  },
  // Protection is kept by the engine: the cluster does not notice.
  "sets unprotected": { edit: { platform: { unprotectSets: true } }, effects: {} },
};

/**
 * Edits that would replace a set with data. The guard refuses them before the engine starts, when it can see the cluster;
 * this is the second line, without it.
 */
export const REFUSED_BY_PROTECTION: Readonly<Record<string, Config>> = {
  "disk of Cassandra": { cassandra: { storage: { size: "600Gi" } } },
  "disk of Elasticsearch": { elasticsearch: { storage: { size: "120Gi" } } },
  "class of Cassandra's disks": { cassandra: { storage: { className: "fast" } } },
  "class of all disks": { platform: { storageClass: "fast" } },
};

/** Edits that the guard refuses on a cluster; here for what they would do, so that the guard is known to be needed. */
export const WITHOUT_THE_GUARD: Readonly<Record<string, Knob>> = {
  "disk of Cassandra in dev": {
    edit: { cassandra: { storage: { size: "5Gi" } } },
    effects: {
      ...NAMESPACE_FACTS,
      "StatefulSet cassandra": "rerun",
      ...all("rerun", "Job cassandra-roles", "Job temporal-schema", "Job temporal-cluster", "Job temporal-namespaces", "Job load-check"),
    },
  },
  "history shards": {
    edit: { temporal: { numHistoryShards: 8 } },
    effects: {
      ...NAMESPACE_FACTS,
      ...all("renew", ...SERVER_CONFIGS),
      ...all("roll", ...SERVERS),
      ...all("rerun", "Job temporal-cluster"),
    },
  },
};
