import type * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { TemporalEndpoint } from "./index";
import { namespacesScript } from "./render";
import type { TemporalValues } from "./values";

export interface TemporalNamespacesArgs {
  readonly bed: Bed;
  readonly values: TemporalValues;
  readonly server: TemporalEndpoint;
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Registers the namespaces, updates a retention that differs, verifies each, and creates the search attributes.
 * Idempotent; runs again when the list changes.
 */
export function temporalNamespaces(args: TemporalNamespacesArgs): RunOnceArgs {
  return {
    bed: args.bed,
    component: "namespaces",
    image: args.values.adminToolsImage,
    user: 1000,
    script: jobScript(namespacesScript(args.values)),
    env: { TEMPORAL_ADDRESS: `${args.server.host}:${args.server.port}` },
    peers: [args.server],
    replacedWith: args.replacedWith,
  };
}
