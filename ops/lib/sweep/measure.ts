import { matching, sum, type Sample } from "../samples";
import { growth, quantile, type Snapshot } from "./counters";

/** Services whose calls are counted. */
export const SERVICES = ["frontend", "history", "matching"] as const;
export type Service = (typeof SERVICES)[number];

/** Calls that a service refused, by the server's own reason. */
export interface Throttled {
  readonly service: string;
  /** Such as RpsLimit, ConcurrentLimit, BusyWorkflow. */
  readonly cause: string;
  /** Namespace or System. */
  readonly scope: string;
  readonly perSecond: number;
}

/** Seconds: the mean, and within how many a share of all ended. Undefined where nothing was counted, or it took longer than the histogram tells. */
export interface Latency {
  readonly mean: number | undefined;
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** What the server counted in one window. */
export interface Measurement {
  readonly seconds: number;
  /** Workflows that completed, in the workload's namespace. */
  readonly completed: number;
  readonly perSecond: number;
  /** Workflows that ended in another way. */
  readonly notCompleted: number;
  /** Calls per second that were let in; of the frontend those of the workload's namespace. */
  readonly calls: Readonly<Record<Service, number>>;
  readonly throttled: readonly Throttled[];
  /** Of StartWorkflowExecution at the frontend, as the server has it. */
  readonly start: Latency;
  /** From a workflow's start to its end, as the worker's SDK has it. */
  readonly endToEnd: Latency;
}

const ENDED_OTHERWISE = ["workflow_failed", "workflow_timeout", "workflow_terminate", "workflow_cancel"];

/** What happened between two looks at the servers' and the workers' counters. */
export function measured(before: Snapshot, after: Snapshot, namespace: string): Measurement {
  const grown = growth(before, after);
  const seconds = (after.at - before.at) / 1000;
  const completed = sum(grown, "workflow_success", { namespace });
  return {
    seconds,
    completed,
    perSecond: completed / seconds,
    notCompleted: ENDED_OTHERWISE.reduce((total, name) => total + sum(grown, name, { namespace }), 0),
    calls: callsPerSecond(grown, seconds, namespace),
    throttled: throttled(grown, seconds),
    start: latency(grown, "service_latency", { service_name: "frontend", operation: "StartWorkflowExecution" }),
    endToEnd: latency(grown, "temporal_workflow_endtoend_latency", { namespace }),
  };
}

/** Calls per second while the load rests: what the servers and the idle workers ask for by themselves. */
export function idleCalls(before: Snapshot, after: Snapshot, namespace: string): Record<Service, number> {
  return callsPerSecond(growth(before, after), (after.at - before.at) / 1000, namespace);
}

/** A refused call is counted as a request too, so it is taken out again. */
function callsPerSecond(grown: readonly Sample[], seconds: number, namespace: string): Record<Service, number> {
  const rate = (service: Service) => {
    const labels = service === "frontend" ? { service_name: service, namespace } : { service_name: service };
    return (sum(grown, "service_requests", labels) - sum(grown, "service_errors_resource_exhausted", labels)) / seconds;
  };
  return { frontend: rate("frontend"), history: rate("history"), matching: rate("matching") };
}

function throttled(grown: readonly Sample[], seconds: number): Throttled[] {
  const rates = new Map<string, Throttled>();
  for (const { labels, value } of matching(grown, "service_errors_resource_exhausted")) {
    if (value === 0) continue;
    const service = labels["service_name"] ?? "unknown";
    const cause = labels["resource_exhausted_cause"] ?? "unknown";
    const scope = labels["resource_exhausted_scope"] ?? "unknown";
    const key = `${service} ${cause} ${scope}`;
    rates.set(key, { service, cause, scope, perSecond: (rates.get(key)?.perSecond ?? 0) + value / seconds });
  }
  return [...rates.values()].sort((a, b) => `${a.service}${a.cause}${a.scope}`.localeCompare(`${b.service}${b.cause}${b.scope}`));
}

function latency(grown: readonly Sample[], name: string, labels: Readonly<Record<string, string>>): Latency {
  const at = (share: number) => quantile(grown, name, labels, share);
  const count = sum(grown, `${name}_count`, labels);
  const mean = count === 0 ? undefined : sum(grown, `${name}_sum`, labels) / count;
  return { mean, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
