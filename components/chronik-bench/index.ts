import type { Bed } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { Image } from "../kit/schemas";
import type { ChronikEndpoint } from "../chronik";
import { benchScript } from "./render";
import type { ChronikBenchValues } from "./values";

export interface ChronikBenchArgs {
  readonly bed: Bed;
  readonly values: ChronikBenchValues;
  readonly image: Image;
  readonly brokers: ChronikEndpoint;
}

/**
 * Writes to the brokers for a while and fails unless every message was acknowledged, fast enough. Idempotent: its messages stay
 * in the topic, which the topics job has made. Runs again when a knob of it changes.
 */
export function chronikBench({ bed, values, image, brokers }: ChronikBenchArgs): RunOnceArgs {
  return {
    bed,
    component: "load",
    image,
    user: 1000,
    script: jobScript(benchScript(values)),
    env: {
      KAFKA_BOOTSTRAP_SERVERS: brokers.bootstrap,
      KAFKA_TOPIC: values.topic,
      MIN_THROUGHPUT: String(values.minThroughput),
    },
    resources: values.resources,
    peers: [brokers],
  };
}
