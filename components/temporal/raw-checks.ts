import { CATALOGUE, catalogued, type DynamicConfigKey, fits, misfit, nearestKey, TYPES } from "./catalogue";
import { CONSTRAINT_NAMES, constraintNamed, constraintSet, LOOKUPS, taskTypeOf } from "./dynamic-config";

/** Raw keys as `temporal.dynamicConfig` has them. */
export type RawConfig = Readonly<
  Record<string, readonly { readonly value: unknown; readonly constraints?: Readonly<Record<string, string | number>> | undefined }[]>
>;

/** One thing that is wrong: where below `temporal.dynamicConfig`, what is there, and what is allowed. */
export interface RawProblem {
  readonly path: readonly (string | number)[];
  readonly input: unknown;
  readonly message: string;
}

/** Keys that the 2025 reports set and that no server ever had, too far from the real one for a guess by spelling. */
const INVENTED: Readonly<Record<string, string>> = {
  "frontend.pernamespaceworkercount": "worker.perNamespaceWorkerCount",
  "matching.pertaskqueuepartitionmaxconcurrentpollers": "frontend.namespaceCount, which is temporal.limits.frontend.concurrentPollers",
  "matching.taskqueuelimitperbuildidratepersecond":
    "admin.matchingNamespaceTaskqueueToPartitionDispatchRate, which is temporal.limits.taskQueues[].dispatchRps",
};

/** Numbers that may not be zero, by their key, each with what the pinned server makes of a zero. The first that matches speaks. */
const ABOVE_ZERO: readonly { readonly keys: RegExp; readonly because: string }[] = [
  {
    // common/persistence/client/fx.go: FactoryProvider
    keys: /^(frontend|history|matching|worker)\.persistenceMaxQPS$/,
    because:
      "0 lets no call through to the store, and a server that starts with it has no limiter of the store at all until it is restarted",
  },
  // client/matching/loadbalancer.go: a poll picks one of none
  { keys: /^matching\.numTaskqueueReadPartitions$/, because: "with 0 a poll finds no partition to go to, and its call panics" },
  { keys: /^matching\.numTaskqueueWritePartitions$/, because: "the server takes less for 1" },
  // common/quotas/dynamic.go: NewDefaultRateBurst
  { keys: /BurstRatio(\.\w+)?$/, because: "a burst of 0 lets no request through" },
  // common/rpc/interceptor/concurrent_request_limit.go
  { keys: /^frontend\.namespaceCount$/, because: "with 0 no poll and no long poll is let in" },
  // common/tasks/fifo_scheduler.go: updateWorkerCount
  { keys: /SchedulerWorkerCount$/, because: "with 0 nothing works off its tasks" },
  { keys: /^worker\.perNamespaceWorkerCount$/, because: "with 0 no schedule and no batch job of the namespace runs" },
  { keys: /^system\.operatorRPSRatio$/, because: "with 0 calls of operators are refused" },
  { keys: /DispatchRate$/, because: "with 0 no task is handed out" },
  { keys: /^(?!.*throttledLog).*(RPS|QPS)(\.\w+)?$/i, because: "with 0 nobody is served" },
];

/** Everything in the raw keys that the server would not read, or would read as an end to its service. */
export function rawProblems(config: RawConfig): RawProblem[] {
  const keys = Object.keys(config);
  return Object.entries(config).flatMap(([key, entries]) => {
    const twice = keys.find(
      (other) => other !== key && other.toLowerCase() === key.toLowerCase() && keys.indexOf(other) < keys.indexOf(key),
    );
    const again: RawProblem[] =
      twice === undefined ? [] : [{ path: [key], input: entries, message: `a key once: the server reads it as the same as ${twice}` }];
    const known = catalogued(key);
    if (known === undefined) {
      const near = INVENTED[key.toLowerCase()] ?? nearestKey(key);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return [...again, { path: [key], input: entries, message: `a key that Temporal ${CATALOGUE.server} reads${hint}` }];
    }
    return [
      ...again,
      ...entries.flatMap(({ value, constraints = {} }, index) => [
        ...valueProblems(known, value).map((each) => ({ ...each, path: [key, index, "value", ...each.path] })),
        ...constraintProblems(known, constraints).map((each) => ({ ...each, path: [key, index, "constraints", ...each.path] })),
      ]),
      ...repeated(entries).map((index) => ({
        path: [key, index],
        input: entries[index],
        message: "one value for a set of constraints: the server takes the first of them and never reads this one",
      })),
    ];
  });
}

function valueProblems(known: DynamicConfigKey & { readonly key: string }, value: unknown): RawProblem[] {
  const type = TYPES[known.type];
  if (!type.test(value)) return [{ path: [], input: value, message: `${type.words}: the server reads this key as ${known.type}` }];
  if (!fits(known, value)) {
    const wrong = misfit(known.default, value);
    return wrong === undefined ? [] : [{ path: wrong.path, input: value, message: wrong.allowed }];
  }
  const least = leastOf(known);
  if (typeof value === "number" && least !== undefined && (value < 0 || (value === 0 && !least.zero))) {
    return [{ path: [], input: value, message: `${least.zero ? "0 or more" : "more than 0"}: ${least.because}` }];
  }
  if (known.type === "duration" && String(value).startsWith("-")) {
    return [{ path: [], input: value, message: "a duration of 0s or more: the server waits for it" }];
  }
  return [];
}

/** Whether zero is allowed, and why no less; undefined for a number that limits nothing. A limit whose default is 0 is off with it. */
function leastOf(known: DynamicConfigKey & { readonly key: string }): { readonly zero: boolean; readonly because: string } | undefined {
  const rule = ABOVE_ZERO.find(({ keys }) => keys.test(known.key));
  if (rule === undefined) return known.key.startsWith("limit.") ? { zero: true, because: "less is no limit" } : undefined;
  return known.default === 0
    ? { zero: true, because: "0 means off, and less means no more than that" }
    : { zero: false, because: rule.because };
}

function constraintProblems(
  known: DynamicConfigKey & { readonly key: string },
  constraints: Readonly<Record<string, string | number>>,
): RawProblem[] {
  const allowed = known.constraints.length === 0 ? "no constraint" : known.constraints.join(", ");
  const problems = Object.entries(constraints).flatMap(([given, value]): RawProblem[] => {
    const name = constraintNamed(given);
    if (name === undefined) {
      return [
        {
          path: [given],
          input: value,
          message: `a constraint that the server knows (${CONSTRAINT_NAMES.join(", ")}); ${known.key} takes ${allowed}`,
        },
      ];
    }
    if (!known.constraints.includes(name)) return [{ path: [given], input: value, message: `${allowed}: ${known.key} takes no other` }];
    const wanted = constraintValue(name, value);
    return wanted === undefined ? [] : [{ path: [given], input: value, message: wanted }];
  });
  const names = Object.keys(constraints).map((name) => name.toLowerCase());
  if (new Set(names).size < names.length) {
    problems.push({ path: [], input: constraints, message: "each constraint once: the server does not mind the case of their names" });
  }
  return problems.length > 0 ? problems : neverFound(known, constraints);
}

/** A constraint of another kind makes the server refuse the whole file: what it wants instead, undefined when it is content. */
function constraintValue(name: string, value: string | number): string | undefined {
  if (name === "taskType") return taskTypeOf(value) === undefined ? "Workflow, Activity or Nexus" : undefined;
  if (name === "shardId") return Number.isSafeInteger(value) && Number(value) > 0 ? undefined : "the number of a shard, from 1";
  if (name === "historyTaskType")
    return CATALOGUE.historyTaskTypes.includes(String(value)) ? undefined : `one of ${CATALOGUE.historyTaskTypes.join(", ")}`;
  return typeof value === "string" && value !== "" ? undefined : "text";
}

/** Allowed one by one, yet in a combination that no look-up of the server asks for. */
function neverFound(
  known: DynamicConfigKey & { readonly key: string },
  constraints: Readonly<Record<string, string | number>>,
): RawProblem[] {
  const given = [...constraintSet(constraints).keys()];
  const lookups = LOOKUPS[known.scope];
  if (lookups.some((names) => names.length === given.length && names.every((name) => given.includes(name)))) return [];
  const sets = lookups.map((names) => (names.length === 0 ? "none" : names.join(" with ")));
  return [{ path: [], input: constraints, message: `${sets.join(", or ")}: the server looks ${known.key} up by no other set` }];
}

/** Entries whose constraints an earlier one has already. */
function repeated(entries: RawConfig[string]): number[] {
  const sets = entries.map(({ constraints = {} }) => JSON.stringify([...constraintSet(constraints)]));
  return sets.flatMap((set, index) => (sets.indexOf(set) < index ? [index] : []));
}

/** A key without its word for the whole cluster: frontend.rps and frontend.globalRPS are twins, and only one of them is in force. */
const withoutGlobal = (key: string): string => key.toLowerCase().replace("global", "");

/**
 * Raw keys that share a limiter with a typed limit, so that one of the two would be dead.
 * @param typed keys that `temporal.limits` sets
 */
export function clashesWithTyped(config: RawConfig, typed: readonly string[]): RawProblem[] {
  return Object.entries(config).flatMap(([key, entries]): RawProblem[] => {
    const other = typed.find((each) => withoutGlobal(each) === withoutGlobal(key));
    if (other === undefined) return [];
    const message =
      other.toLowerCase() === key.toLowerCase()
        ? "one place only: temporal.limits sets this key already; take it out of one of them"
        : `one place only: temporal.limits sets ${other}, and of the two the server follows the one for the whole cluster; take one of them out`;
    return [{ path: [key], input: entries, message }];
  });
}
