import type * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { CassandraEndpoint } from "./index";
import { rolesScript, USER } from "./render";
import type { CassandraValues } from "./values";

export interface CassandraRolesArgs {
  readonly bed: Bed;
  readonly values: CassandraValues;
  readonly store: CassandraEndpoint;
  /** Keyspaces whose replication follows `replicationFactor` when they exist. */
  readonly keyspaces: readonly string[];
  readonly superuser: SecretKey;
  readonly application: SecretKey;
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Takes the built-in superuser out of service, gives `system_auth` its replication and repairs it, and makes the role
 * of Temporal. Idempotent. A raised factor of a keyspace with data still needs `nodetool repair`; the README says how.
 */
export function cassandraRoles(args: CassandraRolesArgs): RunOnceArgs {
  return {
    bed: args.bed,
    component: "store",
    image: args.values.image,
    user: USER,
    script: jobScript(rolesScript(args.values, args.keyspaces)),
    env: { CASSANDRA_HOST: args.store.host, CASSANDRA_PORT: String(args.store.port) },
    secretEnv: { SUPERUSER_PASSWORD: args.superuser, APPLICATION_PASSWORD: args.application },
    peers: [args.store],
    replacedWith: args.replacedWith,
  };
}
