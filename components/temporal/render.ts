import { dump } from "js-yaml";
import { seconds } from "../kit/units";
import { dynamicConfig } from "./dynamic-config";
import type { TemporalRole } from "./roles";
import type { RoleValues, TemporalValues } from "./values";

/** Ports of the server roles: gRPC, and ringpop membership. @see config_template_embedded.yaml of Temporal 1.31.2 */
export const PORTS = {
  frontend: { grpc: 7233, membership: 6933 },
  history: { grpc: 7234, membership: 6934 },
  matching: { grpc: 7235, membership: 6935 },
  worker: { grpc: 7239, membership: 6939 },
} as const satisfies Record<TemporalRole, { grpc: number; membership: number }>;
export const HTTP_PORT = 7243;
export const METRICS_PORT = 9090;

export const CONFIG_FILE = "/etc/temporal/config/config.yaml";
export const DYNAMIC_CONFIG_FILE = "/etc/temporal/dynamic-config/dynamic-config.yaml";

/** How the server reaches its stores; passwords come as environment variables, by reference. */
export interface StoreAddresses {
  readonly cassandra: { readonly host: string; readonly port: number; readonly user: string };
  readonly elasticsearch: { readonly host: string; readonly port: number; readonly user: string };
}

/** Marks a place that the server's own template fills from its environment when it starts. */
const fromEnv = (name: string) => `<<env ${name}>>`;

/** The static configuration of one role. A change makes a new ConfigMap, which rolls the pods of that role. */
export function renderServerConfig(values: TemporalValues, role: RoleValues, stores: StoreAddresses): string {
  const service = (name: TemporalRole) => ({
    rpc: {
      grpcPort: PORTS[name].grpc,
      membershipPort: PORTS[name].membership,
      bindOnIP: "0.0.0.0",
      ...(name === "frontend" ? { httpPort: HTTP_PORT } : {}),
    },
  });
  const config = {
    log: { stdout: true, level: role.logLevel },
    persistence: {
      numHistoryShards: values.numHistoryShards,
      defaultStore: "default",
      visibilityStore: "visibility",
      datastores: {
        default: {
          cassandra: {
            hosts: stores.cassandra.host,
            port: stores.cassandra.port,
            keyspace: values.keyspace,
            user: stores.cassandra.user,
            password: fromEnv("CASSANDRA_PASSWORD"),
            maxConns: role.cassandraMaxConns,
          },
        },
        visibility: {
          elasticsearch: {
            version: "v7",
            url: { scheme: "http", host: `${stores.elasticsearch.host}:${stores.elasticsearch.port}` },
            username: stores.elasticsearch.user,
            password: fromEnv("ELASTICSEARCH_PASSWORD"),
            indices: { visibility: values.visibilityIndex },
          },
        },
      },
    },
    global: {
      membership: { maxJoinDuration: "30s", broadcastAddress: fromEnv("POD_IP") },
      metrics: { prometheus: { listenAddress: `0.0.0.0:${METRICS_PORT}` } },
    },
    // Each role needs every role's ports: members announce addresses, not ports.
    services: {
      frontend: service("frontend"),
      history: service("history"),
      matching: service("matching"),
      worker: service("worker"),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: "active",
      currentClusterName: "active",
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcAddress: `127.0.0.1:${PORTS.frontend.grpc}`,
          httpAddress: `127.0.0.1:${HTTP_PORT}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: "noop" },
    dynamicConfigClient: { filepath: DYNAMIC_CONFIG_FILE, pollInterval: values.dynamicConfigPollInterval },
  };
  const text = dump(config, { lineWidth: -1, noRefs: true }).replace(/(['"]?)<<env (\w+)>>\1/g, '{{ env "$2" | quote }}');
  return `# enable-template\n${text}`;
}

/** The dynamic configuration of all roles: typed limits, then the raw keys. The only file that changes without a restart. */
export function renderDynamicConfig(values: TemporalValues): string {
  const config = dynamicConfig(values);
  return Object.keys(config).length === 0 ? "{}\n" : dump(config, { lineWidth: -1, sortKeys: true, noRefs: true });
}

/** Body of the job that brings the keyspace and its schema to the version of the image. */
export function schemaScript(): string {
  return `
wait_for "Cassandra at $CASSANDRA_HOST:$CASSANDRA_PORT" temporal-cassandra-tool validate-health
run "create keyspace $CASSANDRA_KEYSPACE" temporal-cassandra-tool create-keyspace --keyspace "$CASSANDRA_KEYSPACE" --replication-factor "$REPLICATION_FACTOR" --datacenter "$CASSANDRA_DATACENTER"
run "set up schema" temporal-cassandra-tool setup-schema --version 0.0
run "update schema" temporal-cassandra-tool update-schema --schema-name cassandra/temporal
`;
}

/**
 * Body of the job that makes the index template and the index, and brings both to the version of the image. A node answers
 * before it can look up a password: until then `ping` is content and everything else gets a 401, so the template is waited for.
 */
export function visibilityScript(): string {
  return `
wait_for "Elasticsearch at $ES_SERVER" temporal-elasticsearch-tool ping
wait_for "index template" temporal-elasticsearch-tool update-schema
run "index $VISIBILITY_INDEX" temporal-elasticsearch-tool create-index --index "$VISIBILITY_INDEX"
run "index mapping" temporal-elasticsearch-tool update-schema --index "$VISIBILITY_INDEX"
`;
}

/**
 * Body of the job that writes the cluster's record. A server does that first of all; this one is given no address to announce,
 * so it ends where it would join the others, and only that end counts as success.
 */
export function clusterScript(): string {
  return `
printf '%s\\n' "$SERVER_CONFIG" | sed 's#${DYNAMIC_CONFIG_FILE}#/tmp/dynamic-config.yaml#' > /tmp/config.yaml
echo '{}' > /tmp/dynamic-config.yaml
recorded() {
  temporal-server --config-file /tmp/config.yaml start --service worker > /tmp/server 2>&1
  grep -q 'malformed .broadcastAddress. param: none' /tmp/server || { tail -n 2 /tmp/server; return 1; }
}
wait_for "the record of the cluster" recorded
`;
}

/**
 * Body of the job that registers namespaces and search attributes. Names and types are checked before they come here. Each step
 * is tried until it holds: a frontend that is being replaced drops the calls it has, and every step may be repeated.
 */
export function namespacesScript(values: TemporalValues): string {
  const namespaces = Object.entries(values.namespaces).map(
    ([name, { retention, description }]) => `namespace ${name} ${seconds(retention) ?? 0} '${description ?? ""}'`,
  );
  const [first = "default"] = Object.keys(values.namespaces);
  const attributes = Object.entries(values.searchAttributes).map(([name, type]) => `--name ${name} --type ${type}`);
  return `
temporal() { command temporal --command-timeout 15s "$@"; }
namespace() { # NAME RETENTION_SECONDS [DESCRIPTION]
  wait_for "namespace $1 with retention \${2}s" holds "$@"
}
holds() { # what is not as wanted is changed, and looked at again
  if temporal operator namespace describe --namespace "$1" -o json > /tmp/namespace 2> /tmp/error; then
    as_wanted "$@" || { echo "update namespace $1"; temporal operator namespace update --namespace "$1" --retention "\${2}s" \${3:+--description "$3"}; return 1; }
  elif grep -qi 'not found' /tmp/error; then
    echo "create namespace $1"
    temporal operator namespace create --namespace "$1" --retention "\${2}s" --description "$3"
    return 1
  else
    cat /tmp/error
    return 1
  fi
}
as_wanted() { # what describe has said
  tr -d '\\n' < /tmp/namespace | sed 's/": */":/g' > /tmp/flat
  grep -qF "\\"workflowExecutionRetentionTtl\\":\\"\${2}s\\"" /tmp/flat && grep -qF "\${3:+\\"description\\":\\"$3\\"}" /tmp/flat
}
wait_for "Temporal at $TEMPORAL_ADDRESS" temporal operator cluster health
${namespaces.join("\n")}
${attributes.length === 0 ? "" : `wait_for "search attributes" temporal operator search-attribute create --namespace ${first} ${attributes.join(" ")}`}
`;
}
