import { catalogued, type ConstraintName, type DynamicConfigKey, fits, type Scope } from "./catalogue";
import { type ConstrainedValue, dynamicConfigOf } from "./limits";
import type { TemporalValues } from "./values";

/** What the server's file says: key to values and where each holds. */
export type DynamicConfig = Readonly<Record<string, readonly ConstrainedValue[]>>;

/** What a look-up of the server asks for; what is unset matches only values that are for all of it. */
export interface Where {
  readonly namespace?: string | undefined;
  readonly taskQueue?: string | undefined;
  /** Of the task queue. */
  readonly taskType?: "Workflow" | "Activity" | "Nexus" | undefined;
}

/** The file of all roles: the typed limits, then the raw keys, each as the server spells it. */
export function dynamicConfig(values: TemporalValues): DynamicConfig {
  const raw = Object.entries(values.dynamicConfig).map(([key, entries]): [string, ConstrainedValue[]] => [
    catalogued(key)?.key ?? key,
    entries.map(({ value, constraints }) => ({ value, constraints: constraints ?? {} })),
  ]);
  return { ...dynamicConfigOf(values.limits), ...Object.fromEntries(raw) };
}

/**
 * The constraint sets that a look-up tries, by scope; the first match wins. A set must match exactly: a value whose set is not here
 * is never found. @see common/dynamicconfig/setting_gen.go of Temporal 1.31.2
 */
export const LOOKUPS: Readonly<Record<Scope, readonly (readonly ConstraintName[])[]>> = {
  Global: [[]],
  Namespace: [["namespace"], []],
  NamespaceID: [["namespaceId"], []],
  TaskQueue: [["namespace", "taskQueueName", "taskType"], ["namespace", "taskQueueName"], ["taskQueueName"], ["namespace"], []],
  ShardID: [["shardId"], []],
  TaskType: [["historyTaskType"], []],
  Destination: [["namespace", "destination"], ["destination"], ["namespace"], []],
  ChasmTaskType: [["chasmTaskType"], []],
};

/** Constraint names by their lower-case form: the server does not mind the case. */
const NAMES = new Map(
  Object.values(LOOKUPS)
    .flat(2)
    .map((name) => [name.toLowerCase(), name]),
);

/** A constraint as the server spells it; undefined for a name that it does not know. */
export const constraintNamed = (name: string): ConstraintName | undefined => NAMES.get(name.toLowerCase());
export const CONSTRAINT_NAMES: readonly ConstraintName[] = [...NAMES.values()];

const TASK_TYPES = ["Workflow", "Activity", "Nexus"] as const;

/** A task type by any form that the server reads: Workflow, TASK_QUEUE_TYPE_WORKFLOW or 1; undefined for another. */
export function taskTypeOf(given: unknown): (typeof TASK_TYPES)[number] | undefined {
  return TASK_TYPES.find((type, index) => given === type || given === `TASK_QUEUE_TYPE_${type.toUpperCase()}` || given === index + 1);
}

/** Constraints in one form, so that two sets that are the same to the server are the same text. Empty ones do not count for it. */
export function constraintSet(constraints: Readonly<Record<string, string | number>>): Map<string, string | number> {
  const entries = Object.entries(constraints)
    .map(([name, value]): [string, string | number] => {
      const known = constraintNamed(name) ?? name;
      return [known, (known === "taskType" ? taskTypeOf(value) : undefined) ?? value];
    })
    .filter(([, value]) => value !== "" && value !== 0);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const same = (constraints: Readonly<Record<string, string | number>>, wanted: ReadonlyMap<string, unknown>): boolean => {
  const given = constraintSet(constraints);
  return given.size === wanted.size && [...wanted].every(([name, value]) => given.get(name) === value);
};

/**
 * The value that the server uses for a key, by its own order: for each set of LOOKUPS first what is configured, then a default of
 * that set. A value that it cannot read counts as its default.
 * @throws Error for a key that is not in the catalogue: no server reads it
 * @see common/dynamicconfig/collection.go of Temporal 1.31.2: findMatch, findMatchWithConstrainedDefaults
 */
export function inForce(config: DynamicConfig, key: string, where: Where = {}): unknown {
  const known = catalogued(key);
  if (known === undefined) throw new Error(`${key} is not a key that Temporal reads`);
  const configured = Object.entries(config).find(([name]) => name.toLowerCase() === known.key.toLowerCase())?.[1] ?? [];
  const asked: Partial<Record<ConstraintName, string>> = {
    ...(where.namespace === undefined ? {} : { namespace: where.namespace }),
    ...(where.taskQueue === undefined ? {} : { taskQueueName: where.taskQueue }),
    ...(where.taskType === undefined ? {} : { taskType: where.taskType }),
  };
  const lookups = LOOKUPS[known.scope].flatMap((names) => {
    const wanted = new Map(names.map((name) => [name, asked[name]]));
    return [...wanted.values()].includes(undefined) ? [] : [wanted];
  });
  for (const wanted of lookups) {
    const found = configured.find(({ constraints }) => same(constraints, wanted));
    if (found !== undefined) return fits(known, found.value) ? found.value : defaultOf(known, lookups);
    const constrained = known.defaults?.find(({ constraints }) => same(constraints, wanted));
    if (constrained !== undefined) return constrained.value;
  }
  return known.default;
}

function defaultOf({ default: plain, defaults = [] }: DynamicConfigKey, lookups: readonly ReadonlyMap<string, unknown>[]): unknown {
  for (const wanted of lookups) {
    const found = defaults.find(({ constraints }) => same(constraints, wanted));
    if (found !== undefined) return found.value;
  }
  return plain;
}
