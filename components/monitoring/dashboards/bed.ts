import { RATE, type Dashboard } from "./panel";

/** What is there, what is wrong, and how Prometheus itself does. */
export const bed: Dashboard = {
  uid: "bed",
  title: "Test bed",
  of: "",
  panels: [
    {
      title: "Alerts",
      description: "Rules whose condition holds: pending until it has held long enough, then firing.",
      unit: "short",
      queries: [{ expr: "sum by (alertname, alertstate) (ALERTS)", legend: "{{alertname}} {{alertstate}}" }],
    },
    {
      title: "Pods that serve their metrics",
      description: "By workload. CanopyX, Cassandra, Elasticsearch, MongoDB and Redis serve none.",
      unit: "short",
      queries: [{ expr: "sum by (workload) (up)", legend: "{{workload}}" }],
    },
    {
      title: "Pods that do not",
      description: "Prometheus has found them, and gets no page.",
      unit: "short",
      queries: [{ expr: "count by (workload) (up == 0)", legend: "{{workload}}" }],
    },
    {
      title: "Samples of one scrape",
      description: "Temporal's grow with task queues, partitions and namespaces.",
      unit: "short",
      queries: [{ expr: "sum by (workload) (scrape_samples_scraped)", legend: "{{workload}}" }],
    },
    {
      title: "Prometheus: disk",
      description: "Blocks, which retention bounds, and the write-ahead log, which it does not.",
      unit: "bytes",
      queries: [
        { expr: "prometheus_tsdb_storage_blocks_bytes", legend: "blocks" },
        { expr: "prometheus_tsdb_wal_storage_size_bytes", legend: "write-ahead log" },
        { expr: "prometheus_tsdb_retention_limit_bytes", legend: "limit of the blocks" },
      ],
    },
    {
      title: "Prometheus: series, and samples per second",
      description: "In memory.",
      unit: "short",
      queries: [
        { expr: "prometheus_tsdb_head_series", legend: "series" },
        { expr: `rate(prometheus_tsdb_head_samples_appended_total[${RATE}])`, legend: "samples/s {{type}}" },
      ],
    },
  ],
};
