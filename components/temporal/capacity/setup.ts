import { dynamicConfig, inForce } from "../dynamic-config";
import { LIMITS, type Limit as TypedLimit, type Section } from "../limits-table";
import type { TemporalValues } from "../values";
import type { Forwarding } from "./forwarding";

/** A limit by its place in the table of limits; its keys are the table's. */
function limited<S extends Section>(section: S, knob: keyof (typeof LIMITS)[S] & string) {
  const { key, clusterKey }: TypedLimit = (LIMITS[section] as Readonly<Record<string, TypedLimit>>)[knob] as TypedLimit;
  return { key, ...(clusterKey !== undefined && { clusterKey }), at: [section, knob] as const };
}

/** Limits that bound a rate of workflows. */
export const LIMITED = {
  frontendRps: limited("frontend", "rps"),
  namespaceRps: limited("namespaces", "rps"),
  concurrentPollers: limited("namespaces", "concurrentPollers"),
  matchingRps: limited("matching", "rps"),
  historyRps: limited("history", "rps"),
  historyStore: limited("history", "persistenceMaxQps"),
  namespaceStore: limited("namespaces", "historyPersistenceMaxQps"),
  shardStore: limited("namespaces", "shardPersistenceMaxQps"),
  visibilityWrites: limited("visibility", "persistenceMaxWriteQps"),
  queueDispatch: limited("taskQueues", "dispatchRps"),
  namespaceDispatch: limited("namespaces", "dispatchRps"),
};

export type LimitName = keyof typeof LIMITED;

/** A limit as the server has it. */
export interface Limit {
  /** Of one pod (partition, shard), or of all pods together; 0: none. */
  readonly value: number;
  /** Whether the value is that of all pods together. */
  readonly cluster: boolean;
  /** Whether `temporal.dynamicConfig` sets it, so that no typed knob may. */
  readonly raw: boolean;
}

/** Where workflows run. */
export interface Where {
  readonly namespace: string;
  readonly taskQueue: string;
  /** Worker processes, each with a sticky queue of its own; default 1. */
  readonly workers?: number;
}

/** What bounds the workflows of one namespace and task queue, as plain numbers. */
export interface Setup {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly replicas: { readonly frontend: number; readonly history: number; readonly matching: number };
  readonly workers: number;
  readonly limits: Readonly<Record<LimitName, Limit>>;
  /** Partitions that tasks are written to. */
  readonly partitions: number;
  readonly forwarding: Forwarding;
  readonly shards: number;
  /** Mean seconds of one write to the store, in a shard: an assumption until it is measured. */
  readonly shardSeconds: number;
  /** Share of all shards' time that is used when the busiest has none left: an assumption. */
  readonly shardBalance: number;
  /** Size of the bucket of the namespace's requests, in seconds' worth of its rate. */
  readonly namespaceBurst: number;
  /** Whether the server grants eager activities. */
  readonly eagerActivities: boolean;
}

/** Mean write of an execution on a store that is not short of anything; 20 ms is what a busy one shows. */
export const SHARD_SECONDS = 0.005;
/** Workflow ids are spread by a hash: with some hundred shards and thousands of open workflows the busiest has half as much again. */
export const SHARD_BALANCE = 0.7;

/** The limits in force for a namespace and task queue, by the server's own rules. */
export function setupOf(values: TemporalValues, { namespace, taskQueue, workers = 1 }: Where): Setup {
  const config = dynamicConfig(values);
  const raw = new Set(Object.keys(values.dynamicConfig).map((key) => key.toLowerCase()));
  const value = (key: string) => {
    const found = inForce(config, key, { namespace, taskQueue });
    if (typeof found !== "number") throw new Error(`${key} is ${JSON.stringify(found)}; a number was expected`);
    return found;
  };
  const limit = ({ key, clusterKey }: { key: string; clusterKey?: string }): Limit => {
    // As common/quotas/calculator does: the value for all pods counts as soon as it is above 0.
    const cluster = clusterKey !== undefined && value(clusterKey) > 0;
    const used = cluster ? clusterKey : key;
    return { value: value(used), cluster, raw: raw.has(used.toLowerCase()) };
  };
  return {
    namespace,
    taskQueue,
    replicas: { frontend: values.frontend.replicas, history: values.history.replicas, matching: values.matching.replicas },
    workers,
    limits: Object.fromEntries(Object.entries(LIMITED).map(([name, keys]) => [name, limit(keys)])) as Record<LimitName, Limit>,
    partitions: Math.max(1, value("matching.numTaskqueueWritePartitions")),
    forwarding: {
      tasksPerSecond: value("matching.forwarderMaxRatePerSecond"),
      children: Math.max(1, value("matching.forwarderMaxChildrenPerNode")),
    },
    shards: values.numHistoryShards,
    shardSeconds: SHARD_SECONDS,
    shardBalance: SHARD_BALANCE,
    namespaceBurst: value("frontend.namespaceBurstRatio"),
    eagerActivities: inForce(config, "system.enableActivityEagerExecution", { namespace, taskQueue }) === true,
  };
}

/** The dynamic-config key that is in force. */
export function keyOf(setup: Setup, name: LimitName): string {
  const { key, clusterKey }: { key: string; clusterKey?: string } = LIMITED[name];
  return setup.limits[name].cluster && clusterKey !== undefined ? clusterKey : key;
}

/** The knob of a limit, as a path of the values. */
export function knobOf(setup: Setup, name: LimitName): string {
  if (setup.limits[name].raw) return `temporal.dynamicConfig["${keyOf(setup, name)}"]`;
  return `temporal.limits.${knobPath(setup, name).join(".").replace(".[", "[")}`;
}

/** The knob below `temporal.limits`, step by step; the entry of a task queue is `[]`, since where it stands is up to the list. */
export function knobPath({ namespace }: Setup, name: LimitName): string[] {
  const [section, knob] = LIMITED[name].at;
  if (section === "namespaces") return [section, namespace, knob];
  return section === "taskQueues" ? [section, "[]", knob] : [section, knob];
}
