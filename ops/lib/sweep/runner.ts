import { Interrupted, type Stop } from "../fail";
import { shortText, type Knobs } from "./knob";
import type { Measurement, Service } from "./measure";
import { limitReached, type Outcome } from "./outcome";
import type { Run } from "./points";
import type { Prediction } from "./predict";

/** Everything that a sweep does to the world, as plain functions. */
export interface Bench {
  /** Brings the stack to these knobs, on top of its own settings; with the load or without. */
  readonly set: (knobs: Knobs, load: boolean) => Promise<void>;
  /** Waits until every server has read the knobs and every limiter goes by them; the seconds that took since `set` began. */
  readonly inForce: (knobs: Knobs) => Promise<number>;
  /** Counts calls while there is no load. */
  readonly idle: () => Promise<Record<Service, number>>;
  /** Lets the load run, then counts for the experiment's duration. */
  readonly measure: () => Promise<Measurement>;
  /** Brings the stack back to its own settings. */
  readonly restore: () => Promise<void>;
}

export interface Sweep {
  /** What is still to be done, in order. */
  readonly runs: readonly Run[];
  /** How many runs the whole experiment has. */
  readonly all: number;
  readonly idle: Readonly<Record<Service, number>> | undefined;
  readonly predict: (run: Run, idle: Readonly<Record<Service, number>>) => Prediction;
  readonly keepIdle: (idle: Readonly<Record<Service, number>>) => void;
  readonly keep: (outcome: Outcome) => void;
  readonly say: (line: string) => void;
  readonly now: () => Date;
}

/** So many failures in a row are no matter of the points: the rest is left for another time. */
const MOST_FAILURES = 3;

/** How the sweep ended. */
export interface End {
  readonly failed: number;
  /** Why it gave up before its end. */
  readonly gaveUp?: string;
}

/**
 * Does what is missing, each run kept as soon as it has ended. A run that fails is kept as failed, and the next one begins.
 * The stack's own settings are restored whatever happens.
 * @throws Interrupted after Ctrl-C, with the settings restored; the run that it hit is kept as nothing and done again next time
 */
export async function sweep(bench: Bench, stop: Stop, plan: Sweep): Promise<End> {
  let failed = 0;
  let gaveUp: string | undefined;
  try {
    const [first] = plan.runs;
    // Nothing to do but to put back what a killed sweep has left.
    if (first === undefined) return { failed };
    const idle = plan.idle ?? (await idleCalls(bench, stop, plan, first.knobs));
    let inARow = 0;
    let set: number | undefined;
    for (const [index, run] of plan.runs.entries()) {
      stop.check();
      const predicted = plan.predict(run, idle);
      const done = plan.all - plan.runs.length + index;
      plan.say(`\n${done + 1} of ${plan.all}: ${shortText(run.knobs)}${run.repetition > 1 ? `, repetition ${run.repetition}` : ""}`);
      const base = { point: run.point, repetition: run.repetition, knobs: run.knobs, predicted };
      try {
        const lag = set === run.point ? undefined : await bringTo(bench, run.knobs, plan);
        set = run.point;
        stop.check();
        const measured = await bench.measure();
        plan.keep({ ...base, at: plan.now().toISOString(), ...(lag === undefined ? {} : { lag }), measured });
        plan.say(`  ${compared(measured.perSecond, predicted.perSecond)}`);
        if (limitReached({ predicted, measured }) === false)
          plan.say(`  no call was refused for ${predicted.by}: the limit was not reached`);
        inARow = 0;
      } catch (error) {
        if (error instanceof Interrupted || stop.signal.aborted) throw error;
        set = undefined;
        failed += 1;
        inARow += 1;
        const reason = error instanceof Error ? error.message : String(error);
        plan.keep({ ...base, at: plan.now().toISOString(), failed: reason });
        plan.say(`  failed: ${reason}`);
        if (inARow >= MOST_FAILURES && index + 1 < plan.runs.length) {
          gaveUp = `${MOST_FAILURES} runs in a row have failed; ${plan.runs.length - index - 1} were not begun`;
          break;
        }
      }
    }
  } finally {
    plan.say("\nputting the stack's own settings back");
    await bench.restore();
  }
  return { failed, ...(gaveUp === undefined ? {} : { gaveUp }) };
}

async function idleCalls(bench: Bench, stop: Stop, plan: Sweep, knobs: Knobs): Promise<Record<Service, number>> {
  plan.say("counting the calls that there are without load");
  await bench.set(knobs, false);
  stop.check();
  const idle = await bench.idle();
  plan.keepIdle(idle);
  return idle;
}

async function bringTo(bench: Bench, knobs: Knobs, plan: Sweep): Promise<number> {
  await bench.set(knobs, true);
  const lag = await bench.inForce(knobs);
  plan.say(`  in force after ${lag.toFixed(0)} s`);
  return lag;
}

/** `7.4 workflows/s, predicted 7.9: -6 %` */
export function compared(measured: number, predicted: number): string {
  return `${measured.toFixed(2)} workflows/s, predicted ${predicted.toFixed(2)}: ${percent(measured, predicted)}`;
}

export function percent(measured: number, predicted: number): string {
  const off = (measured / predicted - 1) * 100;
  return `${off < 0 ? "-" : "+"}${Math.abs(off).toFixed(1)} %`;
}
