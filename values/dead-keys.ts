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
  { pattern: /^server(\.|$)/, live: "there is no slice server; limits are temporal.limits, replicas are temporal.<role>.replicas" },
  { pattern: /(^|\.)replicaCount$/, live: "use replicas" },
  { pattern: /(^|\.)cluster_size$/, live: "use cassandra.replicas" },
];

/** What to use instead of a dead key; undefined for a key that is not one. */
export function liveKeyFor(path: string): string | undefined {
  return DEAD.find(({ pattern }) => pattern.test(path))?.live;
}
