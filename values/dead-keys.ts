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
    pattern: /(^|\.)server\.config\.limits(\.|$)|^limits(\.|$)/,
    live: "no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps",
  },
  { pattern: /(^|\.)server\.config\.namespaces(\.|$)/, live: "use temporal.namespaces" },
  { pattern: /(^|\.)server\.config\.numHistoryShards$/, live: "use temporal.numHistoryShards" },
  { pattern: /(^|\.)limits\.(\w+\.)?rpc(\.|$)/, live: "no Temporal server reads limits under rpc; use temporal.limits.<role>.rps" },
  { pattern: /(^|\.)defaultNamespaces(\.|$)/, live: "use temporal.namespaces, such as {default: {retention: 72h}}" },
  { pattern: /(^|\.)maxQPS$/, live: "no Temporal store reads maxQPS; use temporal.limits.<role>.persistenceMaxQps" },
  { pattern: /(^|\.)namespaceRPS$/, live: "use temporal.limits.frontend.namespaceRps" },
  { pattern: /(^|\.)dynamicConfigs?$|^dynamicConfigs?\.|(^|\.)server\.dynamicConfig(\.|$)/, live: "use temporal.dynamicConfig" },
  { pattern: /^server(\.|$)/, live: "there is no slice server; limits are temporal.limits, replicas are temporal.<role>.replicas" },
  { pattern: /(^|\.)replicaCount$/, live: "use replicas" },

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
