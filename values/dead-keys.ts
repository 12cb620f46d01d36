/**
 * Keys that the 2025 reports set and that no server ever read, each with the key that is read. Matched on the end of a
 * path, so that they are caught wherever somebody pastes them. The first that matches speaks.
 */
const DEAD: readonly { readonly pattern: RegExp; readonly live: string }[] = [
  // Temporal
  {
    pattern: /(^|\.)namespaceStateRPS$/i,
    live: "no Temporal server has namespaceStateRPS; use temporal.limits.history.rps or temporal.limits.frontend.namespaceRps",
  },
  { pattern: /(^|\.)namespaceActionRPS$/i, live: "no Temporal server has namespaceActionRPS; use temporal.limits.frontend.namespaceRps" },
  {
    pattern: /(^|^temporal\.|\.(rpc|limits)\.|^rpc\.|^limits\.)worker\.rps$/,
    live: "no Temporal server reads it, and a worker answers no requests; use temporal.limits.worker.persistenceMaxQps",
  },
  {
    pattern: /(^|\.)server\.config\.limits(\.|$)|^limits(\.|$)/,
    live: "no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps",
  },
  { pattern: /(^|\.)server\.config\.namespaces(\.|$)/, live: "use temporal.namespaces" },
  { pattern: /(^|\.)server\.config\.numHistoryShards$/, live: "use temporal.numHistoryShards" },
  {
    pattern: /(^|\.)limits\.(\w+\.)?rpc(\.|$)|^(temporal\.)?(config\.)?rpc(\.|$)/,
    live: "no Temporal server reads limits under rpc; use temporal.limits.<role>.rps",
  },
  { pattern: /(^|\.)defaultNamespaces(\.|$)/, live: "use temporal.namespaces, such as {default: {retention: 72h}}" },
  { pattern: /(^|\.)maxQPS$/, live: "no Temporal store reads maxQPS; use temporal.limits.<role>.persistenceMaxQps" },
  { pattern: /(^|\.)namespaceRPS$/i, live: "use temporal.limits.frontend.namespaceRps" },
  { pattern: /(^|\.)dynamicConfigs?$/, live: "use temporal.dynamicConfig" },
  ...[
    "maxConnections",
    "maxConcurrentQueries",
    "maxThreads",
    "maxInsertThreads",
    "backgroundPoolSize",
    "backgroundMergesMutationsConcurrencyRatio",
  ].map((knob) => ({
    pattern: new RegExp(`(^|\\.)config\\.${knob}$`),
    live: `no ClickHouse chart reads config.${knob}; use clickhouse.${knob}`,
  })),
  {
    pattern: /(^|\.)maxPartsMergedAtOnce$/,
    live: "no ClickHouse server has it; merges are bounded by clickhouse.backgroundPoolSize and its ratio",
  },
  {
    pattern: /(^|\.)config\.users\.otelUser(Name|Password)$/,
    live: "the user is canopyx; set its password by `pulumi config set --secret clickhousePassword`",
  },
  {
    pattern: /(^|\.)config\.clusterCidrs$/,
    live: "who may connect is what components are told of each other (platform.networkPolicies)",
  },
  {
    pattern: /^clickhouse\.persistentVolumeClaimRetentionPolicy(\.|$)/,
    live: "use clickhouse.storage.whenDeleted and clickhouse.storage.whenScaled",
  },
  { pattern: /(^|\.)dynamicConfigs?$|^dynamicConfigs?\.|(^|\.)server\.dynamicConfig(\.|$)/, live: "use temporal.dynamicConfig" },
  { pattern: /^server(\.|$)/, live: "there is no slice server; limits are temporal.limits, replicas are temporal.<role>.replicas" },
  {
    pattern: /(^|\.)(CHRONIK_)?DISABLE_?REALTIME_?INDEX$/i,
    live: "no chronik-server ever read it; use chronik.hotText: false, and leave chronik.defaultSearchable false",
  },
  {
    pattern: /(^|\.)(CHRONIK_)?FSYNC_?BATCH_?TIMEOUT_?MS$/i,
    live: "no chronik-server ever read it; chronik.walProfile says how long a write waits for the fsync: 2, 10, 50 or 100 ms",
  },
  {
    pattern: /(^|\.)(CHRONIK_)?WAL_?ROTATION_?SIZE$/i,
    live: "chronik-server 2.10.4 overrides it: segments of the data end at 128 MiB or 30 minutes, and nothing changes that",
  },
  {
    pattern: /(^|\.)(CHRONIK_)?FETCH_?(FROM_?FOLLOWERS|FOLLOWER_?MAX_?WAIT_?MS)$/i,
    live: "chronik-server 2.10.4 reads it and uses it nowhere: every broker serves what it has, and clients ask the leader",
  },
  {
    pattern: /(^|\.)auto_?recover$/i,
    live: "chronik-server 2.10.4 reads it and starts no recovery; the cluster file says false, for a version that does",
  },
  {
    pattern: /(^|\.)(S3_)?DISABLE_?SSL$/i,
    live: "chronik-server 2.10.4 reads it and uses it nowhere; http:// in chronik.objectStore.endpoint says it",
  },
  {
    pattern: /(^|\.)CHRONIK_(ADVERTISED_(ADDR|PORT)|ADVERTISE|BIND_ADDR|CLUSTER_PEERS|NODE_ID)$/,
    live: "addresses and node ids follow from chronik.replicas; the first two names no chronik-server since 2.2.0 reads",
  },
  {
    pattern: /(^|\.)CHRONIK_(KAFKA|ADMIN|METRICS)_PORT$/,
    live: "no chronik-server reads it; ports follow from the node id: Kafka 9092, API 6091+N, admin 10000+N, metrics 13000+N",
  },
  {
    pattern: /(^|\.)CHRONIK_(REPLICATION_FOLLOWERS|WAL_RECEIVER_(ADDR|PORT))$/,
    live: "the cluster file, made from chronik.replicas, says it",
  },
  {
    pattern: /(^|\.)(CHRONIK_(SNAPSHOT|COLUMNAR)_COMPRESSION|TOKIO_DEADLOCK_DETECTION)$/,
    live: "no chronik-server reads it, and there is no other key for it",
  },
  { pattern: /(^|\.)CHRONIK_WAL_PROFILE$/, live: "use chronik.walProfile" },
  { pattern: /(^|\.)CHRONIK_PRODUCE_PROFILE$/, live: "use chronik.produceProfile" },
  { pattern: /(^|\.)min_insync_replicas$/, live: "use chronik.minInsyncReplicas, and read what it really does" },
  {
    pattern: /(^|\.)chronikBench\.validate$/,
    live: "chronik-bench reads --validate and uses it nowhere; chronikBench.mode: round-trip counts what is read back",
  },
  { pattern: /(^|\.)replicaCount$/, live: "use replicas" },
  {
    pattern: /^canopyx\..*(hpa.*(min|max)|(min|max)replicas$|^canopyx\.indexer\.replicas$)/i,
    live: "the controller reads INDEXER_HPA_MIN and INDEXER_HPA_MAX and uses them nowhere; use canopyx.chains.<name>.minReplicas and maxReplicas",
  },
  {
    pattern: /^canopyx\..*(crossChainDb|cross_chain_db|CROSSCHAIN_DB|clickhouseCloud|CLICKHOUSE_CLOUD|logEncoding|LOG_ENCODING)$/i,
    live: "the controller hands this on to no indexer, so admin and indexers would part ways; there is no key for it",
  },
  {
    pattern: /^canopyx\..*(taskQueuePrefix|TEMPORAL_TASK_QUEUE_PREFIX|workerMode|WORKER_MODE|nodeSelector|INDEXER_NODE_SELECTOR)$/i,
    live: "no code of this CanopyX uses it; there is no key for it",
  },

  // The stores
  { pattern: /(^|\.)cluster_size$/, live: "use cassandra.replicas" },
  { pattern: /(^|\.)concurrent_reads$/, live: "no chart template reads concurrent_reads; use cassandra.concurrentReads" },
  { pattern: /(^|\.)concurrent_writes$/, live: "no chart template reads concurrent_writes; use cassandra.concurrentWrites" },
  { pattern: /(^|\.)(max_heap_size|heap_new_size)$/, live: "use cassandra.heap; G1 sizes its young generation by itself" },
  { pattern: /^elasticsearch\.persistence(\.|$)/, live: "no chart template reads persistence.size; use elasticsearch.storage.size" },
  {
    pattern: /^cassandra\.persistence(\.|$)/,
    live: "use cassandra.storage.size; a claim is always made, cassandra.storage.whenDeleted says whether it stays",
  },
  { pattern: /(^|\.)esJavaOpts$/, live: "use elasticsearch.heap" },

  // The load: names of the soak test's manifest and chart
  { pattern: /(^|\.)(CONCURRENT_WORKFLOWS|soakTest\.concurrentWorkflows)$/, live: "use load.runner.concurrentWorkflows" },
  {
    pattern: /(^|\.)(soakTest|soak)(\.|$)/,
    live: "the soak test is load.runner: load.runner.replicas 1, load.runner.concurrentWorkflows, load.runner.activities, load.runner.wait",
  },
  {
    pattern: /(^|\.)(TEMPORAL_WORKFLOW_TASK_POLLERS|workflowTaskPollers)$/,
    live: "benchmark-workers v1.7.0 reads no such variable any more; use load.worker.maxWorkflowTaskPollers",
  },
  {
    pattern: /(^|\.)(TEMPORAL_ACTIVITY_TASK_POLLERS|activityTaskPollers)$/,
    live: "benchmark-workers v1.7.0 reads no such variable any more; use load.worker.maxActivityTaskPollers",
  },
];

/** What to use instead of a dead key; undefined for a key that is not one. */
export function liveKeyFor(path: string): string | undefined {
  return DEAD.find(({ pattern }) => pattern.test(path))?.live;
}

/** Every answer, for the test that looks each knob up. */
export const LIVE_KEYS: readonly string[] = DEAD.map(({ live }) => live);
