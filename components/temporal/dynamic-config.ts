import { catalogued, type ConstraintName, type Scope } from "./catalogue";
import { type ConstrainedValue, dynamicConfigOf } from "./limits";
import type { TemporalValues } from "./values";

/** What the server's file says: key to values and where each holds. */
export type DynamicConfig = Readonly<Record<string, readonly ConstrainedValue[]>>;

/** What a look-up of the server asks for. A look-up for no namespace or queue gets what holds for all of them. */
export interface Where {
  readonly namespace?: string | undefined;
  readonly taskQueue?: string | undefined;
  /** Of a task queue; unset asks for what both types have. */
  readonly taskType?: "Workflow" | "Activity";
}

/** The file of all roles: the typed limits, then the raw keys. */
export function dynamicConfig(values: TemporalValues): DynamicConfig {
  const raw = Object.entries(values.dynamicConfig).map(
    ([key, entries]) => [key, entries.map(({ value, constraints = {} }) => ({ value, constraints }))] as const,
  );
  return { ...dynamicConfigOf(values.limits), ...Object.fromEntries(raw) };
}

/**
 * The constraint sets that a look-up tries, first match wins. A set must match exactly: one with more or fewer names is never found.
 * @see common/dynamicconfig/setting_gen.go and collection.go (findMatch) of Temporal 1.31.2
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

/** The value that a server finds for a key; its own default where nothing is set. */
export function inForce(config: DynamicConfig, key: string, where: Where): unknown {
  const known = catalogued(key);
  if (known === undefined) return undefined;
  const asked: Readonly<Record<string, string | undefined>> = {
    namespace: where.namespace,
    taskQueueName: where.taskQueue,
    taskType: where.taskType,
  };
  const general = known.default === undefined ? [] : [{ value: known.default, constraints: {} }];
  const set = [...(config[known.key] ?? []), ...(known.defaults ?? general)];
  for (const names of LOOKUPS[known.scope]) {
    if (names.some((name) => asked[name] === undefined)) continue;
    const found = set.find(({ constraints }) => {
      const given: Readonly<Record<string, unknown>> = constraints;
      return Object.keys(given).length === names.length && names.every((name) => given[name] === asked[name]);
    });
    if (found !== undefined) return found.value;
  }
  return undefined;
}
