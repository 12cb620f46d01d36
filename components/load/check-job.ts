import type * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { imageReference } from "../kit/images";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { Image } from "../kit/schemas";
import type { TemporalEndpoint } from "../temporal/index";
import type { LoadEndpoint } from "./index";
import { checkScript } from "./render";
import type { LoadValues } from "./values";

export interface LoadCheckArgs {
  readonly bed: Bed;
  readonly values: LoadValues;
  /** Image with the command-line client. */
  readonly adminToolsImage: Image;
  readonly server: TemporalEndpoint;
  readonly load: LoadEndpoint;
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Starts workflows on the worker's task queue and fails unless all of them complete. Idempotent: each run leaves its own closed
 * workflows behind, which go with the namespace's retention, and changes nothing else.
 */
export function loadCheck(args: LoadCheckArgs): RunOnceArgs {
  return {
    bed: args.bed,
    component: "load",
    image: args.adminToolsImage,
    user: 1000,
    script: jobScript(checkScript()),
    env: {
      TEMPORAL_ADDRESS: `${args.server.host}:${args.server.port}`,
      TEMPORAL_NAMESPACE: args.load.namespace,
      TASK_QUEUE: args.load.taskQueue,
      WORKFLOWS: String(args.values.check.workflows),
      // For the message; and a new worker is checked again.
      WORKER: imageReference(args.bed.images, args.values.image),
    },
    peers: [args.server],
    replacedWith: args.replacedWith,
  };
}
