import { nearest } from "../kit/nearest";
import keys from "./dynamic-config-keys.json";

/** A constraint by the name that the server's file has for it. */
export type ConstraintName =
  "namespace" | "namespaceId" | "taskQueueName" | "taskType" | "historyTaskType" | "shardId" | "destination" | "chasmTaskType";

/** What a value of a key is; `typed` is a structure of the server's own, which only the server can check. */
export type ValueType = "int" | "float" | "bool" | "string" | "duration" | "map" | "typed";

/** What a key is looked up by; it gives the constraints that may be set and the order in which they win. */
export type Scope = "Global" | "Namespace" | "NamespaceID" | "TaskQueue" | "ShardID" | "TaskType" | "Destination" | "ChasmTaskType";

/** One dynamic-config key of the server. */
export interface DynamicConfigKey {
  readonly type: ValueType;
  readonly scope: Scope;
  /** Those that the server takes without a warning. */
  readonly constraints: readonly ConstraintName[];
  /** Durations as the file has them, such as 1m0s; absent where it has no such form or depends on constraints. */
  readonly default?: unknown;
  /** Instead of `default`: values and where each holds; they take part in the look-up like set ones. */
  readonly defaults?: readonly { readonly value: unknown; readonly constraints: Readonly<Record<string, string | number>> }[];
  readonly description: string;
}

/** A catalogue: keys as the server spells them; it reads them in any case. */
export interface Catalogue {
  readonly server: string;
  readonly keys: Readonly<Record<string, DynamicConfigKey>>;
}

/** Every key that the pinned server registers. Made by `npm run catalogue` from the server itself. */
export const CATALOGUE = keys as Catalogue;

const SPELLINGS = new Map(Object.keys(CATALOGUE.keys).map((key) => [key.toLowerCase(), key]));

/** A key by any spelling: as the server spells it, and what is known of it; undefined for one that it does not read. */
export function catalogued(key: string): (DynamicConfigKey & { readonly key: string }) | undefined {
  const spelled = SPELLINGS.get(key.toLowerCase());
  const known = spelled === undefined ? undefined : CATALOGUE.keys[spelled];
  return spelled === undefined || known === undefined ? undefined : { key: spelled, ...known };
}

/** The key of the catalogue that a mistyped one most likely meant; undefined when none is near. */
export function nearestKey(given: string): string | undefined {
  return nearest(given, [...SPELLINGS.values()]);
}
