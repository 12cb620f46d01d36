import type { TemporalValues } from "../values";
import { binding, bounds } from "./bounds";
import type { Workload } from "./calls";
import { setupOf, type Where } from "./setup";

/** What a stack says of itself: the rate for the load's own workflows, and what to turn to raise it. */
export interface Capacity {
  /** Such as "3 activities, waiting". */
  readonly workload: string;
  /** Completed workflows per second, at most. */
  readonly perSecond: number;
  /** The knob that binds. */
  readonly binding: string;
}

/** The load as its values say it. */
interface Load {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly worker: { readonly replicas: number };
  readonly runner: { readonly activities: number; readonly wait: boolean };
}

/** Where a load runs, and what. */
export function workloadOf({ namespace, taskQueue, worker, runner }: Load): { where: Required<Where>; workload: Workload } {
  const where = { namespace, taskQueue, workers: worker.replicas };
  return { where, workload: { activities: runner.activities, waiting: runner.wait, eager: false } };
}

export function capacityOf(values: TemporalValues, load: Load): Capacity {
  const { where, workload } = workloadOf(load);
  const { perSecond, knob } = binding(bounds(setupOf(values, where), workload));
  return { workload: inWords(workload), perSecond: Math.floor(perSecond), binding: knob };
}

/** A workload as people say it. */
export function inWords({ activities, waiting, eager }: { activities: number; waiting: boolean; eager: boolean }): string {
  return `${activities}${eager ? " eager" : ""} ${activities === 1 ? "activity" : "activities"}${waiting ? ", waiting" : ""}`;
}
