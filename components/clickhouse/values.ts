import { z } from "zod";
import { Duration, Host, Image, Port, Resources, Storage } from "../kit/schemas";

const LogLevel = z
  .enum(["fatal", "critical", "error", "warning", "notice", "information", "debug", "trace"])
  .meta({ description: "Lowest level that is logged, to the console (logger.level). Restarts the pods.", source: "Poco logger levels" });

const KeeperValues = z.strictObject({
  image: Image,
  replicas: z.int().min(1).max(9).meta({
    description: "Keepers: 1, 3 or 5. One more or one less with each `up`, as Raft changes one member at a time. Restarts the pods.",
    source: "CanopyX runs three",
  }),
  logLevel: LogLevel,
  resources: Resources,
  storage: Storage,
});

/** Slots that a table may reserve in the pool of merges: number_of_free_entries_in_pool_to_execute_optimize_entire_partition. */
const RESERVED_SLOTS = 25;

/** Knobs of the ClickHouse servers and their Keepers. */
export const ClickHouseValues = z
  .strictObject({
    enabled: z.boolean().meta({ description: "Without it there is no ClickHouse, and nothing that needs one.", source: "this bed" }),
    external: z
      .strictObject({
        host: Host,
        port: Port.meta({ description: "Native port of the server. Encrypted connections are not supported.", source: "9000 by default" }),
        httpPort: Port.meta({
          description: "HTTP port of the server. Encrypted connections are not supported.",
          source: "8123 by default",
        }),
        user: z.string().min(1).meta({
          description: "User that may create databases. Its password is clickhousePassword. Restarts what connects to it.",
          source: "whoever runs that server",
        }),
      })
      .optional()
      .meta({ description: "A ClickHouse that you run: this bed then has none of its own, and destroy leaves the data there alone." }),
    image: Image,
    cluster: z.boolean().meta({
      description:
        "true: a cluster named canopyx with Keeper, macros and replication. false: one server that knows of no other. Fixed while the data exists: replicated tables are read-only without Keeper.",
      source: "CanopyX 2026 creates everything ON CLUSTER canopyx; in October 2025 it knew no cluster",
    }),
    replicas: z.int().min(1).max(9).meta({
      description:
        "Servers, all of them replicas of one shard. A server that goes takes along what is not in replicated tables, and leaves its name in Keeper: run SYSTEM DROP REPLICA. Restarts the pods.",
      source: "CanopyX runs two",
    }),
    maxConnections: z.int().min(1).max(1_000_000).meta({
      description: "Most client connections of one server (server setting max_connections). Restarts the pods.",
      source: "an indexer of CanopyX opens up to 2020; server default 4096",
    }),
    maxConcurrentQueries: z.int().min(1).max(1_000_000).meta({
      description: "Most queries at once on one server (server setting max_concurrent_queries); one more fails. Restarts the pods.",
      source: "the 2025 reports hit a limit of 100, set 500 where nothing read it, and ended at 3000",
    }),
    maxThreads: z.int().min(1).max(1024).meta({
      description: "Threads of one query (profile setting max_threads). Restarts the pods.",
      source: "dev: the CPU limit; prod: the 2025 reports, which set it where nothing read it",
    }),
    maxInsertThreads: z.int().min(1).max(1024).meta({
      description: "Threads of one INSERT SELECT (profile setting max_insert_threads). Restarts the pods.",
      source: "dev: server default; prod: the 2025 reports, which set it where nothing read it",
    }),
    backgroundPoolSize: z.int().min(1).max(1024).meta({
      description: "Threads of merges and mutations (server setting background_pool_size). Restarts the pods.",
      source: "dev: server default; prod: the 2025 reports, which set it where nothing read it",
    }),
    backgroundMergesMutationsConcurrencyRatio: z.number().min(1).max(100).meta({
      description:
        "Merges and mutations per thread of that pool (server setting background_merges_mutations_concurrency_ratio). Restarts the pods.",
      source: "dev: server default; prod: the 2025 reports, which set it where nothing read it",
    }),
    asyncInsert: z.boolean().meta({
      description: "The server collects small inserts before it writes them (profile setting async_insert). Restarts the pods.",
      source: "CanopyX sets it",
    }),
    waitForAsyncInsert: z.boolean().meta({
      description: "An insert returns when its data is written (profile setting wait_for_async_insert). false loses data silently.",
      source: "CanopyX sets it; server default",
    }),
    distributedDdlTaskTimeout: Duration.meta({
      description:
        "How long a statement ON CLUSTER waits for all servers (profile setting distributed_ddl_task_timeout). Restarts the pods.",
      source: "server default 180 seconds; CanopyX wrote 30000 and meant 30 seconds",
    }),
    maxServerMemoryUsageToRamRatio: z.number().min(0.1).max(1).meta({
      description:
        "Part of the memory limit that a server may use (server setting max_server_memory_usage_to_ram_ratio); queries beyond it fail. Restarts the pods.",
      source: "server default 0.9",
    }),
    logLevel: LogLevel,
    resources: Resources,
    storage: Storage,
    keeper: KeeperValues.meta({ description: "What replication and statements ON CLUSTER agree in. Not there without `cluster`." }),
  })
  .check((ctx) => {
    const v = ctx.value;
    const problem = (path: string[], message: string) => ctx.issues.push({ code: "custom", path, message, input: v });
    if (!v.cluster && v.replicas > 1) {
      problem(["replicas"], "1 while clickhouse.cluster is false: servers without a cluster share nothing");
    }
    if (v.maxConcurrentQueries > v.maxConnections) {
      problem(["maxConcurrentQueries"], `at most maxConnections ${v.maxConnections}: a connection runs one query at a time`);
    }
    if (v.backgroundPoolSize * v.backgroundMergesMutationsConcurrencyRatio < RESERVED_SLOTS) {
      problem(
        ["backgroundPoolSize"],
        `at least ${RESERVED_SLOTS} / backgroundMergesMutationsConcurrencyRatio ${v.backgroundMergesMutationsConcurrencyRatio}: a server refuses tables whose mutations can never get their ${RESERVED_SLOTS} slots`,
      );
    }
    if (v.keeper.replicas % 2 === 0) {
      problem(["keeper", "replicas"], `an odd number: ${v.keeper.replicas} Keepers elect no better than ${v.keeper.replicas - 1}`);
    }
    if (v.cluster && v.keeper.storage.whenDeleted !== v.storage.whenDeleted) {
      problem(
        ["keeper", "storage", "whenDeleted"],
        `${v.storage.whenDeleted} as clickhouse.storage.whenDeleted: data without its metadata in Keeper is read-only, metadata without its data blocks new replicas`,
      );
    }
  });
export type ClickHouseValues = z.infer<typeof ClickHouseValues>;
export type KeeperValues = ClickHouseValues["keeper"];
