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
}

export interface Setup {
  readonly frontend: { readonly replicas: number; readonly rps: number; readonly namespaceRps: number };
  readonly matching: { readonly replicas: number; readonly rps: number };
  readonly history: { readonly replicas: number; readonly rps: number };
  readonly partitions: number;
}

export interface Bound {
  readonly name: string;
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
    return Number(fits[0]?.value ?? otherwise);
  };
  return {
    frontend: { replicas: values.frontend.replicas, rps: limit("frontend.rps", 2400), namespaceRps: limit("frontend.namespaceRPS", 2400) },
    matching: { replicas: values.matching.replicas, rps: limit("matching.rps", 1200) },
    history: { replicas: values.history.replicas, rps: limit("history.rps", 3000) },
    partitions: limit("matching.numTaskqueueReadPartitions", 4),
  };
}

export function callsPerWorkflow({ activities: n, waiting, eager }: Workload) {
  const w = waiting ? 1 : 0;
  const e = eager ? n : 0;
  const m = 4 * n + 2 - 2 * e;
  return { frontend: 4 * n + 3 + w - e, history: 4 * n + 3 + w - e, matching: { low: m, high: m } };
}

export function bounds(setup: Setup, workload: Workload): Bound[] {
  const calls = callsPerWorkflow(workload);
  const { frontend, matching, history } = setup;
  return [
    {
      name: "frontend namespace",
      knob: "namespaceRps",
      perSecond: (frontend.replicas * frontend.namespaceRps) / calls.frontend,
      formula: "",
    },
    { name: "frontend", knob: "frontend.rps", perSecond: (frontend.replicas * frontend.rps) / calls.frontend, formula: "" },
    { name: "matching", knob: "matching.rps", perSecond: (matching.replicas * matching.rps) / calls.matching.low, formula: "" },
    { name: "history", knob: "history.rps", perSecond: (history.replicas * history.rps) / calls.history, formula: "" },
  ];
}

export function binding(all: readonly Bound[]): Bound {
  return all.reduce((least, bound) => (bound.perSecond < least.perSecond ? bound : least));
}
