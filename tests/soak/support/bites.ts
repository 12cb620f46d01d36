import { LIMITS, type Reader, type Section } from "../../../components/temporal/limits-table";
import type { Tree } from "../../../values/layers";
import type { Counter } from "./metric";
import * as provoke from "./provoke";
import type { Provocation, Round } from "./provoke";

/**
 * What each limit does to a running server: every limit of the table of limits has a row here. `scope: cluster` is the same limiter
 * by another key, so it is shown for the limits of one namespace, among which is every kind of limiter that has such a key.
 */

/** A round with what the row's counter rose by during it. */
export interface Seen extends Round {
  readonly counted: number;
}

/** A limit that is set low and raised again on the bed. */
export interface Bite {
  /** `section.name` of the table of limits; after it, in brackets, a variant of the same limiter. */
  readonly knob: string;
  /** Below `temporal.limits`, while it is low. Groups are merged; the entry of `taskQueues` is added to the list. */
  readonly low: Tree;
  /** The same when it is raised again; unset: nothing is set. */
  readonly raised?: Tree;
  readonly provoke: Provocation;
  readonly counter: Counter;
  /** What the limit means for one round, in words. */
  readonly means: string;
  bites(seen: Seen): boolean;
  free(seen: Seen): boolean;
}

/** Namespaces of the bed, each for limits that do not mask each other. */
const NAMES = ["calls", "bursts", "polls", "dispatch", "stores", "shards", "tasks", "jobs"] as const;
type Name = (typeof NAMES)[number];
export const NAMESPACES = Object.fromEntries(NAMES.map((name) => [name, { retention: "24h" }]));

/* What the servers count */

/** Calls that a role has refused. */
function refused(role: Reader, operation: string, cause: "RpsLimit" | "ConcurrentLimit", namespace?: string): Counter {
  const scope = { resource_exhausted_cause: cause, resource_exhausted_scope: namespace === undefined ? "System" : "Namespace" };
  const labels = { service_name: role, operation, ...(namespace !== undefined && { namespace }), ...scope };
  return { role, metric: "service_errors_resource_exhausted", labels };
}

/** Store calls that a role has refused itself. */
function storeRefused(role: Reader, namespace?: string): Counter {
  const scope = {
    resource_exhausted_cause: "PersistenceLimit",
    resource_exhausted_scope: namespace === undefined ? "System" : "Namespace",
  };
  const labels = { ...(namespace !== undefined && { namespace }), ...scope };
  return { role, metric: "persistence_errors_resource_exhausted", labels };
}

function visibilityRefused(role: Reader, operation: string): Counter {
  const scope = { resource_exhausted_cause: "PersistenceLimit", resource_exhausted_scope: "System" };
  return { role, metric: "visibility_persistence_resource_exhausted", labels: { operation, ...scope } };
}

/** Times that history has loaded tasks of a queue. */
const loads = (operation: string): Counter => ({ role: "history", metric: "persistence_requests", labels: { operation } });

/** Nothing of the server's own counts this; the round does. */
const NONE: Counter = { role: "frontend", metric: "", labels: {} };

/** A hyphen becomes an underscore in a label. */
const SYSTEM_LABEL = "temporal_system";

const throttledTasks = (namespace: string): Counter => ({
  ...{ role: "history", metric: "task_scheduler_throttled", labels: { namespace } },
});

/* What a round must look like */

/** By the server's own count of what it has refused, and by the answers. */
const byRefusals = {
  means: "refused; none when it is raised",
  bites: ({ counted, through, offered }: Seen) => counted > 0 && through < offered,
  free: ({ counted, through, offered }: Seen) => counted === 0 && through === offered,
};

/** By the server's own count alone, where it tries again by itself. */
const byCount = {
  means: "refused, and tried again by the server; none when it is raised",
  bites: ({ counted }: Seen) => counted > 0,
  free: ({ counted, through, offered }: Seen) => counted === 0 && through === offered,
};

/** By what went through of calls at once: what the bucket holds, and what two seconds add to it, in which all have come. */
function byBurst(rate: number, high: number) {
  const most = 3 * rate;
  return {
    means: `at most ${most} at once, at least ${high} when it is raised (${rate}/s)`,
    bites: ({ counted, through }: Seen) => counted > 0 && through <= most,
    free: ({ through }: Seen) => through >= high,
  };
}

/** By what is done in a given time. */
function byWork(least: number, most: number) {
  return {
    means: `at most ${most} in the time, at least ${least} when it is raised`,
    bites: ({ through }: Seen) => through <= most,
    free: ({ through }: Seen) => through >= least,
  };
}

/** By how often something was done: so often a second until the page is read, and once more for what the bucket holds. */
function byLoads(perSecond: number) {
  const most = ({ seconds }: Seen) => Math.ceil(perSecond * (seconds + 2.5));
  return {
    means: `at most ${perSecond}/s, and half as many again or more when it is raised`,
    bites: (seen: Seen) => seen.through === seen.offered && seen.counted > 0 && seen.counted <= most(seen),
    free: (seen: Seen) => seen.through === seen.offered && seen.counted > 1.5 * most(seen),
  };
}

/* The limiters of one namespace: set for it alone, by the key of all pods together, or for all namespaces */

/** How one limiter of a namespace is shown. */
interface Kind {
  readonly name: keyof typeof LIMITS.namespaces;
  /** The knob that says the same for all namespaces. */
  readonly general: readonly [Section, string];
  readonly at: Name | "temporal-system";
  readonly low: number;
  readonly raised?: number;
  readonly provoke: Provocation;
  readonly counter: Counter;
  readonly shows: Pick<Bite, "means" | "bites" | "free">;
  /** Limits that must hold beside it, low or raised. */
  readonly beside?: Tree;
}

const KINDS: readonly Kind[] = [
  {
    ...{ name: "rps", general: ["frontend", "namespaceRps"], at: "calls", low: 5 },
    ...{ provoke: provoke.describeQueue("calls", 40), counter: refused("frontend", "DescribeTaskQueue", "RpsLimit", "calls") },
    shows: byRefusals,
  },
  {
    ...{ name: "burstRatio", general: ["frontend", "namespaceBurstRatio"], at: "bursts", low: 1, raised: 6, beside: { rps: 5 } },
    ...{
      provoke: provoke.rested(8, provoke.describeQueue("bursts", 60)),
      counter: refused("frontend", "DescribeTaskQueue", "RpsLimit", "bursts"),
    },
    shows: byBurst(5, 22),
  },
  {
    ...{ name: "visibilityRps", general: ["frontend", "visibilityRps"], at: "calls", low: 1, raised: 1000 },
    ...{ provoke: provoke.count("calls", 8), counter: refused("frontend", "CountWorkflowExecutions", "RpsLimit", "calls") },
    shows: byRefusals,
  },
  {
    ...{ name: "visibilityBurstRatio", general: ["frontend", "visibilityBurstRatio"], at: "bursts", low: 1, raised: 6 },
    ...{ beside: { visibilityRps: 2 }, provoke: provoke.rested(8, provoke.count("bursts", 20)) },
    counter: refused("frontend", "CountWorkflowExecutions", "RpsLimit", "bursts"),
    shows: byBurst(2, 9),
  },
  {
    ...{ name: "registrationRps", general: ["frontend", "namespaceRegistrationRps"], at: "calls", low: 1, raised: 1000 },
    ...{ provoke: provoke.updateNamespace("calls", 8), counter: refused("frontend", "UpdateNamespace", "RpsLimit", "calls") },
    shows: byRefusals,
  },
  {
    ...{ name: "registrationBurstRatio", general: ["frontend", "namespaceRegistrationBurstRatio"], at: "bursts", low: 1, raised: 6 },
    ...{ beside: { registrationRps: 2 }, provoke: provoke.rested(8, provoke.updateNamespace("bursts", 20)) },
    counter: refused("frontend", "UpdateNamespace", "RpsLimit", "bursts"),
    shows: byBurst(2, 9),
  },
  {
    ...{ name: "concurrentPollers", general: ["frontend", "concurrentPollers"], at: "polls", low: 1 },
    ...{ provoke: provoke.polls("polls", 4), counter: refused("frontend", "PollWorkflowTaskQueue", "ConcurrentLimit", "polls") },
    shows: byRefusals,
  },
  {
    ...{ name: "dispatchRps", general: ["matching", "namespaceDispatchRps"], at: "dispatch", low: 0.1 },
    ...{ provoke: provoke.handOut("dispatch", "fed", 20, 6), counter: NONE },
    // Each of four partitions: one at once, the next after 9 s.
    shows: byWork(20, 4),
  },
  {
    ...{ name: "frontendPersistenceMaxQps", general: ["frontend", "namespacePersistenceMaxQps"], at: "stores", low: 1 },
    ...{ provoke: provoke.describeNamespace("stores", 10), counter: storeRefused("frontend", "stores") },
    shows: byRefusals,
  },
  {
    ...{ name: "matchingPersistenceMaxQps", general: ["matching", "namespacePersistenceMaxQps"], at: "stores", low: 1 },
    ...{ provoke: provoke.loadQueues("stores", 10), counter: storeRefused("matching", "stores") },
    shows: byCount,
  },
  {
    ...{ name: "historyPersistenceMaxQps", general: ["history", "namespacePersistenceMaxQps"], at: "stores", low: 1 },
    ...{ provoke: provoke.describeWorkflow("stores", 10), counter: storeRefused("history", "stores") },
    shows: byRefusals,
  },
  {
    ...{ name: "workerPersistenceMaxQps", general: ["worker", "namespacePersistenceMaxQps"], at: "temporal-system", low: 1 },
    ...{ provoke: provoke.refuseToDelete(6), counter: storeRefused("worker", SYSTEM_LABEL) },
    shows: byCount,
  },
  {
    ...{ name: "shardPersistenceMaxQps", general: ["history", "shardPersistenceMaxQps"], at: "shards", low: 1 },
    ...{ provoke: provoke.describeWorkflow("shards", 10), counter: storeRefused("history", "shards") },
    shows: byRefusals,
  },
  {
    ...{ name: "taskSchedulerMaxQps", general: ["history", "namespaceTaskSchedulerMaxQps"], at: "tasks", low: 1 },
    ...{ provoke: provoke.handOut("tasks", "fed", 20, 4), counter: throttledTasks("tasks") },
    shows: {
      means: "throttled, at most 8 of 20 handed out in the time; all when it is raised",
      bites: ({ counted, through }) => counted > 0 && through <= 8,
      free: ({ counted, through }) => counted === 0 && through === 20,
    },
  },
  {
    ...{ name: "schedulerStartWorkflowRps", general: ["worker", "schedulerStartWorkflowRps"], at: "jobs", low: 0.1 },
    ...{ provoke: provoke.backfill("jobs", 6, 8) },
    counter: { role: "worker", metric: "schedule_rate_limited", labels: { namespace: "jobs" } },
    shows: {
      means: "rate limited, at most 2 of 6 started in the time; all when it is raised",
      bites: ({ counted, through }) => counted > 0 && through <= 2,
      free: ({ counted, through }) => counted === 0 && through === 6,
    },
  },
  {
    ...{ name: "batcherRps", general: ["worker", "batcherRps"], at: "jobs", low: 1 },
    ...{ provoke: provoke.batch("jobs", 20, 8), counter: provoke.signals("jobs") },
    shows: {
      means: "at most 1/s done; all of 20 in the time when it is raised",
      bites: ({ through, seconds }) => through <= seconds + 3,
      free: ({ through }) => through >= 20,
    },
  },
];

/** What every limit of a namespace is where another one is shown: the value of one namespace wins over the one for all. */
const OPEN = 100_000;
function open(at: string): Tree {
  const shown = KINDS.filter((kind) => kind.at === at).map(({ name }) => name as string);
  const rates = Object.entries(LIMITS.namespaces).filter(([name, { unit }]) => unit !== "" && !shown.includes(name));
  return Object.fromEntries(rates.map(([name]) => [name, OPEN]));
}

const ofNamespace = ({ name, at, low, raised, beside, provoke: how, counter, shows }: Kind, scope?: "cluster"): Bite => {
  const limits = (value: number | undefined): Tree =>
    value === undefined && beside === undefined
      ? {}
      : { namespaces: { [at]: { ...(scope !== undefined && { scope }), ...beside, ...(value !== undefined && { [name]: value }) } } };
  const knob = scope === undefined ? `namespaces.${name}` : `namespaces.${name} (scope: cluster)`;
  return { knob, low: limits(low), raised: limits(raised), provoke: how, counter, ...shows };
};

const ofAll = ({ general: [section, name], low, raised, provoke: how, counter, shows }: Kind): Bite => {
  const limits = (value: number | undefined): Tree => (value === undefined ? {} : { [section]: { [name]: value } });
  return { knob: `${section}.${name}`, low: limits(low), raised: limits(raised), provoke: how, counter, ...shows };
};

/* The limiters of a role, of a store and of a task queue */

const STREAM = provoke.stream("polls", 80, 4);
const pollsOf = (scope: "shard" | "host"): Bite[] =>
  (["Transfer", "Timer", "Visibility"] as const).map((queue) => {
    const name = `${queue.toLowerCase()}${scope === "host" ? "Host" : ""}PollRps`;
    // Dev has four shards.
    return {
      ...{ knob: `history.${name}`, low: { history: { [name]: 1 } }, provoke: STREAM, counter: loads(`Get${queue}Tasks`) },
      ...byLoads(scope === "host" ? 1 : 4),
    };
  });

/** Limits that are set at the same time, because none hides another. */
export interface Group {
  readonly title: string;
  /** Set while the group is low and while it is raised. */
  readonly base: Tree;
  readonly rows: readonly Bite[];
}

export const GROUPS: readonly Group[] = [
  {
    title: "limits of one namespace, and of a host's history queues",
    base: {},
    rows: [...KINDS.map((kind) => ofNamespace(kind)), ...pollsOf("host")],
  },
  {
    title: "limits of one namespace, of all pods together; queues of history and of matching",
    base: {},
    rows: [
      ...KINDS.filter(({ name, beside }) => "clusterKey" in LIMITS.namespaces[name] && beside === undefined).map((kind) =>
        ofNamespace(kind, "cluster"),
      ),
      ...pollsOf("shard"),
      {
        ...{ knob: "taskQueues.writePartitions", provoke: provoke.listPartitions("polls", "narrow") },
        low: { taskQueues: [{ namespace: "polls", taskQueue: "narrow", writePartitions: 1 }] },
        ...{ counter: NONE, ...byWork(4, 1) },
      },
      {
        ...{ knob: "taskQueues.readPartitions", provoke: provoke.pollPartitions("shards", "wide") },
        low: {},
        raised: { taskQueues: [{ namespace: "shards", taskQueue: "wide", readPartitions: 6 }] },
        counter: { role: "matching", metric: "poll_timeouts", labels: { namespace: "shards", taskqueue: "wide", partition: "5" } },
        means: "partition 5 of a queue is polled when six are read, and not when the server's four are",
        bites: ({ counted, through, offered }) => counted === 0 && through === offered,
        free: ({ counted }) => counted > 0,
      },
      {
        ...{ knob: "taskQueues.dispatchRps", provoke: provoke.handOut("dispatch", "slow", 20, 6) },
        low: { taskQueues: [{ namespace: "dispatch", taskQueue: "slow", dispatchRps: 0.1 }] },
        ...{ counter: NONE, ...byWork(20, 4) },
      },
      {
        ...{ knob: "taskQueues.forwardRps", provoke: provoke.handOut("jobs", "forwarded", 30, 5, 2) },
        low: { taskQueues: [{ namespace: "jobs", taskQueue: "forwarded", forwardRps: 0.1 }] },
        counter: { role: "matching", metric: "forwarded", labels: { namespace: "jobs", operation: "MatchingClientAddWorkflowTask" } },
        // Of each of three partitions below the root: one at once, the next after 10 s.
        means: "at most 6 tasks forwarded in the time, at least 10 when it is raised",
        bites: ({ counted }) => counted <= 6,
        free: ({ counted }) => counted >= 10,
      },
      {
        ...{ knob: "visibility.persistenceMaxWriteQps", low: { visibility: { persistenceMaxWriteQps: 1 } } },
        ...{ provoke: STREAM, counter: visibilityRefused("history", "RecordWorkflowExecutionStarted"), ...byCount },
      },
    ],
  },
  {
    title: "the same limits for every namespace",
    base: {
      namespaces: Object.fromEntries(
        [...NAMES, "default", "temporal-system"].map((at) => [
          at,
          { ...open(at), ...Object.assign({}, ...KINDS.filter((kind) => kind.at === at).map(({ beside }) => beside)) },
        ]),
      ),
    },
    rows: KINDS.map(ofAll),
  },
  {
    title: "limits of the frontend and of the worker",
    base: { namespaces: { calls: { visibilityRps: OPEN, registrationRps: OPEN } } },
    rows: [
      {
        ...{ knob: "frontend.rps", low: { frontend: { rps: 30 } }, provoke: provoke.describeQueue("calls", 150) },
        ...{ counter: refused("frontend", "DescribeTaskQueue", "RpsLimit"), ...byRefusals },
      },
      {
        ...{ knob: "frontend.registrationRps", low: { frontend: { registrationRps: 1 } }, provoke: provoke.updateNamespace("calls", 8) },
        ...{ counter: refused("frontend", "UpdateNamespace", "RpsLimit"), ...byRefusals },
      },
      {
        ...{ knob: "frontend.persistenceMaxQps", low: { frontend: { persistenceMaxQps: 5 } } },
        ...{ provoke: provoke.describeNamespace("stores", 25), counter: storeRefused("frontend"), ...byRefusals },
      },
      {
        ...{ knob: "visibility.persistenceMaxReadQps", low: { visibility: { persistenceMaxReadQps: 1 } } },
        ...{ provoke: provoke.count("calls", 8), counter: visibilityRefused("frontend", "CountWorkflowExecutions"), ...byRefusals },
      },
      {
        ...{ knob: "worker.persistenceMaxQps", low: { worker: { persistenceMaxQps: 1 } } },
        ...{ provoke: provoke.deleteNamespaces(6), counter: storeRefused("worker"), ...byCount },
      },
    ],
  },
  {
    title: "limits of matching and of operators",
    base: { namespaces: { bursts: { rps: 10, burstRatio: 1 } } },
    rows: [
      {
        ...{ knob: "matching.rps", low: { matching: { rps: 20 } }, provoke: provoke.describeQueue("calls", 80) },
        ...{ counter: refused("matching", "DescribeTaskQueue", "RpsLimit"), ...byRefusals },
      },
      {
        ...{ knob: "matching.persistenceMaxQps", low: { matching: { persistenceMaxQps: 1 } } },
        ...{ provoke: provoke.loadQueues("stores", 10), counter: storeRefused("matching"), ...byCount },
      },
      {
        ...{ knob: "system.operatorRpsRatio", low: { system: { operatorRpsRatio: 0.01 } }, raised: { system: { operatorRpsRatio: 1 } } },
        ...{ provoke: provoke.asOperator("bursts", 30), counter: refused("frontend", "DescribeTaskQueue", "RpsLimit", "bursts") },
        means: "at most 2 of 30 calls of an operator once the bucket is empty; the namespace's 10/s when it is raised",
        bites: ({ counted, through }) => counted > 0 && through <= 2,
        free: ({ through }) => through >= 8,
      },
    ],
  },
  {
    title: "limits of history",
    base: { frontend: { namespacePersistenceMaxQps: 3 } },
    rows: [
      {
        ...{ knob: "history.rps", low: { history: { rps: 30 } }, provoke: provoke.describeWorkflow("calls", 150) },
        ...{ counter: refused("history", "DescribeWorkflowExecution", "RpsLimit"), ...byRefusals },
      },
      {
        ...{ knob: "history.persistenceMaxQps", low: { history: { persistenceMaxQps: 20 } } },
        ...{ provoke: provoke.describeWorkflow("stores", 60), counter: storeRefused("history"), ...byRefusals },
      },
      {
        ...{ knob: "history.taskSchedulerMaxQps", low: { history: { taskSchedulerMaxQps: 1 } } },
        ...{ provoke: provoke.starts("tasks", 10), counter: throttledTasks("tasks"), ...byCount },
      },
      {
        ...{ knob: "system.persistenceBurstRatio", low: { system: { persistenceBurstRatio: 1 } } },
        ...{ raised: { system: { persistenceBurstRatio: 6 } }, provoke: provoke.rested(8, provoke.describeNamespace("bursts", 40)) },
        ...{ counter: storeRefused("frontend", "bursts"), ...byBurst(3, 14) },
      },
    ],
  },
];

/** All that a group sets below `temporal.limits`. */
export function limitsOf({ base, rows }: Group, state: "low" | "raised"): readonly Tree[] {
  const trees = [base, ...rows.map((row) => (state === "low" ? row.low : (row.raised ?? {})))];
  const taskQueues = trees.flatMap((tree) => (tree["taskQueues"] ?? []) as readonly unknown[]);
  return [...trees.map((tree) => ({ ...tree, taskQueues: [] })), { taskQueues }];
}
