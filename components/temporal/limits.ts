import { z } from "zod";
import { catalogued } from "./catalogue";
import { LIMITS, SCOPED, type Limit, type Section } from "./limits-table";

/**
 * Rate limits and their place in Temporal's dynamic config. Every knob is optional: unset means the server's own default, and
 * nothing is written. A changed limit restarts nothing; the server has it after the kubelet's refresh, the poll interval and, for
 * rates, up to 60 s more (limiters re-read their rate once a minute).
 */

/** One value of a dynamic-config key and where it holds. */
export interface ConstrainedValue {
  readonly value: unknown;
  readonly constraints: Readonly<Record<string, string | number>>;
}

const Scope = z.enum(["host", "cluster"]).optional().meta({
  description:
    "host, or unset: each limit of this section holds for every pod by itself. cluster: it holds for all pods of the role together, each of which takes its share. Restarts nothing.",
  source: "Temporal 1.31.2, common/quotas/calculator: a cluster-wide key above 0 wins over the one of the pod",
});

const TaskQueueLimits = z.strictObject({
  namespace: z.string().min(1).optional().meta({
    description: "Only this namespace; unset: every namespace.",
    source: "Temporal 1.31.2, dynamic config constraint `namespace`",
  }),
  taskQueue: z.string().min(1).optional().meta({
    description: "Only this task queue; unset: every task queue.",
    source: "Temporal 1.31.2, dynamic config constraint `taskQueueName`",
  }),
  ...knobs(LIMITS.taskQueues),
});

export const TemporalLimits = z.strictObject({
  frontend: scoped(LIMITS.frontend),
  matching: scoped(LIMITS.matching),
  history: scoped(LIMITS.history),
  worker: scoped(LIMITS.worker),
  visibility: z.strictObject(knobs(LIMITS.visibility)),
  system: z.strictObject(knobs(LIMITS.system)),
  namespaces: z.record(z.string().min(1), scoped(LIMITS.namespaces)).meta({
    description: "Limits of one namespace by its name; they win over the ones for all.",
    source: "Temporal 1.31.2, dynamic config constraint `namespace`",
  }),
  taskQueues: z.array(TaskQueueLimits).meta({
    description: "Partitions and dispatch rates, per task queue, per namespace or for all.",
    source: "Temporal 1.31.2, dynamic config constraints `namespace` and `taskQueueName`",
  }),
});
export type TemporalLimits = z.infer<typeof TemporalLimits>;

/** A section whose limits may be said for all pods together: those that have no key for that are refused there. */
function scoped<T extends Readonly<Record<string, Limit>>>(table: T) {
  return z.strictObject({ scope: Scope, ...knobs(table) }).check((ctx) => {
    const given = ctx.value as Readonly<Record<string, unknown>>;
    if (given["scope"] !== "cluster") return;
    for (const [name, { key, per, clusterKey }] of Object.entries(table)) {
      if (given[name] === undefined || per !== "pod" || clusterKey !== undefined) continue;
      const message = `unset while scope is cluster: ${key} has no cluster-wide twin in this server; set it with scope host (divide by the pods), and the others by temporal.dynamicConfig`;
      ctx.issues.push({ code: "custom", path: [name], input: given[name], message });
    }
  });
}

/** A server that is allowed nothing is down for good, so no limit may be 0: what is not to be bounded is left unset. */
function knobs<T extends Readonly<Record<string, Limit>>>(table: T) {
  const shape = Object.entries(table).map(([name, limit]) => {
    const schema = (limit.type === "int" ? z.int() : z.number()).min(limit.min ?? 1).max(limit.max ?? 10_000_000);
    return [name, schema.optional().meta({ description: `${limit.description} ${inWords(limit)}`, source: sourceOf(limit) })] as const;
  });
  return Object.fromEntries(shape) as { [K in keyof T]: z.ZodOptional<z.ZodNumber> };
}

function inWords({ unit, per, clusterKey, needs }: Limit): string {
  const pods = clusterKey === undefined ? "per pod" : "per pod, or of all pods with scope cluster";
  const whom = { pod: pods, partition: "per partition", shard: "per shard", namespace: "per namespace", ratio: "" }[per];
  const measure = unit === "partitions" ? "" : [unit, whom].filter((word) => word !== "").join(" ");
  const also = needs === undefined ? "" : ` Also written: ${Object.keys(needs).join(", ")}.`;
  return `${measure === "" ? "" : `Unit: ${measure}. `}Restarts nothing.${also}`;
}

function sourceOf({ key, clusterKey }: Limit): string {
  const twin = clusterKey === undefined ? "" : ` (cluster: \`${clusterKey}\`, ${serverDefault(clusterKey)})`;
  return `dynamic config \`${key}\`, server default ${serverDefault(key)}${twin}`;
}

/** What an unset key means to the server, in words. */
export function serverDefault(key: string): string {
  const { default: value, defaults } = catalogued(key) ?? {};
  const general = value ?? defaults?.find(({ constraints }) => Object.keys(constraints).length === 0)?.value;
  if (general !== 0) return JSON.stringify(general);
  if (/(N|n)amespaceMaxQPS$|HostRPS$|taskScheduler/.test(key) && !/Global/.test(key)) return "0 = no bound of its own";
  return "0 = off";
}

/**
 * The limits as dynamic config: key to values. The server takes the one with the most specific constraints.
 * A value per pod is dead while a cluster-wide one is above 0, by the server's default or for all namespaces: then that one
 * is written as 0 for the same constraints.
 */
export function dynamicConfigOf(limits: TemporalLimits): Record<string, ConstrainedValue[]> {
  const config: Record<string, ConstrainedValue[]> = {};
  const write = (key: string, value: unknown, constraints: Readonly<Record<string, string>>) => {
    const values = (config[key] ??= []);
    if (!values.some((each) => JSON.stringify(each.constraints) === JSON.stringify(constraints))) values.push({ value, constraints });
  };
  for (const { limit, value, cluster, constraints } of limitsIn(limits)) {
    write(cluster && limit.clusterKey !== undefined ? limit.clusterKey : limit.key, value, constraints);
    for (const [key, needed] of Object.entries(limit.needs ?? {})) write(key, needed, {});
  }
  for (const { limit, cluster, constraints } of limitsIn(limits)) {
    if (limit.clusterKey === undefined || cluster) continue;
    const forAll = config[limit.clusterKey]?.find((each) => Object.keys(each.constraints).length === 0)?.value;
    if (Number(forAll ?? catalogued(limit.clusterKey)?.default ?? 0) > 0) write(limit.clusterKey, 0, constraints);
  }
  return config;
}

/** A limit that is set. */
export interface SetLimit {
  readonly section: Section;
  readonly name: string;
  /** The knob, such as `temporal.limits.namespaces.default.rps`. */
  readonly knob: string;
  readonly limit: Limit;
  readonly value: number;
  readonly cluster: boolean;
  /** Where it holds; empty: everywhere. */
  readonly constraints: Readonly<Record<string, string>>;
}

/** Every limit that is set, those of one namespace or task queue first. */
export function limitsIn(limits: TemporalLimits): SetLimit[] {
  const found: SetLimit[] = [];
  const add = (section: Section, at: string, given: Readonly<Record<string, unknown>>, constraints: Readonly<Record<string, string>>) => {
    const table: Readonly<Record<string, Limit>> = LIMITS[section];
    for (const [name, value] of Object.entries(given)) {
      const limit = table[name];
      if (limit === undefined || typeof value !== "number") continue;
      const knob = `temporal.limits.${at}.${name}`;
      found.push({ section, name, knob, limit, value, cluster: given["scope"] === "cluster", constraints });
    }
  };
  for (const [namespace, given] of Object.entries(limits.namespaces)) add("namespaces", `namespaces.${namespace}`, given, { namespace });
  limits.taskQueues.forEach((given, index) => {
    const { namespace, taskQueue } = given;
    const constraints = { ...(namespace !== undefined && { namespace }), ...(taskQueue !== undefined && { taskQueueName: taskQueue }) };
    add("taskQueues", `taskQueues[${index}]`, given, constraints);
  });
  for (const section of [...SCOPED, "visibility", "system"] as const) {
    if (section !== "namespaces") add(section, section, limits[section], {});
  }
  return found;
}
