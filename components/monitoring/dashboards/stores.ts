import { p95By, RATE, rateBy, type Dashboard } from "./panel";

/** Health of Temporal's stores, by what their client sees. */
export const stores: Dashboard = {
  uid: "temporal-stores",
  title: "Stores of Temporal: Cassandra, Elasticsearch",
  of: "temporal-",
  note: "Cassandra and Elasticsearch export no Prometheus metrics of their own, and this bed adds no exporter. What is here is what their client, Temporal, sees of them. CPU and disk are with the cluster's own monitoring: Cassandra should stay below 80 % CPU.",
  panels: [
    {
      title: "Cassandra: errors by type",
      description: "ConditionFailed and NotFound are part of normal work; Timeout and Unavailable are not.",
      unit: "reqps",
      queries: [rateBy(["error_type"], "persistence_error_with_type")],
    },
    {
      title: "Cassandra: latency by service (p95)",
      description: "All operations together.",
      unit: "s",
      queries: [p95By("workload", "persistence_latency")],
    },
    {
      title: "Cassandra: connections made anew",
      description: "Attempts to open a new session, and those that failed. None in good health.",
      unit: "ops",
      queries: [
        { expr: `sum by (workload) (rate(persistence_session_refresh_attempts[${RATE}]))`, legend: "{{workload}} tried" },
        { expr: `sum by (workload) (rate(persistence_session_refresh_failures[${RATE}]))`, legend: "{{workload}} failed" },
      ],
    },
    {
      title: "Elasticsearch: latency by operation (p95)",
      description: "Visibility calls.",
      unit: "s",
      queries: [p95By("operation", "visibility_persistence_latency")],
    },
    {
      title: "Elasticsearch: errors by type",
      description: "Visibility calls that failed.",
      unit: "reqps",
      queries: [rateBy(["error_type"], "visibility_persistence_error_with_type")],
    },
    {
      title: "Elasticsearch: bulk writer",
      description: "Time from a document's place in the queue to its commit (p95), and documents that failed.",
      unit: "s",
      queries: [
        p95By("workload", "elasticsearch_bulk_processor_request_latency"),
        { expr: `sum(rate(elasticsearch_bulk_processor_errors[${RATE}]))`, legend: "failed documents/s" },
      ],
    },
  ],
};
