import { exprs, THRESHOLDS } from "../alerts";
import { p95By, RATE, rateBy, type Dashboard } from "./panel";

/** From a task to the worker that takes it. */
export const matching: Dashboard = {
  uid: "temporal-matching",
  title: "Temporal: task queues",
  of: "temporal-",
  panels: [
    {
      title: "Schedule to start (p95), as the server sees it",
      description: "How long tasks wait for a worker. At most 150 ms; more pollers, workers or partitions make it shorter.",
      unit: "s",
      threshold: THRESHOLDS.scheduleToStart,
      queries: [{ expr: exprs.scheduleToStart(0.95, RATE), legend: "{{operation}}" }],
    },
    {
      title: "Schedule to start (p95), as the load's worker sees it",
      description: "The same by the SDK of benchmark-workers: the way to the worker is in it.",
      unit: "s",
      threshold: THRESHOLDS.scheduleToStart,
      queries: [
        { ...p95By("task_queue", "temporal_workflow_task_schedule_to_start_latency"), legend: "workflow task {{task_queue}}" },
        { ...p95By("task_queue", "temporal_activity_schedule_to_start_latency"), legend: "activity {{task_queue}}" },
      ],
    },
    {
      title: "Polls that were served without a write",
      description: "poll_success_sync / poll_success: a worker was waiting when the task came. At least 99 %.",
      unit: "percentunit",
      threshold: THRESHOLDS.pollSync,
      queries: [{ expr: exprs.pollSync(RATE), legend: "{{namespace}}" }],
    },
    {
      title: "Polls by result",
      description: "A poll that ends without a task has waited for nothing: fewer pollers would do.",
      unit: "reqps",
      queries: [
        { expr: `sum(rate(poll_success[${RATE}]))`, legend: "task" },
        { expr: `sum(rate(poll_timeouts[${RATE}]))`, legend: "no task" },
      ],
    },
    {
      title: "Backlog",
      description: "Tasks that wait in the store because no worker was there. Approximate.",
      unit: "short",
      queries: [
        {
          expr: "sum by (namespace, taskqueue, task_type) (approximate_backlog_count)",
          legend: "{{namespace}} {{taskqueue}} {{task_type}}",
        },
      ],
    },
    {
      title: "Age of the backlog",
      description: "Of its oldest task.",
      unit: "s",
      queries: [
        {
          expr: "max by (namespace, taskqueue, task_type) (approximate_backlog_age_seconds)",
          legend: "{{namespace}} {{taskqueue}} {{task_type}}",
        },
      ],
    },
    {
      title: "Matching calls by operation",
      description: "Calls between partitions included: with four of them they add a third at low load.",
      unit: "reqps",
      queries: [rateBy(["operation"], "service_requests", '{service_name="matching"}')],
    },
    {
      title: "The load's worker",
      description: "Workflows that the worker of benchmark-workers saw to their end, and its failed ones.",
      unit: "ops",
      queries: [
        { expr: `sum(rate(temporal_workflow_completed[${RATE}]))`, legend: "completed" },
        { expr: `sum(rate(temporal_workflow_failed[${RATE}]))`, legend: "failed" },
      ],
    },
  ],
};
