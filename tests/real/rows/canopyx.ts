import { type Row, unread, unreadImage, unreadResources } from "../row";

const NO_IMAGE =
  "CanopyX publishes no image, so no lab can run it; what is rendered is a unit test, and that the version reads it is checked against the list of its environment";

const ROWS_JOB = "Job canopyx-chains: row of POST /api/chains";
const CONTROLLER = "pod canopyx-controller: environment";

export const CANOPYX_ROWS: readonly Row[] = [
  ...unread("canopyx", NO_IMAGE, {
    generation: "which programs there are, and their environment",
    adminUser: "pod canopyx-admin: ADMIN_USER",
    logLevel: "pods of CanopyX: LOG_LEVEL",
    secureCookies: "pod canopyx-admin: ENVIRONMENT",
    "clickhouse.connStrategy": "pods canopyx-admin and canopyx-controller: CLICKHOUSE_CONN_STRATEGY",
    "clickhouse.connMaxLifetime": "pods canopyx-admin and canopyx-controller: CLICKHOUSE_CONN_MAX_LIFETIME",
  }),
  ...(
    [
      ["images.admin", "canopyx-admin"],
      ["images.controller", "canopyx-controller"],
      ["images.adminWeb", "canopyx-admin-web"],
      ["images.query", "canopyx-query"],
      ["images.indexer", "canopyx-controller (INDEXER_IMAGE) and rows of the chains"],
      ["chainsImage", "canopyx-chains"],
      ["proxy.image", "canopyx-admin-web-proxy"],
    ] as const
  ).flatMap(([knob, workload]) => unreadImage(`canopyx.${knob}`, workload, NO_IMAGE)),
  ...(
    [
      ["admin", "canopyx-admin"],
      ["controller", "canopyx-controller"],
      ["web", "canopyx-admin-web"],
      ["proxy", "canopyx-admin-web-proxy"],
      ["query", "canopyx-query"],
    ] as const
  ).flatMap(([knob, workload]) => unreadResources(`canopyx.${knob}`, workload, NO_IMAGE)),
  ...unread("canopyx.indexer", NO_IMAGE, {
    cpu: `${CONTROLLER} INDEXER_CPU`,
    memory: `${CONTROLLER} INDEXER_MEM`,
    "hpa.enabled": `${CONTROLLER} INDEXER_ENABLE_HPA`,
    "hpa.cpuTarget": `${CONTROLLER} INDEXER_HPA_CPU_TARGET`,
    pullPolicy: `${CONTROLLER} INDEXER_PULL_POLICY`,
    liveParallelBlocks: `${CONTROLLER} LIVE_PARALLEL_BLOCKS`,
    historicalParallelBlocks: `${CONTROLLER} HISTORICAL_PARALLEL_BLOCKS`,
    reindexParallelBlocks: `${CONTROLLER} REINDEX_PARALLEL_BLOCKS`,
    "scheduler.catchupThreshold": `${CONTROLLER} SCHEDULER_CATCHUP_THRESHOLD`,
    "scheduler.directBatchSize": `${CONTROLLER} DIRECT_SCHEDULE_BATCH_SIZE`,
    "scheduler.batchSize": `${CONTROLLER} SCHEDULER_BATCH_SIZE`,
    "scheduler.blockTimeSeconds": `${CONTROLLER} BLOCK_TIME_SECONDS`,
    "scheduler.batchMaxParallelism": `${CONTROLLER} SCHEDULER_BATCH_MAX_PARALLELISM`,
    podSecurity: "Namespace of the indexers: pod-security.kubernetes.io/enforce",
  }),
  ...unread("canopyx.chains.<name>", NO_IMAGE, {
    of: `${ROWS_JOB}, rpc_endpoints`,
    rpcEndpoints: `${ROWS_JOB}, rpc_endpoints`,
    chainId: `${ROWS_JOB}, chain_id`,
    minReplicas: `${ROWS_JOB}, min_replicas`,
    maxReplicas: `${ROWS_JOB}, max_replicas`,
    "reindex.minReplicas": `${ROWS_JOB}, reindex_min_replicas`,
    "reindex.maxReplicas": `${ROWS_JOB}, reindex_max_replicas`,
    "reindex.scaleThreshold": `${ROWS_JOB}, reindex_scale_threshold`,
  }),
];
