import type * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import { CLIENT_ENV, topicsScript, type ChronikEndpoint } from "./render";
import type { ChronikValues } from "./values";

export interface ChronikTopicsArgs {
  readonly bed: Bed;
  readonly values: ChronikValues;
  readonly brokers: ChronikEndpoint;
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Makes the topics with Kafka's own client, since the broker has no command for it. Also the proof that the brokers are usable:
 * their port opens before they have elected a leader. Idempotent: a topic that is as it should be is left alone.
 */
export function chronikTopics(args: ChronikTopicsArgs): RunOnceArgs {
  const { bed, values, brokers } = args;
  return {
    bed,
    component: "broker",
    image: values.topicsImage,
    user: 1000,
    script: jobScript(topicsScript(values.topics)),
    env: { ...CLIENT_ENV, BOOTSTRAP: brokers.bootstrap, BROKERS: String(brokers.brokers) },
    peers: [brokers],
    replacedWith: args.replacedWith,
  };
}
