import { until } from "../../e2e/support/wait";
import type { RealBed } from "../../real/support/real-bed";
import type { Bite, Group, Seen } from "./bites";
import { named, readCounters } from "./metric";
import { onGround, type Ground, type Provocation } from "./provoke";

/** A server brings its counters to its page once a second. @see Temporal 1.31.2, common/metrics/config.go */
const REPORT_SECONDS = 1.2;

/** The kubelet's refresh of a ConfigMap, the servers' poll of the file, the limiters' minute; and a last round. */
export const WORST_LAG = 60 + 10 + 60 + 15;

/** When a limit was first seen to hold, or to be gone, and the round that showed it. */
export interface Sighting {
  readonly lag: number;
  readonly seen: Seen;
}

/** What was seen of each row, by its knob; rows that were waited for in vain have only their last round. */
export interface Watched {
  readonly found: ReadonlyMap<string, Sighting>;
  readonly missed: ReadonlyMap<string, Seen | string>;
}

/**
 * Provokes every row again and again until all are as wanted, or the time is over. Rows with the same provocation share its rounds.
 * @param seconds counted from now, which is when `up` has ended; a round that has begun is finished
 */
export async function watch(bed: RealBed, rows: readonly Bite[], state: "bites" | "free", seconds: number): Promise<Watched> {
  const began = Date.now();
  const found = new Map<string, Sighting>();
  const missed = new Map<string, Seen | string>();
  const provocations = [...new Set(rows.map(({ provoke }) => provoke))];
  const seek = async (ground: Ground, provoke: Provocation) => {
    let waiting = rows.filter((row) => row.provoke === provoke);
    while (waiting.length > 0 && Date.now() < began + seconds * 1000) {
      const seen = await round(ground, provoke, waiting);
      for (const [row, what] of seen) {
        if (typeof what === "object" && row[state](what)) found.set(row.knob, { lag: (Date.now() - began) / 1000, seen: what });
        else missed.set(row.knob, what);
      }
      waiting = waiting.filter(({ knob }) => !found.has(knob));
    }
  };
  await onGround(bed, (ground) => Promise.all(provocations.map((provoke) => seek(ground, provoke))));
  for (const knob of found.keys()) missed.delete(knob);
  return { found, missed };
}

/** One round, with what it added to each row's counter; what went wrong, in words, if it could not be done. */
async function round({ bed, ...ground }: Ground, provoke: Provocation, rows: readonly Bite[]): Promise<[Bite, Seen | string][]> {
  try {
    const counters = rows.map(({ counter }) => counter);
    const before = await readCounters(bed, counters);
    const done = await provoke({ bed, ...ground });
    const ended = Date.now();
    await until("the page to be written", REPORT_SECONDS, () => (Date.now() - ended > REPORT_SECONDS * 1000 ? true : undefined));
    const after = await readCounters(bed, counters);
    return rows.map((row, index) => [row, { ...done, counted: (after[index] ?? 0) - (before[index] ?? 0) }]);
  } catch (error) {
    return rows.map((row) => [row, String(error)]);
  }
}

/** A limit on the bed: what it did when it was low, and when it was raised again. Lags are seconds since `up` had ended. */
export interface Result {
  readonly knob: string;
  readonly means: string;
  readonly counter: string;
  readonly "lag on": number | string;
  readonly "lag off": number | string;
  readonly low: Seen | string;
  readonly raised: Seen | string;
}

/**
 * Sets all limits of a group low, watches what each does, raises them again and watches that it is gone.
 * @param set puts a state of the group into force by one `up`
 */
export async function bitten(bed: RealBed, { rows }: Group, set: (state: "low" | "raised") => Promise<void>): Promise<Result[]> {
  // Task queues must be in memory: a server does not apply a dispatch rate to a queue that it loads (docs/soak.md).
  await watch(bed, rows, "free", 10);
  await set("low");
  const on = await watch(bed, rows, "bites", WORST_LAG);
  await set("raised");
  const off = await watch(bed, rows, "free", WORST_LAG);
  const lag = ({ found }: Watched, knob: string) => Math.round(found.get(knob)?.lag ?? Number.NaN) || "never";
  const last = ({ found, missed }: Watched, knob: string) => found.get(knob)?.seen ?? missed.get(knob) ?? "no round";
  return rows.map(({ knob, means, counter }) => ({
    ...{ knob, means, counter: named(counter), "lag on": lag(on, knob), "lag off": lag(off, knob) },
    ...{ low: last(on, knob), raised: last(off, knob) },
  }));
}

/** One line of a result. */
export function line({ knob, low, raised, ...lags }: Result): string {
  const counts = (seen: Seen | string) =>
    typeof seen === "string" ? seen : `${seen.through} of ${seen.offered} through, ${seen.counted} counted`;
  return `${knob}: on after ${lags["lag on"]} s (${counts(low)}), off after ${lags["lag off"]} s (${counts(raised)})`;
}
