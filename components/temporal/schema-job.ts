import type * as pulumi from "@pulumi/pulumi";
import type { CassandraEndpoint } from "../cassandra/index";
import type { Bed, SecretKey } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import { schemaScript } from "./render";
import type { TemporalValues } from "./values";

export interface TemporalSchemaArgs {
  readonly bed: Bed;
  readonly values: TemporalValues;
  readonly store: CassandraEndpoint;
  readonly storePassword: SecretKey;
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Keyspace and schema, brought to the version of the admin-tools image. Idempotent: a current schema is left alone. No
 * server may be created before it completed, or the server reads a version from the middle of the update and exits.
 */
export function temporalSchema(args: TemporalSchemaArgs): RunOnceArgs {
  return {
    bed: args.bed,
    component: "schema",
    image: args.values.adminToolsImage,
    user: 1000,
    script: jobScript(schemaScript()),
    env: {
      CASSANDRA_HOST: args.store.host,
      CASSANDRA_PORT: String(args.store.port),
      CASSANDRA_USER: args.store.user,
      CASSANDRA_KEYSPACE: args.values.keyspace,
      CASSANDRA_DATACENTER: args.store.datacenter,
      REPLICATION_FACTOR: String(args.store.replicationFactor),
    },
    secretEnv: { CASSANDRA_PASSWORD: args.storePassword },
    peers: [args.store],
    replacedWith: args.replacedWith,
  };
}
