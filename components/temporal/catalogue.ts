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
  /** Names that the constraint historyTaskType takes; with another the server refuses its whole file. */
  readonly historyTaskTypes: readonly string[];
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

const DURATION = /^-?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d))+$/;
const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a value of each type may be, and how to say so. Durations need their unit: the server would take a bare 5 for seconds. */
export const TYPES: Readonly<Record<ValueType, { readonly test: (value: unknown) => boolean; readonly words: string }>> = {
  int: { test: Number.isSafeInteger, words: "a whole number" },
  float: { test: Number.isFinite, words: "a number" },
  bool: { test: (value) => typeof value === "boolean", words: "true or false" },
  string: { test: (value) => typeof value === "string", words: "text" },
  duration: { test: (value) => typeof value === "string" && DURATION.test(value), words: "a duration such as 10s" },
  map: { test: isMap, words: "a map" },
  typed: { test: () => true, words: "what the server's structure takes" },
};

/** Whether the server can read a value as what the key is. Structures of its own are compared with their default, if that is one. */
export function fits(key: Pick<DynamicConfigKey, "type" | "default">, value: unknown): boolean {
  return TYPES[key.type].test(value) && (key.type !== "typed" || misfit(key.default, value) === undefined);
}

/** The first field of a value that a default of this shape does not have or has as another type: its path and what is wrong. */
export function misfit(
  shape: unknown,
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; allowed: string } | undefined {
  const expected = typeOf(shape);
  if (expected !== undefined) return TYPES[expected].test(value) ? undefined : { path, allowed: TYPES[expected].words };
  if (!isMap(shape)) return undefined;
  if (!isMap(value)) return { path, allowed: `a map of ${Object.keys(shape).join(", ")}` };
  for (const [name, given] of Object.entries(value)) {
    const field = Object.keys(shape).find((known) => known.toLowerCase() === name.toLowerCase());
    if (field === undefined) return { path: [...path, name], allowed: `a field that the server reads: ${Object.keys(shape).join(", ")}` };
    const wrong = misfit(shape[field], given, [...path, name]);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** The type of a part of a default; undefined for a map, a list, and what the server leaves empty. */
function typeOf(shape: unknown): ValueType | undefined {
  if (typeof shape === "number") return "float";
  if (typeof shape === "boolean") return "bool";
  if (typeof shape === "string") return DURATION.test(shape) ? "duration" : "string";
  return undefined;
}
