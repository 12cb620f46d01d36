import type * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { imageReference } from "../kit/images";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { Image } from "../kit/schemas";
import type { Endpoint } from "../kit/traffic";
import { chainRows, chainsScript, type Systems } from "./render";
import type { CanopyxValues } from "./values";

export interface CanopyxChainsArgs {
  readonly bed: Bed;
  readonly values: CanopyxValues;
  /** Image of the indexers: every row names it. */
  readonly indexer: Image;
  readonly nodes: Systems["nodes"];
  readonly admin: Endpoint;
  readonly token: SecretKey;
  readonly replacedWith: readonly pulumi.Resource[];
}

const CURL_USER = 100;

/** Registers the chains with admin, and looks each up. Idempotent: a chain that is there gets the same row again. */
export function canopyxChains(args: CanopyxChainsArgs): RunOnceArgs {
  const image = imageReference(args.bed.images, args.indexer);
  return {
    bed: args.bed,
    component: "canopyx",
    image: args.values.chainsImage,
    user: CURL_USER,
    script: jobScript(chainsScript(chainRows(args.values, args.nodes, image))),
    env: { ADMIN_URL: `http://${args.admin.host}:${args.admin.port}` },
    secretEnv: { ADMIN_TOKEN: args.token },
    peers: [args.admin],
    replacedWith: args.replacedWith,
  };
}
