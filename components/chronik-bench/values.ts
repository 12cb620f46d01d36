import { z } from "zod";
import { TopicName } from "../chronik/values";
import { Duration, Image, Resources } from "../kit/schemas";

const UPSTREAM = "chronik-stream v2.10.4, crates/chronik-bench/src";

/** `pulumi config set` writes 1 as a number. */
const Acks = z.preprocess((acks) => (typeof acks === "number" ? String(acks) : acks), z.enum(["1", "all"]));

/** Knobs of the benchmark of the Chronik brokers: those flags that v2.10.4's chronik-bench reads, by what they do. */
export const ChronikBenchValues = z
  .strictObject({
    image: Image.optional().meta({
      description:
        "Image with the program `chronik-bench` and a shell, run as user 1000. There is none to pull: build it from the crate of that name. Unset: no benchmark.",
    }),
    mode: z.enum(["produce", "round-trip"]).meta({
      description:
        "-m. produce: writes only. round-trip: reads back what it wrote, for at most 60 s, and fails if less came back. (consume is not offered: on a topic that it has read to its end it never stops.) Runs the benchmark again.",
      source: `${UPSTREAM}/benchmark.rs: produce`,
    }),
    topic: TopicName.meta({
      description: "-t: one of chronik.topics, which says its partitions and copies. Runs the benchmark again.",
      source: `${UPSTREAM}/cli.rs: chronik-bench`,
    }),
    concurrency: z
      .int()
      .min(1)
      .max(10_000)
      .meta({
        description: "-c: tasks that each have one message in flight. Runs the benchmark again.",
        source: `${UPSTREAM}/cli.rs: 64`,
      }),
    messageSize: z
      .int()
      .min(1)
      .max(1_000_000)
      .meta({ description: "-s: bytes of a message. Runs the benchmark again.", source: `${UPSTREAM}/cli.rs: 1024` }),
    duration: Duration.meta({
      description:
        "-d: how long it writes. With warm-up, read-back and the last messages it must fit half of platform.jobDeadlineSeconds. Runs the benchmark again.",
      source: `${UPSTREAM}/cli.rs: 60s; 0 would never end`,
    }),
    warmup: z.boolean().meta({
      description:
        "-w 5s or 0s: 1,000 messages, one after another, before the clock starts; the seconds only bound the flush after them. Not for round-trip, which would count them as read back. Runs the benchmark again.",
      source: `${UPSTREAM}/benchmark.rs, warmup: 5s`,
    }),
    acks: Acks.meta({
      description:
        "--acks. 1: the leader has the message on its disk. all: every replica has it, so the topic needs two or more, and all their brokers up. (0 is not offered: nobody would learn of a loss.) Runs the benchmark again.",
      source: `${UPSTREAM}/cli.rs: 1`,
    }),
    compression: z.enum(["none", "gzip", "snappy", "lz4", "zstd"]).meta({
      description: "--compression. Runs the benchmark again.",
      source: `${UPSTREAM}/cli.rs: none`,
    }),
    lingerMs: z
      .int()
      .min(0)
      .max(10_000)
      .meta({
        description: "--linger-ms: how long the client waits to fill a batch. Runs the benchmark again.",
        source: `${UPSTREAM}/cli.rs: 0; the 2025 reports found that batching decides`,
      }),
    batchSize: z
      .int()
      .min(1)
      .max(10_000_000)
      .meta({ description: "--batch-size: bytes of a batch. Runs the benchmark again.", source: `${UPSTREAM}/cli.rs: 16384` }),
    ratePerTask: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description:
          "--rate-limit: messages a second of one task at most; the whole has concurrency times as many. Unset: as fast as they are acknowledged. Runs the benchmark again.",
        source: `${UPSTREAM}/benchmark.rs: each task sleeps for itself; 0`,
      }),
    minThroughput: z.int().min(0).max(100_000_000).meta({
      description:
        "Messages a second below which the job fails, as it does for any message that failed. 0: any rate will do. Runs the benchmark again.",
      source: "this bed: chronik-bench has no such flag, and exits with 0 even when no message came through",
    }),
    resources: Resources,
  })
  .check((ctx) => {
    const v = ctx.value;
    if (v.mode === "round-trip" && v.warmup) {
      const message = "false with mode round-trip: messages of the warm-up would pass for ones read back";
      ctx.issues.push({ code: "custom", path: ["warmup"], input: v.warmup, message });
    }
  });
export type ChronikBenchValues = z.infer<typeof ChronikBenchValues>;
