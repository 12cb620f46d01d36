import { stringify } from "smol-toml";
import { storageIdentity, type SetIdentity } from "../kit/storage";
import { OUTSIDE, type Endpoint, type Scrape } from "../kit/traffic";
import type { ChronikValues } from "./values";

/** User and group of the image. */
export const USER = 1001;
export const DATA_DIR = "/data";
export const CONFIG_DIR = "/etc/chronik";

/** Node ids count from 1, and so do the pods: `chronik-1` is node 1. */
const FIRST_NODE = 1;

/** Ports that are the same on every broker. Kafka's is fixed in standalone mode, so the cluster takes it over. */
export const PORTS = { kafka: 9092, wal: 9291, raft: 5001 } as const;

/** Ports that a broker derives from its id; none can be set (main.rs). A standalone broker has fixed ones. */
export function nodePorts(id: number): NodePorts {
  return { api: 6091 + id, admin: 10_000 + id, metrics: 13_000 + id };
}
const STANDALONE_PORTS: NodePorts = { api: 6092, metrics: 13_092 };

interface NodePorts {
  /** SQL, search, administration, schema registry. */
  readonly api: number;
  /** Administration once more, deprecated: open on every broker, and nobody here connects to it. */
  readonly admin?: number;
  readonly metrics: number;
}

/** A broker: its pod, which is also the name of its Service, and its ports. */
export interface Node {
  readonly id: number;
  readonly name: string;
  readonly ports: NodePorts;
}

/** What cannot change in place, for the set and for the guard. */
export function identityOf(
  values: ChronikValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "chronik",
    knob: "chronik",
    serviceName: "chronik-peers",
    // Brokers elect a leader together, and every one of them resolves all names when it starts.
    podManagementPolicy: "Parallel",
    ordinalsStart: FIRST_NODE,
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: values.replicas,
    // A broker that goes takes its copies and its vote with it; upstream moves neither.
    scaleDown: "never",
  };
}

export function nodesOf({ mode, replicas }: ChronikValues): Node[] {
  return Array.from({ length: replicas }, (_, index) => {
    const id = FIRST_NODE + index;
    return { id, name: `chronik-${id}`, ports: mode === "standalone" ? STANDALONE_PORTS : nodePorts(id) };
  });
}

const hostOf = (name: string, namespace: string) => `${name}.${namespace}.svc`;

/** How to reach the brokers: plain data. */
export interface ChronikEndpoint extends Endpoint {
  /** Every broker's own address, as Kafka's clients take a list of them. */
  readonly bootstrap: string;
  readonly brokers: number;
}

export function chronikEndpoint(values: ChronikValues, namespace: string): ChronikEndpoint {
  const own = values.mode === "standalone" ? ["chronik"] : nodesOf(values).map(({ name }) => name);
  return {
    host: hostOf("chronik", namespace),
    port: PORTS.kafka,
    workload: "chronik",
    bootstrap: own.map((name) => `${hostOf(name, namespace)}:${PORTS.kafka}`).join(","),
    brokers: values.replicas,
  };
}

/** Cluster file of every broker, by the name of its pod; none in standalone mode, which a file would end. */
export function renderClusterFiles(values: ChronikValues, namespace: string): Record<string, string> {
  if (values.mode === "standalone") return {};
  const nodes = nodesOf(values);
  const addresses = (host: string) => ({ kafka: `${host}:${PORTS.kafka}`, wal: `${host}:${PORTS.wal}`, raft: `${host}:${PORTS.raft}` });
  const peers = nodes.map(({ id, name }) => ({ id, ...addresses(hostOf(name, namespace)) }));
  return Object.fromEntries(
    nodes.map(({ id, name }) => [
      `${name}.toml`,
      stringify({
        enabled: true,
        node_id: id,
        data_dir: DATA_DIR,
        replication_factor: values.replicationFactor,
        min_insync_replicas: values.minInsyncReplicas,
        // Drops members without a quorum after five minutes. v2.10.4 never starts it, but its default is true: a later one may.
        auto_recover: false,
        peers,
        // Without it a broker listens on its own advertised name, which is the Service's address.
        bind: addresses("0.0.0.0"),
        advertise: addresses(hostOf(name, namespace)),
      }),
    ]),
  );
}

/**
 * Command of the server. A broker of a cluster checks every peer's name when it starts and exits if one is unknown, so it starts
 * once DNS answers for all of them: the policy that lets DNS through comes up beside it.
 */
export function serverCommand(values: ChronikValues, namespace: string): string[] {
  if (values.mode === "standalone") return ["chronik-server", "start", "--bind", "0.0.0.0"];
  const hosts = nodesOf(values).map(({ name }) => hostOf(name, namespace));
  return [
    "/bin/sh",
    "-c",
    `trap 'exit 0' TERM
for host in ${hosts.join(" ")}; do
  until getent hosts "$host" > /dev/null; do echo "$host: no address yet"; sleep 1; done
done
exec chronik-server start --config "${CONFIG_DIR}/$HOSTNAME.toml" --bind 0.0.0.0
`,
  ];
}

/** Plain environment of a broker. */
export function serverEnv(values: ChronikValues, namespace: string): Record<string, string> {
  const { objectStore: store } = values;
  return {
    RUST_LOG: values.logLevel,
    // A cluster's file says it again; the SQL engine reads only this one.
    CHRONIK_DATA_DIR: DATA_DIR,
    ...(values.mode === "standalone" && { CHRONIK_ADVERTISE: hostOf("chronik", namespace) }),
    CHRONIK_WAL_PROFILE: values.walProfile,
    CHRONIK_METADATA_WAL_PROFILE: values.metadataWalProfile,
    CHRONIK_PRODUCE_PROFILE: values.produceProfile,
    CHRONIK_WATERMARK_FLUSH_MS: String(values.watermarkFlushMs),
    CHRONIK_DEFAULT_SEARCHABLE: String(values.defaultSearchable),
    CHRONIK_DEFAULT_COLUMNAR: String(values.defaultColumnar),
    CHRONIK_HOT_TEXT_ENABLED: String(values.hotText),
    // Three accounts with well-known passwords come built in.
    CHRONIK_SASL_NO_DEFAULTS: "1",
    ...(store && {
      OBJECT_STORE_BACKEND: "s3",
      S3_BUCKET: store.bucket,
      S3_REGION: store.region,
      S3_PATH_STYLE: String(store.pathStyle),
      ...(store.endpoint !== undefined && { S3_ENDPOINT: store.endpoint }),
      ...(store.prefix !== undefined && { S3_PREFIX: store.prefix }),
    }),
  };
}

/** Environment of a broker that comes out of Secrets: variable to Secret and entry. */
export function serverSecretEnv(
  { objectStore }: ChronikValues,
  adminKey: { readonly secretName: string; readonly key: string },
): Record<string, { readonly secretName: string; readonly key: string }> {
  const keys = objectStore?.credentials;
  return {
    CHRONIK_ADMIN_API_KEY: adminKey,
    ...(keys && {
      S3_ACCESS_KEY: { secretName: keys.secretName, key: keys.accessKey },
      S3_SECRET_KEY: { secretName: keys.secretName, key: keys.secretKey },
    }),
  };
}

/** Ports between brokers: replication, elections, writes passed on to a leader, queries fanned out. */
export function memberPorts(values: ChronikValues): number[] {
  return values.mode === "standalone" ? [] : [PORTS.kafka, PORTS.wal, PORTS.raft, ...nodesOf(values).map(({ ports }) => ports.api)];
}

/** Pages of metrics: one pod each, since every broker has a port of its own. */
export function scrapesOf(values: ChronikValues): Scrape[] {
  return nodesOf(values).map(({ name, ports }) => ({ workload: "chronik", port: ports.metrics, path: "/metrics", pod: name }));
}

/** The object store, where there is one: somewhere outside, of which only the port is known. */
export function objectStoreEndpoint({ objectStore }: ChronikValues): Endpoint | undefined {
  if (objectStore === undefined) return undefined;
  const url = new URL(objectStore.endpoint ?? `https://s3.${objectStore.region}.amazonaws.com`);
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { host: url.hostname, port, workload: OUTSIDE };
}

/**
 * Environment of the client's start scripts. Without it every call reserves 256 MB of heap, as much as the whole job may use,
 * and compiles as if it ran for days.
 */
export const CLIENT_ENV = {
  KAFKA_HEAP_OPTS: "-Xms32m -Xmx96m",
  KAFKA_JVM_PERFORMANCE_OPTS: "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
} as const;

/** Body of the topics job: waits for all brokers, makes every topic what it should be, and waits for leaders. */
export function topicsScript(topics: ChronikValues["topics"]): string {
  const each = (line: (topic: string) => string) =>
    Object.entries(topics)
      .map(([name, { partitions, replicationFactor }]) => line(`${name} ${partitions} ${replicationFactor}`))
      .join("\n");
  return `
PATH=/opt/kafka/bin:$PATH
topics() { kafka-topics.sh --bootstrap-server "$BOOTSTRAP" "$@"; }
brokers() {
  kafka-broker-api-versions.sh --bootstrap-server "$BOOTSTRAP" > /tmp/brokers || return 1
  found=$(grep -c '(id: .*) -> ($' /tmp/brokers)
  [ "$found" -eq "$BROKERS" ] || { echo "$found of $BROKERS brokers answer"; return 1; }
}
describe() { topics --describe > /tmp/described; }
# What the client says of a topic: "PartitionCount" or "ReplicationFactor"; nothing if there is none.
of_topic() { awk -F '\\t' -v topic="Topic: $1" -v field="$2: " '$1 == topic { for (i = 2; i <= NF; i++) if (index($i, field) == 1) print substr($i, length(field) + 1) }' /tmp/described; }
topic() {
  have=$(of_topic "$1" PartitionCount)
  if [ -z "$have" ]; then
    run "topic $1 with $2 partitions, $3 copies each" topics --create --if-not-exists --topic "$1" --partitions "$2" --replication-factor "$3"
    return
  fi
  copies=$(of_topic "$1" ReplicationFactor)
  [ "$copies" -eq "$3" ] || fail "topic $1 has $copies copies of each partition, and that is fixed: set chronik.topics.$1.replicationFactor to $copies, or delete the topic"
  [ "$have" -le "$2" ] || fail "topic $1 has $have partitions and cannot go down to $2: set chronik.topics.$1.partitions to $have or more, or delete the topic"
  if [ "$have" -eq "$2" ]; then echo "topic $1: has $2 partitions, $3 copies each"; return; fi
  run "topic $1 from $have to $2 partitions" topics --alter --topic "$1" --partitions "$2"
}
is_led() {
  led=$(awk -F '\\t' -v topic="Topic: $1" '$2 == topic && $4 ~ /^Leader: [0-9]+$/ { n++ } END { print n + 0 }' /tmp/described)
  [ "$led" -eq "$2" ] || { echo "topic $1: $led of $2 partitions have a leader"; return 1; }
}
all_led() {
  describe || return 1
${each((topic) => `  is_led ${topic} || return 1`)}
}
wait_for "$BROKERS brokers" brokers
wait_for "the list of topics" describe
${each((topic) => `topic ${topic}`)}
wait_for "a leader for every partition" all_led
`;
}
