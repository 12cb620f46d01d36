import { callsPerWorkflow, matchingCalls, type Calls, type Interval, type Workload } from "./calls";
import { keyOf, knobOf, LIMITED, type LimitName, type Setup } from "./setup";

/** One thing that bounds the rate of completed workflows of a namespace and task queue. */
export interface Bound {
  readonly name: string;
  /** The limit: a dynamic-config key, or what it is instead. */
  readonly limit: string;
  /** What to turn: a path of the values. */
  readonly knob: string;
  /** Completed workflows per second, at most. */
  readonly perSecond: number;
  /** Where calls per workflow are known by their ends only: the rates that follow from them. */
  readonly between?: Interval;
  /** How perSecond is computed, in one line. */
  readonly formula: string;
}

/** A bound that is a limit times how often it is there, by what one workflow takes of it. */
export interface LimitBound extends Bound {
  readonly limited: LimitName;
  /** Pods, partitions or shards that have it each; 1 for a limit of all pods together. */
  readonly times: number;
  readonly cost: number;
}

/** Every bound of a rate that is known, lowest first. What is unlimited is left out. */
export function bounds(setup: Setup, workload: Workload): Bound[] {
  const rates: Bound[] = [...limitBounds(setup, workload), shardBound(setup, workload)];
  return rates
    .filter(({ limit }) => !(limit === LIMITED.namespaceDispatch.key && dispatchOf(setup) === "queueDispatch"))
    .sort((a, b) => a.perSecond - b.perSecond);
}

/** The bound that binds: the lowest; of equal ones the first. */
export function binding<B extends Pick<Bound, "perSecond">>(all: readonly B[]): B {
  const [first] = [...all].sort((a, b) => a.perSecond - b.perSecond);
  if (first === undefined) throw new Error("no bound is known");
  return first;
}

/** Workflows in flight, which no rate limit bounds: each long-polling method of a namespace has a limit of its own. */
export interface InFlight {
  readonly what: string;
  readonly knob: string;
  readonly atMost: number;
  readonly formula: string;
}

/** How many waiting starters and polls there may be at a time. */
export function inFlight(setup: Setup): InFlight[] {
  const { value, cluster } = setup.limits.concurrentPollers;
  const atMost = cluster ? value : value * setup.replicas.frontend;
  const formula = cluster ? `${value} on all frontend pods` : `${setup.replicas.frontend} frontend pods x ${value}`;
  const knob = knobOf(setup, "concurrentPollers");
  return ["starters that wait for a result", "polls for workflow tasks", "polls for activity tasks"].map((what) => ({
    ...{ what, knob, atMost, formula },
  }));
}

/** The bounds that a limit sets, also those of the higher of two limits on one thing. */
export function limitBounds(setup: Setup, workload: Workload): LimitBound[] {
  const { replicas, limits, partitions, workers } = setup;
  const calls = callsPerWorkflow(workload, partitions, setup.forwarding);
  const { activities } = workload;
  const pods = (name: string, limited: LimitName, role: keyof Setup["replicas"], cost: number, unit: string) => {
    const times = limits[limited].cluster ? 1 : replicas[role];
    return bound(setup, name, limited, times, limits[limited].cluster ? "" : `${role} pods`, cost, unit);
  };
  const found: LimitBound[] = [
    pods("frontend requests", "frontendRps", "frontend", calls.frontend, "calls"),
    pods("frontend requests of the namespace", "namespaceRps", "frontend", calls.frontend, "calls"),
    between(pods("matching requests", "matchingRps", "matching", calls.matching.low, "calls"), (total) =>
      matchingRates(setup, workload, total),
    ),
    pods("history requests", "historyRps", "history", calls.history, "calls"),
    ...[
      pods("store calls of history", "historyStore", "history", calls.storeCalls.high, "store calls"),
      pods("store calls of history for the namespace", "namespaceStore", "history", calls.storeCalls.high, "store calls"),
      bound(
        setup,
        "store calls of each shard for the namespace",
        "shardStore",
        setup.shards * setup.shardBalance,
        `of ${setup.shards} shards`,
        calls.storeCalls.high,
        "store calls",
      ),
    ].map((each) => between(each, (total) => ({ low: each.perSecond, high: total / calls.storeCalls.low }))),
    pods("visibility writes", "visibilityWrites", "history", calls.visibilityWrites, "writes"),
    ...(["queueDispatch", "namespaceDispatch"] as const).flatMap((limited) => [
      bound(setup, "first workflow tasks handed out", limited, partitions, "partitions", 1, "task"),
      bound(setup, "activity tasks handed out", limited, partitions, "partitions", workload.eager ? 0 : activities, "tasks"),
      bound(setup, "sticky workflow tasks handed out", limited, workers, "workers", activities, "tasks"),
    ]),
    ...(workload.waiting && workload.seconds !== undefined
      ? [pods("waiting starters", "concurrentPollers", "frontend", workload.seconds, "s each")]
      : []),
  ];
  return found.filter(({ limited, cost }) => cost > 0 && (limits[limited].value > 0 || !ZERO_IS_NONE.has(limited)));
}

/** Keys whose 0 means that there is no limit. */
const ZERO_IS_NONE: ReadonlySet<LimitName> = new Set(["namespaceStore", "shardStore"]);

/** Which of the two dispatch limits holds: the server takes the lower. @see service/matching/ratelimit_manager.go:149 */
function dispatchOf({ limits }: Setup): LimitName {
  return limits.namespaceDispatch.value < limits.queueDispatch.value ? "namespaceDispatch" : "queueDispatch";
}

function bound(setup: Setup, name: string, limited: LimitName, times: number, of: string, cost: number, unit: string): LimitBound {
  const { value } = setup.limits[limited];
  const one = times === 1 ? of.replace(/s$/, "") : of;
  const total = of === "" ? `${value} of all pods` : `${count(times)} ${one} x ${value}`;
  return {
    ...{ name, limited, times, cost },
    limit: keyOf(setup, limited),
    knob: knobOf(setup, limited),
    perSecond: (times * value) / cost,
    formula: cost === 1 ? total : `${total} / ${count(cost)} ${unit}`,
  };
}

function between(one: LimitBound, rates: (total: number) => Interval): LimitBound {
  const interval = rates(one.perSecond * one.cost);
  return interval.high - interval.low <= 1e-9 * interval.high ? one : { ...one, between: interval };
}

/** The rate at which `total` matching calls per second are used up: with as much forwarding as can be, and with none. */
function matchingRates({ partitions, forwarding }: Setup, workload: Workload, total: number): Interval {
  const high = total / matchingCalls(workload, partitions, forwarding).low;
  let [low, above] = [0, high];
  // Calls grow with the rate, though not in proportion, since forwarding is limited by the second.
  for (let step = 0; step < 60; step++) {
    const rate = (low + above) / 2;
    if (rate * matchingCalls(workload, partitions, forwarding, rate).high <= total) low = rate;
    else above = rate;
  }
  return { low, high };
}

/**
 * Writes of one shard go one after the other: on Cassandra its IO concurrency is 1, whatever `history.shardIOConcurrency` says
 * (service/history/shard/context_impl.go:2105). No limit and no pod raises this; only shards do, and a faster store.
 */
function shardBound({ shards, shardSeconds, shardBalance }: Setup, workload: Workload): Bound {
  const { stateTransitions }: Calls = callsPerWorkflow(workload);
  return {
    name: "writes of the shards, one at a time",
    limit: "numHistoryShards",
    knob: "temporal.numHistoryShards",
    perSecond: (shardBalance * shards) / (shardSeconds * stateTransitions),
    formula: `${shardBalance} (assumed balance) x ${shards} shards / (${count(shardSeconds * 1000)} ms x ${count(stateTransitions)} writes)`,
  };
}

function count(value: number): string {
  return String(Number(value.toPrecision(4)));
}
