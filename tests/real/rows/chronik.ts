import { type Row, unread, unreadImage, unreadResources, unreadStorage } from "../row";

const BROKER =
  "no package registry serves the broker's program; that its version reads the name is checked against its source (tests/contract/chronik.ts), that the value gets there by tests/components/chronik.test.ts";
const TOPICS =
  "no package registry serves the broker's program; the job's script is tested against fakes of the client, and was run by hand against a Kafka 3.7.0 from Maven Central";
const BENCH =
  "chronik-bench is published nowhere; its flags are checked against its source (tests/contract/chronik.ts), and the job's verdict against fakes of it";

const ENV = "pod chronik: environment";
const FILE = "ConfigMap chronik-config, chronik-<id>.toml";
const COMMAND = "job chronik-bench: command line";

/** Brokers, their topics, and the benchmark. */
export const CHRONIK_ROWS: readonly Row[] = [
  ...unread("chronik", BROKER, {
    enabled: "all of it",
    mode: `${FILE}; pod chronik: arguments`,
    replicas: `StatefulSet chronik: replicas; a Service each; ${FILE}: peers`,
    replicationFactor: `${FILE}: replication_factor`,
    minInsyncReplicas: `${FILE}: min_insync_replicas`,
    walProfile: ENV,
    metadataWalProfile: ENV,
    produceProfile: ENV,
    watermarkFlushMs: ENV,
    defaultSearchable: ENV,
    defaultColumnar: ENV,
    hotText: ENV,
    logLevel: ENV,
  }),
  ...unread("chronik.objectStore", BROKER, {
    bucket: ENV,
    region: ENV,
    endpoint: ENV,
    prefix: ENV,
    pathStyle: ENV,
    "credentials.secretName": ENV,
    "credentials.accessKey": ENV,
    "credentials.secretKey": ENV,
  }),
  ...unreadImage("chronik.image", "chronik", BROKER),
  ...unreadResources("chronik", "chronik", BROKER),
  ...unreadStorage("chronik", "chronik", BROKER),
  ...unreadImage("chronik.topicsImage", "chronik-topics", TOPICS),
  ...unread("chronik.topics.<name>", TOPICS, { partitions: "job chronik-topics: script", replicationFactor: "job chronik-topics: script" }),

  ...unreadImage("chronikBench.image", "chronik-bench", BENCH),
  ...unreadResources("chronikBench", "chronik-bench", BENCH),
  ...unread("chronikBench", BENCH, {
    mode: COMMAND,
    topic: "job chronik-bench: environment",
    concurrency: COMMAND,
    messageSize: COMMAND,
    duration: COMMAND,
    warmup: COMMAND,
    acks: COMMAND,
    compression: COMMAND,
    lingerMs: COMMAND,
    batchSize: COMMAND,
    ratePerTask: COMMAND,
    minThroughput: "job chronik-bench: environment",
  }),
];
