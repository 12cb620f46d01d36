import dynamicConfig from "../../components/temporal/dynamic-config-keys.json";
import { type Contract, OWN_TEXT } from "./contract";
import cassandraYaml from "./keys/cassandra-5.0.9.json";
import serverConfig from "./keys/temporal-1.31.2.json";
import { propertiesKeys, topLevelKeys, yamlKeys } from "./parse";

/** A list that was read from the program itself: every entry has the same source. */
const all = (keys: readonly string[], source: string) => Object.fromEntries(keys.map((key) => [key, source]));

const ENV_SH = "Cassandra 5.0, conf/cassandra-env.sh";
const ES = "elasticsearch-8.19.21.jar";
const XPACK = "x-pack-core-8.19.21.jar";
const TEMPLATE = "Temporal 1.31.2, common/config/config_template_embedded.yaml";
const CASSANDRA_TOOL = "Temporal 1.31.2, tools/cassandra/main.go";
const ELASTICSEARCH_TOOL = "Temporal 1.31.2, tools/elasticsearch/main.go";
const CLI = "temporalio/cli, commands.yml: implied-env of the client options, and facts/temporal.md";
const BENCHMARK = "benchmark-workers v1.7.0";

const SERVER_CONFIG = { parse: yamlKeys, keys: all(serverConfig.keys, serverConfig.from) };
const ELASTICSEARCH_YML = {
  parse: yamlKeys,
  keys: {
    "cluster.name": `${ES}: ClusterName`,
    "node.name": `${ES}: Node`,
    "network.host": `${ES}: NetworkService`,
    "http.port": `${ES}: HttpTransportSettings`,
    "transport.port": `${ES}: TransportSettings`,
    "readiness.port": `${ES}: ReadinessService`,
    "node.store.allow_mmap": `${ES}: IndexModule`,
    "cluster.routing.allocation.disk.threshold_enabled": `${ES}: DiskThresholdSettings`,
    "discovery.type": `${ES}: DiscoveryModule`,
    "discovery.seed_hosts[]": `${ES}: SettingsBasedSeedHostsProvider`,
    "cluster.initial_master_nodes[]": `${ES}: ClusterBootstrapService`,
    "ingest.geoip.downloader.enabled": "Elasticsearch 8.19, modules/ingest-geoip: GeoIpDownloaderTaskExecutor",
    "xpack.ml.enabled": `${XPACK}: XPackSettings`,
    "xpack.security.enabled": `${XPACK}: XPackSettings`,
    "xpack.security.enrollment.enabled": `${XPACK}: XPackSettings`,
    "xpack.security.http.ssl.enabled": `${XPACK}: XPackSettings`,
    "xpack.security.transport.ssl.enabled": `${XPACK}: XPackSettings`,
    "xpack.security.transport.ssl.verification_mode": `${XPACK}: SSLConfigurationSettings under xpack.security.transport.ssl`,
    "xpack.security.transport.ssl.keystore.path": `${XPACK}: SSLConfigurationSettings under xpack.security.transport.ssl`,
  },
};

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "docker.io/library/cassandra",
    version: "5.0.9",
    env: {
      MAX_HEAP_SIZE: `${ENV_SH}: -Xms and -Xmx`,
      MAX_DIRECT_MEMORY_SIZE: `${ENV_SH}: -XX:MaxDirectMemorySize`,
      JVM_EXTRA_OPTS: `${ENV_SH}: appended to JVM_OPTS`,
      CASSANDRA_LOG_DIR: `${ENV_SH}: logback and GC log`,
      HOME: "bin/nodetool and cqlsh keep their history and credentials below it",
      // The job that makes the roles, by cqlsh.
      CASSANDRA_HOST: OWN_TEXT,
      CASSANDRA_PORT: OWN_TEXT,
      SUPERUSER_PASSWORD: OWN_TEXT,
      APPLICATION_PASSWORD: OWN_TEXT,
    },
    ports: { "9042": "cassandra.yaml: native_transport_port", "7000": "cassandra.yaml: storage_port" },
    probes: { tcp: "native transport starts last, CassandraDaemon.start" },
    files: {
      "cassandra.yaml": {
        parse: yamlKeys,
        keys: {
          ...all(cassandraYaml.keys, cassandraYaml.from),
          "seed_provider[].class_name": "Cassandra 5.0, conf/cassandra.yaml; ParameterizedClass(Map)",
          "seed_provider[].parameters[].seeds": "cassandra-all-5.0.9.jar: SimpleSeedProvider.SEEDS_KEY",
        },
      },
      "cassandra-rackdc.properties": {
        parse: propertiesKeys,
        keys: {
          dc: "cassandra-all-5.0.9.jar: GossipingPropertyFileSnitch",
          rack: "cassandra-all-5.0.9.jar: GossipingPropertyFileSnitch",
        },
      },
    },
  },
  {
    subject: "docker.elastic.co/elasticsearch/elasticsearch",
    version: "8.19.21",
    env: {
      ES_JAVA_OPTS: "server-cli-8.19.21.jar: JvmOptionsParser",
      ES_TMPDIR: "server-cli-8.19.21.jar: ServerProcessUtils.setupTempDir",
      ELASTIC_PASSWORD: "Elasticsearch 8.19, distribution/docker/src/docker/bin/docker-entrypoint.sh: bootstrap.password",
    },
    ports: {
      "9200": "elasticsearch.yml: http.port",
      "9300": "elasticsearch.yml: transport.port",
      "9399": "elasticsearch.yml: readiness.port",
    },
    probes: { tcp: `${ES}: ReadinessService opens its port once a master is elected; transport port` },
    files: { "elasticsearch.yml": ELASTICSEARCH_YML },
  },
  {
    // Its tool is no server: it has flags of its own.
    subject: "elasticsearch/config",
    version: "8.19.21",
    env: { CLI_JAVA_OPTS: "Elasticsearch 8.19.21, bin/elasticsearch-cli, which elasticsearch-certutil sources" },
    ports: {},
    probes: {},
    files: { "elasticsearch.yml": ELASTICSEARCH_YML },
  },
  {
    subject: "docker.io/temporalio/server",
    version: "1.31.2",
    env: {
      POD_IP: OWN_TEXT,
      CASSANDRA_PASSWORD: OWN_TEXT,
      ELASTICSEARCH_PASSWORD: OWN_TEXT,
      SERVER_CONFIG: OWN_TEXT,
    },
    ports: {
      "7233": `${TEMPLATE}: frontend grpcPort`,
      "6933": `${TEMPLATE}:279, frontend membershipPort`,
      "7243": `${TEMPLATE}: frontend httpPort`,
      "7234": `${TEMPLATE}:300, history grpcPort`,
      "6934": `${TEMPLATE}:301, history membershipPort`,
      "7235": `${TEMPLATE}:294, matching grpcPort`,
      "6935": `${TEMPLATE}:295, matching membershipPort`,
      "7239": `${TEMPLATE}:306, worker grpcPort`,
      "6939": `${TEMPLATE}:307, worker membershipPort`,
      "9090": "config.yaml: global.metrics.prometheus.listenAddress",
    },
    probes: {
      "grpc temporal.api.workflowservice.v1.WorkflowService": "service/frontend/interface.go:9 WorkflowServiceName",
      "grpc temporal.api.workflowservice.v1.HistoryService": "service/history/handler.go:154 serviceName",
      "grpc temporal.api.workflowservice.v1.MatchingService": "service/matching/handler.go:81 serviceName",
      "http /metrics": "common/metrics/config.go:104, default of handlerPath",
    },
    files: {
      "config.yaml": SERVER_CONFIG,
      $SERVER_CONFIG: SERVER_CONFIG,
      "dynamic-config.yaml": {
        parse: (text) => topLevelKeys(text).map((key) => key.toLowerCase()),
        keys: all(
          Object.keys(dynamicConfig.keys).map((key) => key.toLowerCase()),
          `Temporal ${dynamicConfig.server}, common/dynamicconfig/constants.go`,
        ),
      },
    },
  },
  {
    subject: "docker.io/temporalio/admin-tools",
    version: "1.31.2",
    env: {
      // temporal-cassandra-tool
      CASSANDRA_HOST: `${CASSANDRA_TOOL}:45`,
      CASSANDRA_PORT: `${CASSANDRA_TOOL}:51`,
      CASSANDRA_USER: `${CASSANDRA_TOOL}:57`,
      CASSANDRA_PASSWORD: `${CASSANDRA_TOOL}:63`,
      CASSANDRA_KEYSPACE: `${CASSANDRA_TOOL}:81`,
      CASSANDRA_DATACENTER: `${CASSANDRA_TOOL}:87`,
      REPLICATION_FACTOR: OWN_TEXT,
      // temporal-elasticsearch-tool
      ES_SERVER: `${ELASTICSEARCH_TOOL}:55`,
      ES_USER: `${ELASTICSEARCH_TOOL}:61`,
      ES_PWD: `${ELASTICSEARCH_TOOL}:67`,
      VISIBILITY_INDEX: OWN_TEXT,
      // temporal
      TEMPORAL_ADDRESS: CLI,
      TEMPORAL_NAMESPACE: CLI,
      HOME: `${CLI}: $HOME/.config/temporalio`,
      // The check of the load
      TASK_QUEUE: OWN_TEXT,
      WORKFLOWS: OWN_TEXT,
      WORKER: OWN_TEXT,
    },
    ports: {},
    probes: { "exec temporal": "temporalio/cli: --version prints and exits 0" },
  },
  {
    subject: "docker.io/temporalio/ui",
    version: "2.52.0",
    env: {
      TEMPORAL_ADDRESS: "ui-server v2.52.0, config/docker.yaml:5",
      TEMPORAL_UI_PORT: "ui-server v2.52.0, config/docker.yaml:6",
    },
    ports: { "8080": "ui-server v2.52.0, config/docker.yaml:6" },
    probes: { "http /healthz": "ui-server v2.52.0, server/route/health.go:32" },
  },
  {
    subject: "ghcr.io/temporalio/benchmark-workers",
    version: "v1.7.0",
    env: {
      TEMPORAL_GRPC_ENDPOINT: `${BENCHMARK}, cmd/worker/main.go:85 and cmd/runner/main.go:112`,
      TEMPORAL_NAMESPACE: `${BENCHMARK}, cmd/worker/main.go:77 and cmd/runner/main.go:103`,
      TEMPORAL_TASK_QUEUE: `${BENCHMARK}, cmd/worker/main.go:78 and cmd/runner/main.go:104`,
      TEMPORAL_MAX_WORKFLOW_TASK_POLLERS: `${BENCHMARK}, cmd/worker/main.go:79`,
      TEMPORAL_MAX_ACTIVITY_TASK_POLLERS: `${BENCHMARK}, cmd/worker/main.go:80`,
      PROMETHEUS_ENDPOINT: `${BENCHMARK}, cmd/worker/main.go:122 and cmd/runner/main.go:150`,
    },
    ports: { "9090": "PROMETHEUS_ENDPOINT" },
    probes: { "http /metrics": "tally v4, prometheus/config.go: default handler path" },
  },
];
