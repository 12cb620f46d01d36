import { storageIdentity, type SetIdentity } from "../kit/storage";
import { OUTSIDE, type Endpoint } from "../kit/traffic";
import { seconds } from "../kit/units";
import type { KeeperEndpoint } from "./keeper-render";
import type { ClickHouseValues } from "./values";
import { fromEnv, secretFromEnv, toXml, type XmlTree } from "./xml";

export const PORTS = { http: 8123, native: 9000, interserver: 9009, metrics: 9363 } as const;

/** User and group of both official images. */
export const USER = 101;

export const WORKLOAD = "clickhouse";
const PEERS = `${WORKLOAD}-peers`;
export const CONFIG_DIR = "/etc/clickhouse-server";
export const DATA_DIR = "/var/lib/clickhouse";

/** CanopyX spells the name of the cluster out: its statements say ON CLUSTER canopyx. */
export const CLUSTER = "canopyx";
/** The only user: the built-in one without a password is not there. */
export const APPLICATION_USER = "canopyx";

/** Variables that the configuration takes its values from. */
export const ENV = { password: "CLICKHOUSE_PASSWORD", pod: "POD_NAME", host: "POD_HOST" } as const;

/** What cannot change in place, for the set and for the guard. */
export function identityOf(
  values: ClickHouseValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: WORKLOAD,
    knob: "clickhouse",
    serviceName: PEERS,
    // No server waits for another; a stuck rollout goes on with the next edit.
    podManagementPolicy: "Parallel",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: values.replicas,
    // One shard: every replica holds all of every replicated table. What is in other tables goes with its server.
    scaleDown: values.cluster ? "copies" : "never",
  };
}

/** Name of the pod's own address among its peers, for its environment. */
export function podHost(pod: string, namespace: string): string {
  return `${pod}.${PEERS}.${namespace}.svc`;
}

/**
 * The server's whole configuration: nothing of the image's own is read. What is a server setting stands in config.xml,
 * what is a profile setting in users.xml; a server ignores one that stands in the other.
 */
export function renderConfig(values: ClickHouseValues, namespace: string, keeper: KeeperEndpoint | undefined): Record<string, string> {
  const config = toXml({
    logger: { level: values.logLevel, console: 1 },
    listen_host: ["::", "0.0.0.0"],
    listen_try: 1,
    http_port: PORTS.http,
    tcp_port: PORTS.native,
    path: `${DATA_DIR}/`,
    tmp_path: `${DATA_DIR}/tmp/`,
    user_files_path: `${DATA_DIR}/user_files/`,
    format_schema_path: `${DATA_DIR}/format_schemas/`,
    user_directories: { users_xml: { path: "users.xml" } },
    max_connections: values.maxConnections,
    max_concurrent_queries: values.maxConcurrentQueries,
    background_pool_size: values.backgroundPoolSize,
    background_merges_mutations_concurrency_ratio: values.backgroundMergesMutationsConcurrencyRatio,
    max_server_memory_usage_to_ram_ratio: values.maxServerMemoryUsageToRamRatio,
    query_log: systemLog("query_log"),
    part_log: systemLog("part_log"),
    prometheus: { endpoint: "/metrics", port: PORTS.metrics, metrics: 1, events: 1, asynchronous_metrics: 1 },
    ...(keeper && clusterConfig(values, namespace, keeper)),
  });
  return { "config.xml": config, "users.xml": renderUsers(values) };
}

function systemLog(table: string): XmlTree {
  return { database: "system", table, ttl: "event_date + INTERVAL 3 DAY DELETE", flush_interval_milliseconds: 7500 };
}

/** Servers go by full names: a server finds itself in the list by its own address, never by loopback. */
function clusterConfig(values: ClickHouseValues, namespace: string, keeper: KeeperEndpoint): XmlTree {
  const login = { user: APPLICATION_USER, password: secretFromEnv(ENV.password) };
  const replicas = Array.from({ length: values.replicas }, (_, ordinal) => podHost(`${WORKLOAD}-${ordinal}`, namespace));
  return {
    interserver_http_port: PORTS.interserver,
    interserver_http_host: fromEnv(ENV.host),
    interserver_http_credentials: login,
    macros: { shard: "1", replica: fromEnv(ENV.pod) },
    remote_servers: {
      [CLUSTER]: {
        shard: { internal_replication: 1, replica: replicas.map((host) => ({ host, port: PORTS.native, ...login })) },
      },
    },
    zookeeper: { node: keeper.hosts.map((host) => ({ host, port: keeper.port })) },
    distributed_ddl: { path: "/clickhouse/task_queue/ddl" },
  };
}

function renderUsers(values: ClickHouseValues): string {
  return toXml({
    profiles: {
      default: {
        max_threads: values.maxThreads,
        max_insert_threads: values.maxInsertThreads,
        async_insert: Number(values.asyncInsert),
        wait_for_async_insert: Number(values.waitForAsyncInsert),
        distributed_ddl_task_timeout: seconds(values.distributedDdlTaskTimeout) ?? 0,
      },
    },
    users: {
      [APPLICATION_USER]: {
        password: secretFromEnv(ENV.password),
        networks: { ip: "::/0" },
        profile: "default",
        quota: "default",
      },
    },
    quotas: { default: {} },
  });
}

/**
 * What the container runs. A server that cannot resolve its own name yet would not know itself in the cluster, and would
 * leave statements ON CLUSTER to others for ever; so it waits for its name.
 */
export function startScript(values: ClickHouseValues): string {
  const wait = `trap 'exit 0' TERM
until getent hosts "$${ENV.host}" > /dev/null; do sleep 1; done
`;
  return `${values.cluster ? wait : ""}exec clickhouse-server --config-file=${CONFIG_DIR}/config.xml
`;
}

/** How to reach ClickHouse: plain data. The port is the native one. */
export interface ClickHouseEndpoint extends Endpoint {
  readonly httpPort: number;
  readonly user: string;
  /** For ON CLUSTER; a server that knows no cluster has none. */
  readonly cluster?: string;
}

/** Where the bed's ClickHouse is: its own, one address per ready server, or one that somebody else runs. */
export function clickHouseEndpoint({ external, cluster }: ClickHouseValues, namespace: string): ClickHouseEndpoint {
  const own = {
    host: `${WORKLOAD}.${namespace}.svc`,
    port: PORTS.native,
    httpPort: PORTS.http,
    workload: WORKLOAD,
    user: APPLICATION_USER,
  };
  return { ...own, ...(external && { ...external, workload: OUTSIDE }), ...(cluster && { cluster: CLUSTER }) };
}
