import { exprs, THRESHOLDS } from "../alerts";
import { p95By, quantiles, RATE, rateBy, type Dashboard } from "./panel";

const SHARD = '{operation="ShardInfo"}';

/** What history does: transitions, shards, and the store under them. */
export const history: Dashboard = {
  uid: "temporal-history",
  title: "Temporal: history and persistence",
  of: "temporal-",
  panels: [
    {
      title: "State transitions",
      description: "One per persisted step of a workflow. The histogram's sum is cumulative per workflow and says nothing.",
      unit: "ops",
      queries: [{ expr: `sum(rate(state_transition_count_count[${RATE}]))`, legend: "transitions" }],
    },
    {
      title: "Workflows that ended",
      description: "By how they ended.",
      unit: "ops",
      queries: ["success", "failed", "timeout", "terminate", "cancel", "continued_as_new"].map((end) => ({
        expr: `sum(rate(workflow_${end}[${RATE}]))`,
        legend: end,
      })),
    },
    {
      title: "Shard lock: wait",
      description: "Work of one shard is done one at a time. At most 5 ms (p95); more shards or a faster store make it shorter.",
      unit: "s",
      threshold: THRESHOLDS.shardLock,
      queries: [0.5, 0.95, 0.99].map((quantile) => ({ expr: exprs.shardLock(quantile, RATE), legend: `p${quantile * 100}` })),
    },
    {
      title: "Shard I/O: wait",
      description: "Queue in front of the store, one write per shard at a time on Cassandra.",
      unit: "s",
      queries: quantiles("semaphore_latency", SHARD),
    },
    {
      title: "Persistence latency by operation (p95)",
      description: "As Temporal sees Cassandra.",
      unit: "s",
      queries: [p95By("operation", "persistence_latency")],
    },
    {
      title: "Persistence calls by service",
      description: "What each service asks of Cassandra.",
      unit: "reqps",
      queries: [rateBy(["workload"], "persistence_requests")],
    },
    {
      title: "Shards of each history pod",
      description: "They move when a pod comes or goes. More than 500 on one pod are too many.",
      unit: "short",
      threshold: THRESHOLDS.shardsPerPod,
      queries: [{ expr: exprs.shardsPerPod, legend: "{{pod}}" }],
    },
    {
      title: "Start of a workflow",
      description: "Latency of StartWorkflowExecution at the frontend. Temporal Cloud promises p99 200 ms.",
      unit: "s",
      threshold: THRESHOLDS.startLatency,
      queries: [0.5, 0.95, 0.99].map((quantile) => ({ expr: exprs.startLatency(quantile, RATE), legend: `p${quantile * 100}` })),
    },
    {
      title: "Frontend latency by operation (p95)",
      description: "Polls are long by design.",
      unit: "s",
      queries: [p95By("operation", "service_latency", '{service_name="frontend", operation!~"Poll.*|GetWorkflowExecutionHistory"}')],
    },
    {
      title: "Errors by service and type",
      description: "All errors that calls ended with, expected ones included.",
      unit: "reqps",
      queries: [rateBy(["service_name", "error_type"], "service_error_with_type")],
    },
  ],
};
