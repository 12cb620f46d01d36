import { dynamicConfigOf } from "./limits";
import type { TemporalValues } from "./values";

/** What one workflow asks of the bed. */
export interface Workload {
  readonly activities: number;
  readonly waiting: boolean;
  readonly eager: boolean;
}

export interface Where {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly workers?: number;
}

export type LimitName = "frontendRps" | "namespaceRps" | "matchingRps" | "historyRps";

export interface Limit {
  readonly value: number;
  readonly cluster: boolean;
}

export interface Setup {
  readonly replicas: { readonly frontend: number; readonly history: number; readonly matching: number };
  readonly limits: Readonly<Record<LimitName, Limit>>;
  readonly eagerActivities: boolean;
}

export interface Bound {
  readonly name: string;
  readonly limit: string;
  readonly knob: string;
  readonly perSecond: number;
  readonly formula: string;
}

export function setupOf(values: TemporalValues, where: Where): Setup {
  const config = dynamicConfigOf(values.limits);
  const limit = (key: string, otherwise: number) => {
    const entries = config[key] ?? [];
    const fits = entries.filter(
      ({ constraints }) => constraints["namespace"] === undefined || constraints["namespace"] === where.namespace,
    );
    return { value: Number(fits[0]?.value ?? otherwise), cluster: false };
  };
  return {
    replicas: { frontend: values.frontend.replicas, history: values.history.replicas, matching: values.matching.replicas },
    limits: {
      frontendRps: limit("frontend.rps", 2400),
      namespaceRps: limit("frontend.namespaceRPS", 2400),
      matchingRps: limit("matching.rps", 1200),
      historyRps: limit("history.rps", 3000),
    },
    eagerActivities: values.dynamicConfig["system.enableActivityEagerExecution"]?.some(({ value }) => value === true) ?? false,
  };
}

export function bounds({ replicas, limits }: Setup, { activities: n, waiting, eager }: Workload): Bound[] {
  const [w, e] = [waiting ? 1 : 0, eager ? n : 0];
  const [calls, tasks] = [4 * n + 3 + w - e, 4 * n + 2 - 2 * e];
  const bound = (name: string, limit: string, knob: string, total: number, cost: number) => ({
    ...{ name, limit, knob: `temporal.limits.${knob}`, perSecond: total / cost, formula: `${total} / ${cost} calls` },
  });
  const { frontendRps, namespaceRps, matchingRps, historyRps } = limits;
  return [
    bound("frontend requests of the namespace", "frontend.namespaceRPS", "namespaces.rps", replicas.frontend * namespaceRps.value, calls),
    bound("frontend requests", "frontend.rps", "frontend.rps", replicas.frontend * frontendRps.value, calls),
    bound("matching requests", "matching.rps", "matching.rps", replicas.matching * matchingRps.value, tasks),
    bound("history requests", "history.rps", "history.rps", replicas.history * historyRps.value, calls),
  ];
}

export function binding<B extends Pick<Bound, "perSecond">>(all: readonly B[]): B {
  return all.reduce((least, bound) => (bound.perSecond < least.perSecond ? bound : least));
}
