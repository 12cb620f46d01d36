import { RATE, rateBy, type Dashboard } from "./panel";

const byPod = (metric: string, legend: string) => ({ expr: `sum by (pod) (${metric})`, legend: `{{pod}} ${legend}` });

/** ClickHouse servers, port 9363, and Keeper. */
export const clickhouse: Dashboard = {
  uid: "clickhouse",
  title: "ClickHouse and Keeper",
  of: "clickhouse",
  panels: [
    {
      title: "Queries",
      description: "Begun per second, and failed ones.",
      unit: "reqps",
      queries: [
        { ...rateBy(["pod"], "ClickHouseProfileEvents_SelectQuery"), legend: "{{pod}} select" },
        { ...rateBy(["pod"], "ClickHouseProfileEvents_InsertQuery"), legend: "{{pod}} insert" },
        { ...rateBy(["pod"], "ClickHouseProfileEvents_FailedQuery"), legend: "{{pod}} failed" },
      ],
    },
    {
      title: "Queries at a time",
      description: "Bounded by max_concurrent_queries.",
      unit: "short",
      queries: [byPod("ClickHouseMetrics_Query", "")],
    },
    {
      title: "Inserted rows",
      description: "By all inserts, asynchronous ones when they are flushed.",
      unit: "rowsps",
      queries: [rateBy(["pod"], "ClickHouseProfileEvents_InsertedRows")],
    },
    {
      title: "Inserts that wait or are refused",
      description: "Too many active parts in a partition: merges do not keep up.",
      unit: "reqps",
      queries: [
        { ...rateBy(["pod"], "ClickHouseProfileEvents_DelayedInserts"), legend: "{{pod}} delayed" },
        { ...rateBy(["pod"], "ClickHouseProfileEvents_RejectedInserts"), legend: "{{pod}} refused" },
      ],
    },
    {
      title: "Merges and mutations at a time",
      description: "Out of what the background pool allows.",
      unit: "short",
      queries: [
        byPod("ClickHouseMetrics_BackgroundMergesAndMutationsPoolTask", "running"),
        byPod("ClickHouseMetrics_BackgroundMergesAndMutationsPoolSize", "allowed"),
      ],
    },
    {
      title: "Parts of the fullest partition",
      description: "More than 300 mean that inserts are too small or merges too slow.",
      unit: "short",
      queries: [byPod("ClickHouseAsyncMetrics_MaxPartCountForPartition", "")],
    },
    {
      title: "Memory",
      description: "As the server counts it.",
      unit: "bytes",
      queries: [byPod("ClickHouseMetrics_MemoryTracking", "")],
    },
    {
      title: "Connections",
      description: "Native protocol and HTTP. Bounded by max_connections.",
      unit: "short",
      queries: [byPod("ClickHouseMetrics_TCPConnection", "native"), byPod("ClickHouseMetrics_HTTPConnection", "http")],
    },
    {
      title: "Replicated tables that cannot be written",
      description: "They have lost their session with Keeper. None in good health.",
      unit: "short",
      queries: [byPod("ClickHouseMetrics_ReadonlyReplica", "")],
    },
    {
      title: "Sessions with Keeper, and errors of the connection",
      description: "One session per server.",
      unit: "short",
      queries: [
        byPod("ClickHouseMetrics_ZooKeeperSession", "sessions"),
        { expr: `sum by (pod) (rate(ClickHouseProfileEvents_ZooKeeperHardwareExceptions[${RATE}]))`, legend: "{{pod}} errors/s" },
      ],
    },
    {
      title: "Keeper: who leads",
      description: "One of them, or none where it stands alone; and the followers that keep up.",
      unit: "short",
      queries: [byPod("ClickHouseAsyncMetrics_KeeperIsLeader", "leads"), byPod("ClickHouseAsyncMetrics_KeeperSyncedFollowers", "in sync")],
    },
    {
      title: "Keeper: nodes and requests that wait",
      description: "Data entries, and requests that have no answer yet.",
      unit: "short",
      queries: [
        byPod("ClickHouseAsyncMetrics_KeeperZnodeCount", "entries"),
        byPod("ClickHouseMetrics_KeeperOutstandingRequests", "waiting"),
      ],
    },
  ],
};
