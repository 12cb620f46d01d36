import { rateBy, type Dashboard } from "./panel";

/** The Chronik brokers, by the metrics that they do count: most of what they export has never been written to. */
export const chronik: Dashboard = {
  uid: "chronik",
  title: "Chronik",
  of: "chronik",
  note: "Chronik 2.10.4 exports many names that no code writes to, and which stay 0: elections, leadership, writes of the log, storage, connections. They are left out. Whether a broker answers at all is on the dashboard of the bed.",
  panels: [
    {
      title: "Partitions written to",
      description: "One per partition of a produce request: that is what `messages_received` counts, whatever its name says.",
      unit: "ops",
      queries: [rateBy(["pod"], "chronik_messages_received_total")],
    },
    {
      title: "Bytes produced and fetched",
      description: "Record batches as they came and went.",
      unit: "Bps",
      queries: [
        { ...rateBy(["pod"], "chronik_bytes_produced_total"), legend: "{{pod}} produced" },
        { ...rateBy(["pod"], "chronik_bytes_fetched_total"), legend: "{{pod}} fetched" },
      ],
    },
    {
      title: "Produce requests",
      description: "Those that were answered, and those that failed as a whole.",
      unit: "reqps",
      queries: [rateBy(["pod", "result"], "chronik_produce_requests_total")],
    },
    {
      title: "Fetch requests",
      description: "Consumers, and followers that read from a leader.",
      unit: "reqps",
      queries: [rateBy(["pod"], "chronik_fetch_requests_total", '{result="success"}')],
    },
    {
      title: "Write-ahead log: writes of one group commit",
      description: "Average since the start. The WAL profile bounds how long a commit waits for others.",
      unit: "short",
      queries: [{ expr: "avg by (pod) (chronik_wal_batch_size_avg)", legend: "{{pod}}" }],
    },
    {
      title: "Write-ahead log: group commits",
      description: "Per second.",
      unit: "ops",
      queries: [rateBy(["pod"], "chronik_wal_batch_count_total")],
    },
    {
      title: "Flushes of the produce handler",
      description: "Per second, and how many batches each held on average since the start.",
      unit: "short",
      queries: [
        { ...rateBy(["pod"], "chronik_produce_flush_total"), legend: "{{pod}} flushes/s" },
        { expr: "avg by (pod) (chronik_produce_batches_per_flush_avg)", legend: "{{pod}} batches" },
      ],
    },
    {
      title: "Produce profile in force",
      description: "0 low-latency, 1 balanced, 2 high-throughput, 3 extreme.",
      unit: "short",
      queries: [{ expr: "max by (pod) (chronik_produce_profile_active)", legend: "{{pod}}" }],
    },
  ],
};
