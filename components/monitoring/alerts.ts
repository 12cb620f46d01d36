/** A rule of Prometheus. It shows there and in Grafana; nobody is called, since this bed has no Alertmanager. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  /** Seconds that the condition must hold. */
  readonly seconds: number;
  readonly severity: "warning" | "critical";
  readonly summary: string;
  /** Where the threshold comes from. */
  readonly source: string;
}

interface Group {
  readonly name: string;
  readonly alerts: readonly Alert[];
}

/** Numbers that rules and dashboards share. */
export const THRESHOLDS = {
  /** Seconds, p95. */
  shardLock: 0.005,
  /** Seconds, p95. */
  scheduleToStart: 0.15,
  /** Share of polls that got a task without a write to the store. */
  pollSync: 0.99,
  /** Seconds, p99. */
  startLatency: 0.2,
  /** History shards of one process. */
  shardsPerPod: 500,
} as const;

const SCALING = "Temporal's blog, Scaling Temporal: The Basics";

/** Expressions that a rule and a panel share. @param window such as 5m */
export const exprs = {
  throttled: (window: string) =>
    `sum by (service_name, resource_exhausted_cause, resource_exhausted_scope) (rate(service_errors_resource_exhausted[${window}]))`,
  persistenceThrottled: (window: string) =>
    `sum by (workload, resource_exhausted_cause) (rate(persistence_errors_resource_exhausted[${window}]))`,
  visibilityThrottled: (window: string) => `sum by (workload) (rate(visibility_persistence_resource_exhausted[${window}]))`,
  shardLock: (quantile: number, window: string) =>
    `histogram_quantile(${quantile}, sum by (le) (rate(lock_latency_bucket{operation="ShardInfo"}[${window}])))`,
  scheduleToStart: (quantile: number, window: string) =>
    `histogram_quantile(${quantile}, sum by (le, operation) (rate(task_schedule_to_start_latency_bucket[${window}])))`,
  pollSync: (window: string) =>
    `sum by (namespace) (rate(poll_success_sync[${window}])) / sum by (namespace) (rate(poll_success[${window}]))`,
  startLatency: (quantile: number, window: string) =>
    `histogram_quantile(${quantile}, sum by (le) (rate(service_latency_bucket{service_name="frontend", operation="StartWorkflowExecution"}[${window}])))`,
  shardsPerPod: "max by (pod) (numshards_gauge)",
};

const TEMPORAL: readonly Alert[] = [
  {
    alert: "TemporalThrottled",
    expr: `${exprs.throttled("5m")} > 0`,
    seconds: 300,
    severity: "warning",
    summary:
      "{{ $labels.service_name }} refuses calls: {{ $labels.resource_exhausted_cause }}, scope {{ $labels.resource_exhausted_scope }}.",
    source: "zero: that a limit bites is what the 2025 reports did not see",
  },
  {
    alert: "TemporalPersistenceThrottled",
    expr: `${exprs.persistenceThrottled("5m")} > 0`,
    seconds: 300,
    severity: "warning",
    summary: "{{ $labels.workload }} holds back calls to Cassandra: {{ $labels.resource_exhausted_cause }}.",
    source: "zero, as for calls",
  },
  {
    alert: "TemporalShardLockSlow",
    expr: `${exprs.shardLock(0.95, "5m")} > ${THRESHOLDS.shardLock}`,
    seconds: 600,
    severity: "warning",
    summary: "Work waits {{ $value | humanizeDuration }} (p95) for the lock of its history shard: more shards, or a faster store.",
    source: `${SCALING}: p95 at most 5 ms`,
  },
  {
    alert: "TemporalScheduleToStartSlow",
    expr: `${exprs.scheduleToStart(0.95, "5m")} > ${THRESHOLDS.scheduleToStart}`,
    seconds: 600,
    severity: "warning",
    summary: "Tasks wait {{ $value | humanizeDuration }} (p95, {{ $labels.operation }}) for a worker: more pollers, workers or partitions.",
    source: `${SCALING}: p95 at most 150 ms`,
  },
  {
    alert: "TemporalPollSyncRateLow",
    expr: `${exprs.pollSync("5m")} < ${THRESHOLDS.pollSync}`,
    seconds: 600,
    severity: "warning",
    summary:
      "Only {{ $value | humanizePercentage }} of the tasks of {{ $labels.namespace }} find a waiting worker; the others go through Cassandra.",
    source: `${SCALING}: at least 99 %`,
  },
  {
    alert: "TemporalStartSlow",
    expr: `${exprs.startLatency(0.99, "5m")} > ${THRESHOLDS.startLatency}`,
    seconds: 600,
    severity: "warning",
    summary: "The start of a workflow takes {{ $value | humanizeDuration }} (p99).",
    source: "Temporal Cloud documentation: p99 200 ms",
  },
  {
    alert: "TemporalTooManyShardsPerPod",
    expr: `${exprs.shardsPerPod} > ${THRESHOLDS.shardsPerPod}`,
    seconds: 600,
    severity: "warning",
    summary: "{{ $labels.pod }} holds {{ $value }} history shards: more history pods.",
    source: "Temporal documentation, Temporal Server: start with about one history process per 500 shards",
  },
];

/** @param jobs names of the jobs that this bed scrapes */
function bed(jobs: readonly string[]): Alert[] {
  return [
    {
      alert: "TargetDown",
      expr: "up == 0",
      seconds: 300,
      severity: "critical",
      summary: "{{ $labels.pod }} of {{ $labels.workload }} does not serve its metrics.",
      source: "this bed: what Prometheus cannot read, no other rule sees",
    },
    {
      alert: "TargetMissing",
      expr: jobs.map((job) => `absent(up{job="${job}"})`).join(" or "),
      seconds: 300,
      severity: "critical",
      summary: "No pod of {{ $labels.job }} is there.",
      source: "this bed: a pod that does not exist is not down",
    },
  ];
}

/** All rules of a bed. */
export function alertsOf(jobs: readonly string[]): Group[] {
  return [
    { name: "bed", alerts: bed(jobs) },
    { name: "temporal", alerts: TEMPORAL },
  ];
}
