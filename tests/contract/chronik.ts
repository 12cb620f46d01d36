import { parse } from "smol-toml";
import { type Contract, OWN_TEXT } from "./contract";

const CONFIG = "crates/chronik-config/src/cluster.rs";
const MAIN = "crates/chronik-server/src/main.rs";
const BENCH = "crates/chronik-bench/src";

/** Most brokers that the values allow. */
const IDS = Array.from({ length: 9 }, (_, index) => index + 1);

/** Dotted keys of a table; the entries of a list of tables share one name. */
export function keysOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => keysOf(each, `${path}[]`)))];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, below]) => keysOf(below, path === "" ? key : `${path}.${key}`));
}

const addresses = (table: string, source: string) =>
  Object.fromEntries(["kafka", "wal", "raft"].map((port) => [`${table}.${port}`, source]));

const clusterFile = {
  parse: (text: string) => keysOf(parse(text)),
  keys: {
    enabled: `${CONFIG}:55, required`,
    node_id: `${CONFIG}:59, required, one of the peers`,
    data_dir: `${CONFIG}:63, required; replaces --data-dir in a cluster (crates/chronik-server/src/cluster/config.rs)`,
    replication_factor: `${CONFIG}:67, required, at most the number of peers`,
    min_insync_replicas: `${CONFIG}:71, required, at most replication_factor; used nowhere`,
    auto_recover: `${CONFIG}:95; quorum_recovery.rs is started by nothing in 2.10.4`,
    "peers[].id": `${CONFIG} NodeConfig`,
    ...addresses("peers[]", `${CONFIG} NodeConfig; every address is resolved at start (validate_addr)`),
    ...addresses("bind", `${CONFIG} NodeBindAddresses; crates/chronik-server/src/cluster/config.rs`),
    ...addresses("advertise", `${CONFIG} NodeAdvertiseAddresses`),
  },
};

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "ghcr.io/lspecian/chronik-stream",
    version: "2.10.4",
    env: {
      RUST_LOG: `${MAIN}:97`,
      CHRONIK_DATA_DIR: `${MAIN}:93`,
      CHRONIK_ADVERTISE: `${MAIN}:178`,
      CHRONIK_WAL_PROFILE: "crates/chronik-wal/src/group_commit.rs:180",
      CHRONIK_METADATA_WAL_PROFILE: "crates/chronik-server/src/metadata_wal.rs:73, raft_cluster.rs:167",
      CHRONIK_PRODUCE_PROFILE: "crates/chronik-server/src/produce_handler.rs:267",
      CHRONIK_WATERMARK_FLUSH_MS: "crates/chronik-server/src/watermark_flusher.rs:60",
      CHRONIK_DEFAULT_SEARCHABLE: "crates/chronik-common/src/metadata/traits.rs:78",
      CHRONIK_DEFAULT_COLUMNAR: "crates/chronik-common/src/metadata/traits.rs:132",
      CHRONIK_HOT_TEXT_ENABLED: "crates/chronik-server/src/integrated_server/builder.rs:617",
      CHRONIK_SASL_NO_DEFAULTS: "crates/chronik-protocol/src/sasl.rs:104",
      CHRONIK_ADMIN_API_KEY: "crates/chronik-server/src/admin_api.rs:1119",
      OBJECT_STORE_BACKEND: `${MAIN}:283`,
      S3_BUCKET: `${MAIN}:291`,
      S3_REGION: `${MAIN}:290`,
      S3_ENDPOINT: `${MAIN}:289`,
      S3_PREFIX: `${MAIN}:328`,
      S3_PATH_STYLE: `${MAIN}:294`,
      S3_ACCESS_KEY: `${MAIN}:292`,
      S3_SECRET_KEY: `${MAIN}:293`,
    },
    ports: {
      "9092": `${CONFIG} bind.kafka; fixed in standalone mode (${MAIN}:1455)`,
      "9291": `${CONFIG} bind.wal`,
      "5001": `${CONFIG} bind.raft`,
      ...Object.fromEntries(IDS.map((id) => [`${6091 + id}`, `${MAIN}:1225, 6091 + node id; standalone ${MAIN}:1488, 6092`])),
      ...Object.fromEntries(IDS.map((id) => [`${13_000 + id}`, `${MAIN}:1144, 13000 + node id`])),
      "13092": `${MAIN}:1451, standalone`,
    },
    probes: { tcp: "crates/chronik-server/src/cluster/listener_setup.rs: the Kafka listener; no HTTP route tells of readiness" },
    files: Object.fromEntries(IDS.map((id) => [`chronik-${id}.toml`, clusterFile])),
  },
  {
    subject: "docker.io/apache/kafka",
    version: "3.7.0",
    env: {
      KAFKA_HEAP_OPTS: "bin/kafka-run-class.sh",
      KAFKA_JVM_PERFORMANCE_OPTS: "bin/kafka-run-class.sh",
      BOOTSTRAP: OWN_TEXT,
      BROKERS: OWN_TEXT,
    },
    ports: {},
    probes: {},
  },
  {
    subject: "chronik-bench/run",
    version: "2.10.4",
    env: {
      KAFKA_BOOTSTRAP_SERVERS: `${BENCH}/cli.rs:21`,
      KAFKA_TOPIC: `${BENCH}/cli.rs:25`,
      MIN_THROUGHPUT: OWN_TEXT,
    },
    ports: {},
    probes: {},
  },
];

/** Flags of chronik-bench 2.10.4 that do something, each with its place. */
export const BENCH_FLAGS: Readonly<Record<string, string>> = {
  "--mode": `${BENCH}/cli.rs:46`,
  "--concurrency": `${BENCH}/cli.rs:29`,
  "--message-size": `${BENCH}/cli.rs:33`,
  "--duration": `${BENCH}/cli.rs:38`,
  "--warmup-duration": `${BENCH}/cli.rs:42`,
  "--acks": `${BENCH}/cli.rs:62`,
  "--compression": `${BENCH}/cli.rs:50`,
  "--linger-ms": `${BENCH}/cli.rs:66`,
  "--batch-size": `${BENCH}/cli.rs:70`,
  "--rate-limit": `${BENCH}/cli.rs:110`,
  "--json-output": `${BENCH}/cli.rs:90`,
};
