import { binding, bounds, setupOf, type Setup } from "../../../components/temporal/capacity";
import type { Values } from "../../../values/slices";
import type { Service } from "./measure";

/** What the capacity model says of one point. */
export interface Prediction {
  /** Completed workflows per second. */
  readonly perSecond: number;
  /** Name of the bound that is the lowest. */
  readonly by: string;
  /** Knob to turn for more. */
  readonly knob: string;
}

/**
 * The lowest bound of a point. What the servers and idle workers ask for by themselves takes tokens of the same limiters:
 * `idle`, calls per second of all pods of a service together, is taken off its limits first.
 */
export function predict(values: Values, idle: Readonly<Record<Service, number>>): Prediction {
  const { load, temporal } = values;
  const where = { namespace: load.namespace, taskQueue: load.taskQueue };
  const eager = temporal.dynamicConfig["system.enableActivityEagerExecution"]?.some(({ value }) => value === true) ?? false;
  const workload = { activities: load.runner.activities, waiting: load.runner.wait, eager };
  const { name, knob, perSecond } = binding(bounds(less(setupOf(temporal, where), idle), workload));
  return { perSecond, by: name, knob };
}

function less(setup: Setup, idle: Readonly<Record<Service, number>>): Setup {
  const { frontend, history, matching } = setup;
  const share = (service: Service, replicas: number) => idle[service] / replicas;
  return {
    ...setup,
    frontend: {
      ...frontend,
      rps: frontend.rps - share("frontend", frontend.replicas),
      namespaceRps: frontend.namespaceRps - share("frontend", frontend.replicas),
    },
    history: { ...history, rps: history.rps - share("history", history.replicas) },
    matching: { ...matching, rps: matching.rps - share("matching", matching.replicas) },
  };
}
