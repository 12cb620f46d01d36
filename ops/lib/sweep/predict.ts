import { binding, bounds, setupOf, type LimitName, type Setup } from "../../../components/temporal/capacity";
import type { Values } from "../../../values/slices";
import { SERVICES, type Service } from "./measure";

/** What the capacity model says of one point. */
export interface Prediction {
  /** Completed workflows per second. */
  readonly perSecond: number;
  /** Dynamic-config key of the limit that binds. */
  readonly by: string;
  /** Knob to turn for more. */
  readonly knob: string;
}

/** Rate limits that the calls of a service take tokens of. */
const TAKEN: Readonly<Record<Service, readonly LimitName[]>> = {
  frontend: ["frontendRps", "namespaceRps"],
  history: ["historyRps"],
  matching: ["matchingRps"],
};

/**
 * The lowest bound of a point. What the servers and idle workers ask for by themselves takes tokens of the same limiters:
 * `idle`, calls per second of all pods of a service together, is taken off its limits first.
 */
export function predict({ load, temporal }: Values, idle: Readonly<Record<Service, number>>): Prediction {
  const where = { namespace: load.namespace, taskQueue: load.taskQueue, workers: load.worker.replicas };
  const setup = less(setupOf(temporal, where), idle);
  const workload = { activities: load.runner.activities, waiting: load.runner.wait, eager: setup.eagerActivities };
  const { limit, knob, perSecond } = binding(bounds(setup, workload));
  return { perSecond, by: limit, knob };
}

function less(setup: Setup, idle: Readonly<Record<Service, number>>): Setup {
  const limits = { ...setup.limits };
  for (const service of SERVICES) {
    for (const name of TAKEN[service]) {
      const limit = limits[name];
      const taken = limit.cluster ? idle[service] : idle[service] / setup.replicas[service];
      limits[name] = { ...limit, value: limit.value - taken };
    }
  }
  return { ...setup, limits };
}
