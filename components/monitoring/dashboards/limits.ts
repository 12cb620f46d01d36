import { exprs } from "../alerts";
import { RATE, rateBy, type Dashboard } from "./panel";

/** Which limit refuses what: the question that the 2025 reports could not answer. */
export const limits: Dashboard = {
  uid: "temporal-limits",
  title: "Temporal: limits and throttling",
  of: "temporal-",
  panels: [
    {
      title: "Refused calls by service, cause and scope",
      description: "RpsLimit, ConcurrentLimit, SystemOverloaded, BusyWorkflow ... The first cause to show is the limit to raise.",
      unit: "reqps",
      queries: [{ expr: exprs.throttled(RATE), legend: "{{service_name}} {{resource_exhausted_cause}} {{resource_exhausted_scope}}" }],
    },
    {
      title: "Refused calls by namespace and operation",
      description: "Polls go first when a limiter is exhausted: they have the lowest priority but one.",
      unit: "reqps",
      queries: [rateBy(["service_name", "namespace", "operation"], "service_errors_resource_exhausted")],
    },
    {
      title: "Frontend: limit in force, and calls of each pod",
      description: "Only the frontend exports the limit that it applies. Long polls count as calls when they begin.",
      unit: "reqps",
      queries: [
        { expr: "max by (pod) (host_rps_limit)", legend: "limit of {{pod}}" },
        { expr: `sum by (pod) (rate(service_requests{service_name="frontend"}[${RATE}]))`, legend: "{{pod}}" },
      ],
    },
    {
      title: "Calls by service",
      description: "Refused ones included. Per completed workflow with N activities: 3N+5, history 3N+5, matching 4N+2 (one partition).",
      unit: "reqps",
      queries: [rateBy(["service_name"], "service_requests")],
    },
    {
      title: "Calls held back from Cassandra",
      description: "persistenceMaxQPS of a service, or one of its narrower forms.",
      unit: "reqps",
      queries: [{ expr: exprs.persistenceThrottled(RATE), legend: "{{workload}} {{resource_exhausted_cause}}" }],
    },
    {
      title: "Calls held back from Elasticsearch",
      description: "system.visibilityPersistenceMaxReadQPS and system.visibilityPersistenceMaxWriteQPS.",
      unit: "reqps",
      queries: [{ expr: exprs.visibilityThrottled(RATE), legend: "{{workload}}" }],
    },
  ],
};
