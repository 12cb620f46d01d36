import type { LayerName } from "../../values/layers";
import { type Contract, OWN_TEXT } from "./contract";
import { nginxKeys } from "./parse";

const B = "canopyx 03d4c27";
const A = "canopyx feddbaf";
const NGINX = "nginx 1.25.5, src";
const PROVIDER = "app/controller/provider_k8s.go";

/** The two generations, which read different things under the same names. */
const CURRENT: { version: string; layers: LayerName[] } = { version: "current", layers: ["dev", "prod"] };
const OCTOBER: { version: string; layers: LayerName[] } = { version: "october-2025", layers: ["october-2025"] };

const listed = (source: string, names: readonly string[]) => Object.fromEntries(names.map((name) => [name, source]));

/** The programs read no password of ClickHouse: Kubernetes puts it into the address. */
const clickhouse = (source: string) => ({ CLICKHOUSE_PASSWORD: OWN_TEXT, CLICKHOUSE_ADDR: source });
const currentClickhouse = {
  ...clickhouse(`${B} pkg/db/clickhouse/client.go:53`),
  CLICKHOUSE_CONN_STRATEGY: `${B} pkg/db/clickhouse/client.go:99`,
  CLICKHOUSE_CONN_MAX_LIFETIME: `${B} app/admin/app.go:55, app/controller/app.go:95`,
};

const adminSecrets = (version: string) =>
  listed(`${version} app/admin/controller/controller.go:23-27`, ["ADMIN_TOKEN", "ADMIN_USER", "ADMIN_PASSWORD", "SESSION_SECRET"]);

const adminProbes = {
  "http /api/health": "app/admin/controller/controller.go NewRouter; deploy/k8s/admin/base/deployment.yaml",
  tcp: "ADDR is listened on once its stores answered: app/admin/server.go",
};
const controllerProbes = {
  "http /healthz": "app/controller/app.go SetupServer; deploy/k8s/controller/base/deployment.yaml",
  tcp: "ADDR, app/controller/app.go SetupServer",
};
const indexerShape = [
  "K8S_NAMESPACE",
  "INDEXER_IMAGE",
  "INDEXER_CPU",
  "INDEXER_MEM",
  "INDEXER_ENABLE_HPA",
  "INDEXER_HPA_CPU_TARGET",
  "TEMPORAL_NAMESPACE",
];
const web = {
  env: {
    NODE_ENV: "web/admin/Dockerfile CMD; next start",
    PORT: "web/admin/Dockerfile; next start",
    HOSTNAME: "web/admin/Dockerfile; deploy/k8s/admin-web/base/deployment.yaml",
    ADMIN_API_BASE: "web/admin/app/api/admin/[...path]/route.ts:3",
  },
  ports: { "3003": "web/admin/Dockerfile EXPOSE" },
  probes: { "http /": "deploy/k8s/admin-web/base/deployment.yaml", tcp: "PORT, next start" },
};

/** Directives in the blocks that take them: `ngx_command_t` of each module. */
const NGINX_CONF: Contract["env"] = {
  ...listed(`${NGINX}/core/nginx.c`, ["pid"]),
  ...listed(`${NGINX}/core/ngx_log.c`, ["error_log"]),
  ...listed(`${NGINX}/event/ngx_event.c`, ["events", "events.worker_connections"]),
  ...listed(`${NGINX}/http/ngx_http.c`, ["http"]),
  ...listed(`${NGINX}/http/ngx_http_core_module.c`, [
    "http.client_body_temp_path",
    "http.server",
    "http.server.listen",
    "http.server.server_name",
    "http.server.location",
  ]),
  ...listed(`${NGINX}/http/modules/ngx_http_log_module.c`, ["http.access_log"]),
  ...listed(`${NGINX}/http/modules/ngx_http_fastcgi_module.c`, ["http.fastcgi_temp_path"]),
  ...listed(`${NGINX}/http/modules/ngx_http_uwsgi_module.c`, ["http.uwsgi_temp_path"]),
  ...listed(`${NGINX}/http/modules/ngx_http_scgi_module.c`, ["http.scgi_temp_path"]),
  // The entries of a map are free.
  ...listed(`${NGINX}/http/modules/ngx_http_map_module.c`, ["http.map", "http.map.*"]),
  ...listed(`${NGINX}/http/modules/ngx_http_proxy_module.c`, [
    "http.proxy_temp_path",
    "http.server.location.proxy_pass",
    "http.server.location.proxy_http_version",
    "http.server.location.proxy_set_header",
    "http.server.location.proxy_read_timeout",
    "http.server.location.proxy_send_timeout",
  ]),
};

/** By `<workload>/<container>`: their images have no fixed name. */
export const CONTRACTS: readonly Contract[] = [
  {
    subject: "canopyx-admin/admin",
    ...CURRENT,
    env: {
      ...adminSecrets(B),
      ...currentClickhouse,
      ADDR: `${B} app/admin/server.go:23`,
      LOG_LEVEL: `${B} pkg/logging/logging.go:10`,
      ENVIRONMENT: `${B} app/admin/controller/auth.go:102`,
      INDEXER_DB: `${B} app/admin/app.go:66`,
      CROSSCHAIN_DB: `${B} app/admin/app.go:75`,
      TEMPORAL_HOSTPORT: `${B} pkg/temporal/admin_client.go:39`,
      TEMPORAL_ADMIN_NAMESPACE: `${B} pkg/temporal/admin_client.go:40`,
      REDIS_ENABLED: `${B} app/admin/app.go:108`,
      ...listed(`${B} pkg/redis/client.go:26-28`, ["REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"]),
    },
    ports: { "3000": `${B} app/admin/server.go:23` },
    probes: adminProbes,
  },
  {
    subject: "canopyx-admin/admin",
    ...OCTOBER,
    env: {
      ...adminSecrets(A),
      ...clickhouse(`${A} pkg/db/clickhouse.go:22`),
      ADDR: `${A} app/admin/server.go:23`,
      LOG_LEVEL: `${A} pkg/logging/logging.go:10`,
      INDEXER_DB: `${A} pkg/db/clickhouse.go:67`,
      REPORTS_DB: `${A} pkg/db/clickhouse.go:69`,
      ...listed(`${A} pkg/temporal/client.go:46-47`, ["TEMPORAL_HOSTPORT", "TEMPORAL_NAMESPACE"]),
    },
    ports: { "3000": `${A} app/admin/server.go:23` },
    probes: adminProbes,
  },
  {
    subject: "canopyx-controller/controller",
    ...CURRENT,
    env: {
      ...currentClickhouse,
      PROVIDER: `${B} cmd/controller/main.go:26`,
      ADDR: `${B} app/controller/app.go:150`,
      LOG_LEVEL: `${B} ${PROVIDER}:122`,
      INDEXER_DB: `${B} ${PROVIDER}:126`,
      TEMPORAL_HOSTPORT: `${B} ${PROVIDER}:100`,
      TEMPORAL_ADMIN_NAMESPACE: `${B} pkg/temporal/admin_client.go:40`,
      ...listed(`${B} ${PROVIDER} NewK8sProviderFromEnv`, [
        ...indexerShape,
        "INDEXER_PULL_POLICY",
        "INDEXER_PULL_SECRET",
        "LIVE_PARALLEL_BLOCKS",
        "HISTORICAL_PARALLEL_BLOCKS",
        "REINDEX_PARALLEL_BLOCKS",
        "SCHEDULER_CATCHUP_THRESHOLD",
        "DIRECT_SCHEDULE_BATCH_SIZE",
        "SCHEDULER_BATCH_SIZE",
        "BLOCK_TIME_SECONDS",
        "SCHEDULER_BATCH_MAX_PARALLELISM",
        "REDIS_HOST",
        "REDIS_PORT",
      ]),
    },
    ports: { "3002": `${B} app/controller/app.go:150` },
    probes: controllerProbes,
  },
  {
    subject: "canopyx-controller/controller",
    ...OCTOBER,
    env: {
      ...clickhouse(`${A} ${PROVIDER}:98`),
      PROVIDER: `${A} cmd/controller/main.go:26`,
      ADDR: `${A} app/controller/app.go:108`,
      LOG_LEVEL: `${A} ${PROVIDER}:100`,
      INDEXER_DB: `${A} ${PROVIDER}:106`,
      REPORTS_DB: `${A} ${PROVIDER}:109`,
      TEMPORAL_HOSTPORT: `${A} ${PROVIDER}:95`,
      ...listed(`${A} ${PROVIDER} NewK8sProviderFromEnv`, indexerShape),
    },
    ports: { "3002": `${A} app/controller/app.go:108` },
    probes: controllerProbes,
  },
  {
    subject: "canopyx-query/query",
    ...OCTOBER,
    env: {
      ...clickhouse(`${A} pkg/db/clickhouse.go:22`),
      ADDR: `${A} app/query/server.go:22`,
      LOG_LEVEL: `${A} pkg/logging/logging.go:10`,
      INDEXER_DB: `${A} pkg/db/clickhouse.go:67`,
      REPORTS_DB: `${A} pkg/db/clickhouse.go:69`,
    },
    ports: { "3001": `${A} app/query/server.go:22` },
    probes: { "http /health": `${A} app/query/controller/controller.go:52`, tcp: `${A} app/query/server.go:22` },
  },
  { subject: "canopyx-admin-web/admin-web", ...CURRENT, ...web },
  {
    subject: "canopyx-admin-web/admin-web",
    ...OCTOBER,
    ...web,
    env: { ...web.env, QUERY_SERVICE_URL: `${A} web/admin/app/api/query/[...path]/route.ts:3` },
  },
  {
    subject: "docker.io/library/nginx",
    version: "1.25.5-alpine",
    env: {},
    ports: { "8080": "nginx.conf, listen (the image's user may not open 80)" },
    probes: { "http /": `${B} deploy/k8s/admin-web-proxy/base/deployment.yaml`, tcp: "nginx.conf, listen" },
    files: { "nginx.conf": { parse: nginxKeys, keys: NGINX_CONF } },
  },
  {
    subject: "docker.io/curlimages/curl",
    version: "8.16.0",
    env: { ADMIN_URL: OWN_TEXT, ADMIN_TOKEN: OWN_TEXT },
    ports: {},
    probes: {},
  },
];
