import type { SecretKey } from "../kit/bed";
import { plainEnv, secretEnv } from "../kit/env";
import { imageReference, type ImageSource } from "../kit/images";
import type { Endpoint } from "../kit/traffic";
import type { ChainRpcEndpoint } from "../rpc-mock/render";
import { imagesOf, type CanopyxImages, type CanopyxValues, type ChainValues } from "./values";

export const PORTS = { admin: 3000, query: 3001, controller: 3002, web: 3003, proxy: 8080 } as const;

/** Workloads, as upstream names them. */
export const NAMES = {
  admin: "canopyx-admin",
  controller: "canopyx-controller",
  query: "canopyx-query",
  web: "canopyx-admin-web",
  proxy: "canopyx-admin-web-proxy",
} as const;

/** Numeric user of the Go programs: their images name a user without a fixed number, and write nothing. */
export const USER = 1000;

/**
 * Seconds that admin and controller may take to serve: each tries ClickHouse and then Temporal for five minutes before it gives up,
 * and a kubelet that kills it earlier starts the count anew.
 */
export const START_SECONDS = 630;
/** Temporal's worker in admin stops within 60 s, its HTTP server within 10 s after that. */
export const STOP_SECONDS = 75;

/** Databases that the programs make. Not knobs: the controller hands CROSSCHAIN_DB to no indexer, so another name would split the data. */
const INDEXER_DB = "canopyx_indexer";
const CROSSCHAIN_DB = "canopyx_cross_chain";
const REPORTS_DB = "canopyx_reports";

/** Temporal namespace of CanopyX itself, with the retention that admin would give it. */
export const TEMPORAL_NAMESPACE = "canopyx";
export const TEMPORAL_RETENTION = "168h";

/** ClickHouse as its clients see it. */
export interface ClickHouseStore extends Endpoint {
  readonly user: string;
  /** Name of the cluster; undefined for a server without one. */
  readonly cluster?: string;
}

/** What CanopyX connects to. */
export interface Systems {
  readonly clickhouse: ClickHouseStore;
  readonly clickhousePassword: SecretKey;
  readonly temporal: Endpoint;
  /** Current generation only. */
  readonly redis: (Endpoint & { readonly password: SecretKey }) | undefined;
  /** Nodes of the bed that serve chains. */
  readonly nodes: readonly ChainRpcEndpoint[];
}

/** Environment of a container, by reference and in clear. What is by reference comes first, for `$(NAME)` to be known. */
export interface Env {
  readonly secret: Readonly<Record<string, SecretKey>>;
  readonly plain: Readonly<Record<string, string>>;
}

/** Environment in the order in which Kubernetes expands it. */
export function envList({ secret, plain }: Env) {
  return [...secretEnv(secret), ...plainEnv(plain)];
}

/** Address of ClickHouse. Kubernetes puts the password in when the container starts; each generation's client has its own word for "no TLS". */
function clickhouseEnv(values: CanopyxValues, { clickhouse, clickhousePassword }: Systems): Env {
  const noTls = values.generation === "current" ? "secure=false" : "sslmode=disable";
  const { user, host, port } = clickhouse;
  return {
    secret: { CLICKHOUSE_PASSWORD: clickhousePassword },
    plain: {
      CLICKHOUSE_ADDR: `clickhouse://${user}:$(CLICKHOUSE_PASSWORD)@${host}:${port}?${noTls}`,
      ...(values.generation === "current" && {
        ...optional("CLICKHOUSE_CONN_STRATEGY", values.clickhouse.connStrategy),
        ...optional("CLICKHOUSE_CONN_MAX_LIFETIME", values.clickhouse.connMaxLifetime),
      }),
    },
  };
}

const optional = (name: string, value: string | number | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: String(value) };
const hostPort = ({ host, port }: Endpoint) => `${host}:${port}`;

export interface AdminSecrets {
  readonly user: SecretKey;
  readonly token: SecretKey;
  readonly session: SecretKey;
}

export function adminEnv(values: CanopyxValues, systems: Systems, secrets: AdminSecrets): Env {
  const clickhouse = clickhouseEnv(values, systems);
  const { redis } = systems;
  const current = values.generation === "current";
  return {
    secret: {
      ...clickhouse.secret,
      ADMIN_PASSWORD: secrets.user,
      ADMIN_TOKEN: secrets.token,
      SESSION_SECRET: secrets.session,
      ...(current && redis && { REDIS_PASSWORD: redis.password }),
    },
    plain: {
      ADDR: `:${PORTS.admin}`,
      LOG_LEVEL: values.logLevel,
      ADMIN_USER: values.adminUser,
      ...clickhouse.plain,
      INDEXER_DB,
      TEMPORAL_HOSTPORT: hostPort(systems.temporal),
      ...(values.generation === "current"
        ? {
            CROSSCHAIN_DB,
            TEMPORAL_ADMIN_NAMESPACE: TEMPORAL_NAMESPACE,
            ...(values.secureCookies && { ENVIRONMENT: "production" }),
            ...(redis && { REDIS_ENABLED: "true", REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) }),
          }
        : { REPORTS_DB, TEMPORAL_NAMESPACE }),
    },
  };
}

export interface IndexersPlace {
  readonly namespace: string;
  readonly images: ImageSource;
}

/** What the controller reads for itself, and what it hands on to every indexer. */
export function controllerEnv(values: CanopyxValues, systems: Systems, images: CanopyxImages, place: IndexersPlace): Env {
  const clickhouse = clickhouseEnv(values, systems);
  const { indexer } = values;
  const { redis } = systems;
  return {
    secret: clickhouse.secret,
    plain: {
      PROVIDER: "k8s",
      ADDR: `:${PORTS.controller}`,
      K8S_NAMESPACE: place.namespace,
      LOG_LEVEL: values.logLevel,
      INDEXER_IMAGE: imageReference(place.images, images.indexer),
      INDEXER_CPU: indexer.cpu,
      INDEXER_MEM: indexer.memory,
      INDEXER_ENABLE_HPA: String(indexer.hpa.enabled),
      INDEXER_HPA_CPU_TARGET: String(indexer.hpa.cpuTarget),
      ...clickhouse.plain,
      INDEXER_DB,
      TEMPORAL_HOSTPORT: hostPort(systems.temporal),
      // Required, and handed on, in both generations; the current one connects by the other name.
      TEMPORAL_NAMESPACE,
      ...(values.generation === "current" ? currentIndexerEnv(values, place) : { REPORTS_DB }),
      ...(values.generation === "current" && redis && { REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) }),
    },
  };
}

function currentIndexerEnv({ indexer }: Extract<CanopyxValues, { generation: "current" }>, { images }: IndexersPlace) {
  const { scheduler } = indexer;
  return {
    TEMPORAL_ADMIN_NAMESPACE: TEMPORAL_NAMESPACE,
    INDEXER_PULL_POLICY: indexer.pullPolicy,
    ...optional("INDEXER_PULL_SECRET", images.pullSecrets[0]),
    LIVE_PARALLEL_BLOCKS: String(indexer.liveParallelBlocks),
    HISTORICAL_PARALLEL_BLOCKS: String(indexer.historicalParallelBlocks),
    REINDEX_PARALLEL_BLOCKS: String(indexer.reindexParallelBlocks),
    ...optional("SCHEDULER_CATCHUP_THRESHOLD", scheduler.catchupThreshold),
    ...optional("DIRECT_SCHEDULE_BATCH_SIZE", scheduler.directBatchSize),
    ...optional("SCHEDULER_BATCH_SIZE", scheduler.batchSize),
    ...optional("BLOCK_TIME_SECONDS", scheduler.blockTimeSeconds),
    ...optional("SCHEDULER_BATCH_MAX_PARALLELISM", scheduler.batchMaxParallelism),
  };
}

export function queryEnv(values: CanopyxValues, systems: Systems): Env {
  const { secret, plain } = clickhouseEnv(values, systems);
  return { secret, plain: { ADDR: `:${PORTS.query}`, LOG_LEVEL: values.logLevel, ...plain, INDEXER_DB, REPORTS_DB } };
}

export function webEnv(admin: Endpoint, query: Endpoint | undefined): Env {
  return {
    secret: {},
    plain: {
      NODE_ENV: "production",
      PORT: String(PORTS.web),
      HOSTNAME: "0.0.0.0",
      ADMIN_API_BASE: `http://${hostPort(admin)}`,
      ...(query && { QUERY_SERVICE_URL: `http://${hostPort(query)}` }),
    },
  };
}

/** Where a program of CanopyX answers. */
export function canopyxEndpoint(program: keyof typeof NAMES, namespace: string): Endpoint {
  return { host: `${NAMES[program]}.${namespace}.svc`, port: PORTS[program], workload: NAMES[program] };
}

/** A chain as admin takes it. */
export interface ChainRow {
  readonly chain_name: string;
  readonly rpc_endpoints: readonly string[];
  readonly [field: string]: unknown;
}

/** The chains to register: those of nodes outside, and those of the bed's own nodes that are on. */
export function chainRows(values: CanopyxValues, nodes: Systems["nodes"], image: string): ChainRow[] {
  return Object.entries<ChainValues>(values.chains).flatMap(([name, row]) => {
    const own = nodes.filter(({ workload }) => workload === row.of);
    const node = own.find(({ chainId }) => chainId === row.chainId) ?? own[0];
    const endpoints = row.of === undefined ? row.rpcEndpoints : node && [node.url];
    if (endpoints === undefined) return [];
    return [
      {
        ...(row.chainId === undefined ? {} : { chain_id: row.chainId }),
        chain_name: name,
        rpc_endpoints: endpoints,
        // The re-index workers have no other source for it.
        image,
        min_replicas: row.minReplicas,
        max_replicas: row.maxReplicas,
        ...("reindex" in row && {
          reindex_min_replicas: row.reindex.minReplicas,
          reindex_max_replicas: row.reindex.maxReplicas,
          reindex_scale_threshold: row.reindex.scaleThreshold,
        }),
      },
    ];
  });
}

/** Connections to chain nodes outside of the bed: a policy can only name their ports. */
export function outsidePorts({ chains }: CanopyxValues): number[] {
  const ports = Object.values<ChainValues>(chains)
    .flatMap(({ rpcEndpoints }) => rpcEndpoints ?? [])
    .map((address) => new URL(address))
    .map(({ port, protocol }) => (port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)));
  return [...new Set(ports)].sort((a, b) => a - b);
}

/** What the stored row must hold, as Go writes JSON; other fields follow, so each ends with a comma. */
export function fieldsOf(row: ChainRow): string[] {
  return Object.entries(row).map(([field, value]) => `"${field}":${JSON.stringify(value)},`);
}

/**
 * Body of the registration. Admin stores the row before it makes the schedules, so a 500 may leave half of
 * it: the same row is sent until all of it went well, and then looked up. The token goes by a file, which no process list shows.
 */
export function chainsScript(rows: readonly ChainRow[]): string {
  const register = rows.map(
    (row, index) => `
body=/tmp/row-${index}
wait_for "chain ${row.chain_name}" register
wait_for "chain ${row.chain_name} in the list" listed
`,
  );
  return `
printf 'Authorization: Bearer %s\\n' "$ADMIN_TOKEN" > /tmp/auth
unset ADMIN_TOKEN
${rows.map((row, index) => [here(`/tmp/row-${index}`, JSON.stringify(row)), here(`/tmp/row-${index}.fields`, fieldsOf(row).join("\n"))].join("\n")).join("\n")}
request() { curl -sS --max-time 30 -H @/tmp/auth -o /tmp/answer -w '%{http_code}' "$@" > /tmp/code; }
register() {
  request -H 'Content-Type: application/json' --data-binary "@$body" "$ADMIN_URL/api/chains" || return 1
  case "$(cat /tmp/code)" in
    200) return 0;;
    401|403) fail "admin refuses the token";;
    # Nodes that do not answer yet are a 400 too: these are tried again.
    400) grep -q 'failed to validate' /tmp/answer || fail "admin refuses the chain: $(cut -c1-600 /tmp/answer)";;
  esac
  echo "answer $(cat /tmp/code): $(cut -c1-600 /tmp/answer)"
  return 1
}
listed() {
  admin || return 1
  sed 's/},{"chain_id":/}\\
{"chain_id":/g' /tmp/answer > /tmp/rows
  while IFS= read -r field; do
    grep -F -- "$field" /tmp/rows > /tmp/matching || { echo "no chain has $field"; return 1; }
    mv /tmp/matching /tmp/rows
  done < "$body.fields"
}
admin() { request "$ADMIN_URL/api/chains" && [ "$(cat /tmp/code)" = 200 ] || { echo "answer $(cat /tmp/code)"; return 1; }; }
wait_for "admin to take the token" admin
${register.join("").trim()}
`;
}

/** Shell that writes a file; single quotes in it cannot occur, because no knob takes them. */
function here(file: string, text: string): string {
  return `cat > ${file} <<'END'\n${text}\nEND`;
}

/** Whether CanopyX is on. */
export const canopyxOn = (values: CanopyxValues): boolean => imagesOf(values) !== undefined;
