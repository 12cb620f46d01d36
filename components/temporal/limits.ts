import { z } from "zod";

/**
 * Rate limits and their place in Temporal's dynamic config. Every knob is optional: unset means the server's own
 * default, and nothing is written. A changed limit restarts nothing; the server has it after the kubelet's refresh,
 * the poll interval and, for rates, up to 60 s more (limiters re-read their rate once a minute).
 * Keys and defaults: `common/dynamicconfig/constants.go` of Temporal 1.31.2.
 */

/** One knob: the server's key, its default, and what it bounds. */
interface Limit {
  readonly key: string;
  readonly kind: "int" | "float";
  /** Least value that the server takes, where it is not zero for "off" or one. */
  readonly min?: number;
  /** The server's own default, for the knob table. */
  readonly serverDefault: string;
  readonly description: string;
}

const int = (key: string, serverDefault: string, description: string): Limit => ({ key, kind: "int", serverDefault, description });
const float = (key: string, serverDefault: string, description: string): Limit => ({
  key,
  kind: "float",
  serverDefault,
  description,
  min: 0.001,
});

export const FRONTEND_LIMITS = {
  rps: int("frontend.rps", "2400", "Requests per second of one frontend pod, all namespaces."),
  globalRps: int("frontend.globalRPS", "0 = off", "Requests per second of all frontend pods together; each takes its share."),
  namespaceRps: int("frontend.namespaceRPS", "2400", "Requests per second of one namespace on one frontend pod."),
  globalNamespaceRps: int("frontend.globalNamespaceRPS", "0 = off", "Requests per second of one namespace on all frontend pods together."),
  namespaceBurstRatio: {
    ...float("frontend.namespaceBurstRatio", "2", "Burst of the namespace limit, as a multiple of its rate."),
    min: 1,
  },
  visibilityRps: int(
    "frontend.namespaceRPS.visibility",
    "10",
    "List, count and scan calls per second of one namespace on one frontend pod.",
  ),
  globalVisibilityRps: int("frontend.globalNamespaceRPS.visibility", "0 = off", "The same on all frontend pods together."),
  concurrentPollers: int(
    "frontend.namespaceCount",
    "1200",
    "Long-running requests (polls, queries, long-poll history) of one namespace on one frontend pod, per API method.",
  ),
  globalConcurrentPollers: int("frontend.globalNamespaceCount", "0 = off", "The same on all frontend pods together."),
  persistenceMaxQps: int("frontend.persistenceMaxQPS", "2000", "Store calls per second of one frontend pod."),
  persistenceGlobalMaxQps: int("frontend.persistenceGlobalMaxQPS", "0 = off", "Store calls per second of all frontend pods together."),
} as const satisfies Record<string, Limit>;

export const MATCHING_LIMITS = {
  rps: int("matching.rps", "1200", "Requests per second of one matching pod; the tightest default for workflows with activities."),
  persistenceMaxQps: int("matching.persistenceMaxQPS", "3000", "Store calls per second of one matching pod."),
  persistenceGlobalMaxQps: int("matching.persistenceGlobalMaxQPS", "0 = off", "Store calls per second of all matching pods together."),
} as const satisfies Record<string, Limit>;

export const HISTORY_LIMITS = {
  rps: int("history.rps", "3000", "Requests per second of one history pod."),
  persistenceMaxQps: int("history.persistenceMaxQPS", "9000", "Store calls per second of one history pod."),
  persistenceGlobalMaxQps: int("history.persistenceGlobalMaxQPS", "0 = off", "Store calls per second of all history pods together."),
} as const satisfies Record<string, Limit>;

export const WORKER_LIMITS = {
  persistenceMaxQps: int("worker.persistenceMaxQPS", "500", "Store calls per second of one worker pod."),
  persistenceGlobalMaxQps: int("worker.persistenceGlobalMaxQPS", "0 = off", "Store calls per second of all worker pods together."),
  schedulerStartWorkflowRps: float(
    "worker.schedulerNamespaceStartWorkflowRPS",
    "30",
    "Workflows per second that the schedules of one namespace start.",
  ),
  batcherRps: int("worker.batcherRPS", "50", "Operations per second of the batch jobs of one namespace."),
} as const satisfies Record<string, Limit>;

export const VISIBILITY_LIMITS = {
  persistenceMaxReadQps: int("system.visibilityPersistenceMaxReadQPS", "9000", "Visibility reads per second of one pod."),
  persistenceMaxWriteQps: int("system.visibilityPersistenceMaxWriteQPS", "9000", "Visibility writes per second of one pod."),
} as const satisfies Record<string, Limit>;

/** Limits that one namespace may have for itself; they win over the ones for all. */
export const NAMESPACE_LIMITS = {
  rps: FRONTEND_LIMITS.namespaceRps,
  globalRps: FRONTEND_LIMITS.globalNamespaceRps,
  burstRatio: FRONTEND_LIMITS.namespaceBurstRatio,
  visibilityRps: FRONTEND_LIMITS.visibilityRps,
  globalVisibilityRps: FRONTEND_LIMITS.globalVisibilityRps,
  concurrentPollers: FRONTEND_LIMITS.concurrentPollers,
  globalConcurrentPollers: FRONTEND_LIMITS.globalConcurrentPollers,
} as const satisfies Record<string, Limit>;

/** Limits of task queues. Raise read partitions before write partitions, lower write before read. */
export const TASK_QUEUE_LIMITS = {
  readPartitions: int("matching.numTaskqueueReadPartitions", "4", "Partitions that pollers read."),
  writePartitions: int("matching.numTaskqueueWritePartitions", "4", "Partitions that tasks are written to; never more than are read."),
  dispatchRps: float("admin.matchingNamespaceTaskqueueToPartitionDispatchRate", "1000", "Tasks per second that one partition hands out."),
} as const satisfies Record<string, Limit>;

const TaskQueueScope = z.strictObject({
  namespace: z.string().min(1).optional().meta({
    description: "Only this namespace; unset: every namespace.",
    source: "Temporal 1.31.2, dynamic config constraint `namespace`",
  }),
  taskQueue: z.string().min(1).optional().meta({
    description: "Only this task queue; unset: every task queue.",
    source: "Temporal 1.31.2, dynamic config constraint `taskQueueName`",
  }),
  ...knobs(TASK_QUEUE_LIMITS),
});

export const TemporalLimits = z.strictObject({
  frontend: z.strictObject(knobs(FRONTEND_LIMITS)),
  matching: z.strictObject(knobs(MATCHING_LIMITS)),
  history: z.strictObject(knobs(HISTORY_LIMITS)),
  worker: z.strictObject(knobs(WORKER_LIMITS)),
  visibility: z.strictObject(knobs(VISIBILITY_LIMITS)),
  namespaces: z.record(z.string().min(1), z.strictObject(knobs(NAMESPACE_LIMITS))).meta({
    description: "Limits of one namespace by its name; they win over the ones for all.",
    source: "Temporal 1.31.2, dynamic config constraint `namespace`",
  }),
  taskQueues: z
    .array(
      TaskQueueScope.check((ctx) => {
        const { readPartitions = 4, writePartitions = 4 } = ctx.value;
        if (writePartitions > readPartitions) {
          ctx.issues.push({
            code: "custom",
            path: ["writePartitions"],
            input: writePartitions,
            message: `at most readPartitions ${readPartitions}: a task in a partition that nobody reads is never dispatched`,
          });
        }
      }),
    )
    .meta({
      description: "Partitions and dispatch rates, per task queue, per namespace or for all.",
      source: "Temporal 1.31.2, dynamic config constraints `namespace` and `taskQueueName`",
    }),
});
export type TemporalLimits = z.infer<typeof TemporalLimits>;

/** A server that is allowed zero requests is down for good; zero means "off" only for the global keys. */
function knobs<T extends Record<string, Limit>>(limits: T) {
  const shape = Object.entries(limits).map(([name, limit]) => {
    const least = limit.min ?? (limit.serverDefault.startsWith("0") ? 0 : 1);
    const schema = (limit.kind === "int" ? z.int() : z.number()).min(least).max(10_000_000).optional();
    const source = `dynamic config \`${limit.key}\`, server default ${limit.serverDefault}`;
    return [name, schema.meta({ description: `${limit.description} Restarts nothing.`, source })] as const;
  });
  return Object.fromEntries(shape) as { [K in keyof T]: z.ZodOptional<z.ZodNumber> };
}

/** One value of a dynamic-config key and where it holds. */
export interface ConstrainedValue {
  readonly value: unknown;
  readonly constraints: Readonly<Record<string, string | number>>;
}

/** The limits as dynamic config: key to values, most specific first; the server takes the most specific match. */
export function dynamicConfigOf(limits: TemporalLimits): Record<string, ConstrainedValue[]> {
  const config: Record<string, ConstrainedValue[]> = {};
  const add = (table: Record<string, Limit>, given: object, constraints: Record<string, string>) => {
    for (const [name, value] of Object.entries(given)) {
      const limit = table[name];
      if (limit !== undefined && value !== undefined) (config[limit.key] ??= []).push({ value, constraints });
    }
  };
  for (const [namespace, given] of Object.entries(limits.namespaces)) add(NAMESPACE_LIMITS, given, { namespace });
  add(FRONTEND_LIMITS, limits.frontend, {});
  add(MATCHING_LIMITS, limits.matching, {});
  add(HISTORY_LIMITS, limits.history, {});
  add(WORKER_LIMITS, limits.worker, {});
  add(VISIBILITY_LIMITS, limits.visibility, {});
  for (const { namespace, taskQueue, ...given } of limits.taskQueues) {
    const constraints = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(taskQueue === undefined ? {} : { taskQueueName: taskQueue }),
    };
    add(TASK_QUEUE_LIMITS, given, constraints);
  }
  return config;
}
