import { type Row, unread, unreadImage, unreadResources, unreadStorage } from "../row";

const NO_SERVER =
  "no package registry serves a ClickHouse server that runs here; unit tests show what is rendered and the contract test that upstream reads it";
const ENGINE =
  "no package registry serves a ClickHouse server that runs here; chDB, the engine of ClickHouse 25.8, reads the rendered file and says the value (tests/checkers)";
const EXTERNAL = "the lab runs no second store; that the endpoint names this server instead of the bed's own is a unit test";
const SERVER_SETTINGS = "ConfigMap clickhouse-config, config.xml";
const PROFILE_SETTINGS = "ConfigMap clickhouse-config, users.xml: profiles.default";
const ENDPOINT = "the endpoint of ClickHouse";

export const CLICKHOUSE_ROWS: readonly Row[] = [
  ...unread("clickhouse", "no server reads it: without it the stages do not exist, which the order and unit tests show", {
    enabled: "stages clickhouse and clickhouse-keeper",
  }),
  ...unread("clickhouse.external", EXTERNAL, { host: ENDPOINT, port: ENDPOINT, httpPort: ENDPOINT, user: ENDPOINT }),
  ...unreadImage("clickhouse.image", "clickhouse", NO_SERVER),
  ...unread("clickhouse", ENGINE, {
    cluster: `${SERVER_SETTINGS}: remote_servers, macros, zookeeper; stage clickhouse-keeper`,
    maxConnections: `${SERVER_SETTINGS}: max_connections`,
    maxConcurrentQueries: `${SERVER_SETTINGS}: max_concurrent_queries`,
    maxThreads: `${PROFILE_SETTINGS}.max_threads`,
    maxInsertThreads: `${PROFILE_SETTINGS}.max_insert_threads`,
    backgroundPoolSize: `${SERVER_SETTINGS}: background_pool_size`,
    backgroundMergesMutationsConcurrencyRatio: `${SERVER_SETTINGS}: background_merges_mutations_concurrency_ratio`,
    asyncInsert: `${PROFILE_SETTINGS}.async_insert`,
    waitForAsyncInsert: `${PROFILE_SETTINGS}.wait_for_async_insert`,
    distributedDdlTaskTimeout: `${PROFILE_SETTINGS}.distributed_ddl_task_timeout`,
    maxServerMemoryUsageToRamRatio: `${SERVER_SETTINGS}: max_server_memory_usage_to_ram_ratio`,
  }),
  ...unread("clickhouse", NO_SERVER, {
    replicas: "StatefulSet clickhouse: replicas; ConfigMap clickhouse-config, config.xml: remote_servers",
    logLevel: `${SERVER_SETTINGS}: logger.level`,
  }),
  ...unreadResources("clickhouse", "clickhouse", NO_SERVER),
  ...unreadStorage("clickhouse", "clickhouse", NO_SERVER),
  ...unreadImage("clickhouse.keeper.image", "clickhouse-keeper", NO_SERVER),
  ...unread("clickhouse.keeper", NO_SERVER, {
    replicas: "StatefulSet clickhouse-keeper: replicas; ConfigMap clickhouse-keeper-config: raft_configuration",
    logLevel: "ConfigMap clickhouse-keeper-config, keeper_config.xml: logger.level",
  }),
  ...unreadResources("clickhouse.keeper", "clickhouse-keeper", NO_SERVER),
  ...unreadStorage("clickhouse.keeper", "clickhouse-keeper", NO_SERVER),
];
