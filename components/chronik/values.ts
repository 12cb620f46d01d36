import { z } from "zod";
import { Image, Resources, Storage } from "../kit/schemas";

const UPSTREAM = "chronik-stream v2.10.4";

/** Oldest version without a known loss of data or availability: multi-partition produce, transactions and deletes came right by then. */
const OLDEST = [2, 10, 4] as const;

function recent(tag: string): boolean {
  const [, ...parts] = /^(\d+)\.(\d+)\.(\d+)$/.exec(tag) ?? [];
  const ahead = OLDEST.map((oldest, index) => Number(parts[index]) - oldest).find((difference) => difference !== 0) ?? 0;
  return parts.length === OLDEST.length && ahead >= 0;
}

/** What the brokers take as a topic (create_topics/topic_validator.rs). */
export const TopicName = z
  .string()
  .regex(
    /^(?!\.{1,2}$)(?!__)[A-Za-z0-9._-]{1,249}$/,
    "a topic name: letters, digits, '.', '_' and '-', at most 249, not with '__' in front",
  );

const WalProfile = z.enum(["low", "medium", "high", "ultra"]);

const Topic = z.strictObject({
  partitions: z.int().min(1).max(1000).meta({
    description:
      "Partitions. May grow, which an edit does at once; a topic never shrinks, so fewer is an error of the job. Runs the job again.",
    source: "Kafka documentation, modifying topics",
  }),
  replicationFactor: z
    .int()
    .min(1)
    .max(9)
    .meta({
      description:
        "Copies of every partition, at most chronik.replicas. A writer with acks=all waits for every one of them, so one broker that is down stalls it for 30 s. Fixed once the topic exists. Runs the job again.",
      source: `${UPSTREAM}, produce_handler.rs: acks=all waits for all assigned replicas`,
    }),
});

const ObjectStore = z.strictObject({
  bucket: z
    .string()
    .min(1)
    .meta({
      description: "S3_BUCKET: bucket, which must exist. Restarts the brokers.",
      source: `${UPSTREAM}, main.rs, OBJECT_STORE_BACKEND=s3`,
    }),
  region: z
    .string()
    .min(1)
    .meta({ description: "S3_REGION. Restarts the brokers.", source: `${UPSTREAM}, main.rs, S3_REGION: us-east-1` }),
  endpoint: z
    .string()
    .regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/, "a URL such as http://minio.example.com:9000, without a path")
    .optional()
    .meta({
      description: "S3_ENDPOINT: server other than Amazon's. Restarts the brokers.",
      source: `${UPSTREAM}, main.rs, S3_ENDPOINT: unset`,
    }),
  prefix: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "S3_PREFIX: put before every key. Restarts the brokers.", source: `${UPSTREAM}, main.rs, S3_PREFIX: unset` }),
  pathStyle: z.boolean().meta({
    description: "S3_PATH_STYLE: bucket in the path and not in the host name, as MinIO wants it. Restarts the brokers.",
    source: `${UPSTREAM}, main.rs, S3_PATH_STYLE: true`,
  }),
  credentials: z
    .strictObject({
      secretName: z.string().min(1).meta({
        description: "Secret in the bed's namespace with both keys. You make it; nothing here holds the keys. Restarts the brokers.",
        source: "whoever runs that object store",
      }),
      accessKey: z
        .string()
        .min(1)
        .meta({ description: "Entry of that Secret with the access key (S3_ACCESS_KEY).", source: "that Secret" }),
      secretKey: z
        .string()
        .min(1)
        .meta({ description: "Entry of that Secret with the secret key (S3_SECRET_KEY).", source: "that Secret" }),
    })
    .meta({ description: "Where the keys are." }),
});

/** Knobs of the Chronik brokers and their topics. A knob stands here only if v2.10.4 reads it and something follows from it. */
export const ChronikValues = z
  .strictObject({
    enabled: z.boolean().meta({
      description: "Whether the bed has Chronik brokers. false takes them away, and their data unless storage.whenDeleted is Retain.",
      source: "this bed: off in the layout of the October 2025 reports, which had none beside CanopyX",
    }),
    image: Image.extend({
      tag: Image.shape.tag.refine(recent, `${OLDEST.join(".")} or newer, in full and without a v: older ones lose records or hang`).meta({
        description: "Pinned tag, without a v. Restarts the brokers one after another.",
        source: `${UPSTREAM}, CHANGELOG 2.5.6 to 2.10.4; .github/workflows/release.yml`,
      }),
    }),
    topicsImage: Image.extend({
      tag: Image.shape.tag.meta({
        description: "Pinned tag of the Kafka client that makes the topics. Runs the job again.",
        source: `${UPSTREAM}, CHANGELOG: verified with the Java client 3.7.0`,
      }),
    }),
    mode: z.enum(["cluster", "standalone"]).meta({
      description:
        "cluster: brokers that replicate to each other and elect a leader. standalone: one broker without any of that. Fixed while its data exists.",
      source: `${UPSTREAM}, main.rs, run_start_command: a cluster file makes a cluster`,
    }),
    replicas: z
      .int()
      .min(1)
      .max(9)
      .meta({
        description:
          "Brokers: 3 or more in a cluster, 1 in standalone mode. Fixed while its data exists: every broker's file names all of them, and a new one joins only by a call to the admin API.",
        source: `${UPSTREAM}, chronik-operator: at least 3`,
      }),
    replicationFactor: z
      .int()
      .min(1)
      .max(9)
      .meta({
        description:
          "replication_factor: copies of a topic that a client creates by writing to it, with 3 partitions. The topics below say their own. Restarts the brokers.",
        source: `${UPSTREAM}, chronik-config/src/cluster.rs`,
      }),
    minInsyncReplicas: z
      .int()
      .min(1)
      .max(9)
      .meta({
        description:
          "min_insync_replicas. The name promises more than it does: the broker checks at start that it is at most replicationFactor, logs it, and uses it nowhere. acks=all waits for every replica of the topic whatever stands here. Restarts the brokers.",
        source: `${UPSTREAM}, cluster.rs validate_replication_settings; no use in produce_handler.rs`,
      }),
    walProfile: WalProfile.meta({
      description:
        "CHRONIK_WAL_PROFILE: how long a write waits for others before one fsync takes them all, and how many may queue per partition. low 2 ms/2,500; medium 10 ms/10,000; high 50 ms/50,000; ultra 100 ms/100,000. Restarts the brokers.",
      source: `${UPSTREAM}, chronik-wal/src/group_commit.rs: low`,
    }),
    metadataWalProfile: WalProfile.meta({
      description: "CHRONIK_METADATA_WAL_PROFILE: the same for the Raft log and the metadata. Restarts the brokers.",
      source: `${UPSTREAM}, metadata_wal.rs, raft_cluster.rs: high`,
    }),
    produceProfile: z.enum(["low-latency", "balanced", "high-throughput", "extreme"]).meta({
      description:
        "CHRONIK_PRODUCE_PROFILE: batches, or time, before a partition is flushed. low-latency 1/1 ms; balanced 10/10 ms; high-throughput 100/50 ms; extreme 500/200 ms. Restarts the brokers.",
      source: `${UPSTREAM}, produce_handler.rs: low-latency; its operator: balanced`,
    }),
    watermarkFlushMs: z
      .int()
      .min(1)
      .max(60_000)
      .meta({
        description:
          "CHRONIK_WATERMARK_FLUSH_MS: milliseconds between two writes of the high watermarks to the metadata. Restarts the brokers.",
        source: `${UPSTREAM}, watermark_flusher.rs: 100`,
      }),
    defaultSearchable: z.boolean().meta({
      description: "CHRONIK_DEFAULT_SEARCHABLE: full-text index of every topic that does not say otherwise. Restarts the brokers.",
      source: `${UPSTREAM}, chronik-common/src/metadata/traits.rs: false`,
    }),
    defaultColumnar: z.boolean().meta({
      description: "CHRONIK_DEFAULT_COLUMNAR: Parquet files of every topic that does not say otherwise. Restarts the brokers.",
      source: `${UPSTREAM}, chronik-common/src/metadata/traits.rs: false`,
    }),
    hotText: z.boolean().meta({
      description:
        "CHRONIK_HOT_TEXT_ENABLED: searchable topics also in an index in memory, 15 MB and more per partition; without it a record is found after 30 to 60 s. Restarts the brokers.",
      source: `${UPSTREAM}, integrated_server/builder.rs: true`,
    }),
    logLevel: z.enum(["error", "warn", "info", "debug", "trace"]).meta({
      description: "RUST_LOG. Restarts the brokers.",
      source: `${UPSTREAM}, main.rs: info`,
    }),
    objectStore: ObjectStore.optional().meta({
      description:
        "S3 bucket for indexed segments, instead of a folder on the claim. The log's own segments are deleted once they are indexed.",
    }),
    topics: z.record(TopicName, Topic).meta({
      description:
        "Topics that a job creates, or compares with what there is. One that is taken out here stays. The job ends when every partition has a leader.",
      source: "this bed: the broker has no command for topics",
    }),
    resources: Resources,
    storage: Storage,
  })
  .check((ctx) => {
    const v = ctx.value;
    const problem = (path: string[], message: string, input: unknown) => ctx.issues.push({ code: "custom", path, message, input });
    const most = (path: string[], given: number, limit: number, of: string) => {
      if (given > limit) problem(path, `${limit} or less: ${of}`, given);
    };
    if (v.mode === "standalone" && v.replicas > 1)
      problem(["replicas"], "1 in standalone mode: brokers without a cluster know nothing of each other", v.replicas);
    if (v.mode === "cluster" && v.replicas < 3) {
      problem(["replicas"], "3 or more in a cluster: of two, neither goes on alone; or set chronik.mode to standalone", v.replicas);
    }
    most(["replicationFactor"], v.replicationFactor, v.replicas, `chronik.replicas is ${v.replicas}`);
    most(
      ["minInsyncReplicas"],
      v.minInsyncReplicas,
      v.replicationFactor,
      `the broker refuses to start above replicationFactor ${v.replicationFactor}`,
    );
    for (const [name, topic] of Object.entries(v.topics)) {
      most(
        ["topics", name, "replicationFactor"],
        topic.replicationFactor,
        v.replicas,
        `a copy needs a broker, and chronik.replicas is ${v.replicas}`,
      );
    }
  });
export type ChronikValues = z.infer<typeof ChronikValues>;
