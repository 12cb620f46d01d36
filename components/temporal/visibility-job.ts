import type * as pulumi from "@pulumi/pulumi";
import type { ElasticsearchEndpoint } from "../elasticsearch/index";
import type { Bed, SecretKey } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import { visibilityScript } from "./render";
import type { TemporalValues } from "./values";

export interface TemporalVisibilityArgs {
  readonly bed: Bed;
  readonly values: TemporalValues;
  readonly visibility: ElasticsearchEndpoint;
  readonly visibilityPassword: SecretKey;
  readonly replacedWith: readonly pulumi.Resource[];
}

/** Index template, index and mapping, brought to the version of the admin-tools image. Idempotent. */
export function temporalVisibility(args: TemporalVisibilityArgs): RunOnceArgs {
  return {
    bed: args.bed,
    component: "schema",
    image: args.values.adminToolsImage,
    user: 1000,
    script: jobScript(visibilityScript()),
    env: {
      ES_SERVER: `http://${args.visibility.host}:${args.visibility.port}`,
      ES_USER: args.visibility.user,
      // Not the tool's own variable: with that one, the template step would want the index that does not exist yet.
      VISIBILITY_INDEX: args.values.visibilityIndex,
    },
    secretEnv: { ES_PWD: args.visibilityPassword },
    peers: [args.visibility],
    replacedWith: args.replacedWith,
  };
}
