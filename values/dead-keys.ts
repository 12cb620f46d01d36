/**
 * Keys that the 2025 reports set and that no server ever read, each with the key that is read. Matched on the end of a
 * path, so that they are caught wherever somebody pastes them.
 */
const DEAD: readonly { readonly pattern: RegExp; readonly live: string }[] = [
  {
    pattern: /(^|\.)server\.config\.limits(\.|$)/,
    live: "no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps",
  },
  { pattern: /(^|\.)server\.config\.namespaces(\.|$)/, live: "use temporal.namespaces" },
  {
    pattern: /(^|\.)namespaceStateRPS$/i,
    live: "no Temporal server has namespaceStateRPS; use temporal.limits.history.rps or temporal.limits.frontend.namespaceRps",
  },
  { pattern: /(^|\.)namespaceActionRPS$/i, live: "no Temporal server has namespaceActionRPS; use temporal.limits.frontend.namespaceRps" },
  { pattern: /(^|\.)limits\.(\w+)\.rpc(\.|$)/, live: "no Temporal server reads limits under rpc; use temporal.limits.<role>.rps" },
  { pattern: /(^|\.)defaultNamespaces(\.|$)/, live: "use temporal.namespaces, such as {default: {retention: 72h}}" },
  { pattern: /(^|\.)maxQPS$/, live: "no Temporal store reads maxQPS; use temporal.limits.<role>.persistenceMaxQps" },
  { pattern: /(^|\.)namespaceRPS$/, live: "use temporal.limits.frontend.namespaceRps" },
  { pattern: /(^|\.)dynamicConfigs?$/, live: "use temporal.dynamicConfig" },
  { pattern: /^server(\.|$)/, live: "there is no slice server; limits are temporal.limits, replicas are temporal.<role>.replicas" },
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
  { pattern: /(^|\.)cluster_size$/, live: "use cassandra.replicas" },
];

/** What to use instead of a dead key; undefined for a key that is not one. */
export function liveKeyFor(path: string): string | undefined {
  return DEAD.find(({ pattern }) => pattern.test(path))?.live;
}
