import type * as pulumi from "@pulumi/pulumi";
import { jobScript, type RunOnceArgs } from "../kit/run-once";
import type { TemporalArgs } from "./index";
import { clusterScript, renderServerConfig } from "./render";

/** What the servers are made with. */
export interface TemporalClusterArgs extends TemporalArgs {
  readonly replacedWith: readonly pulumi.Resource[];
}

/**
 * Writes the cluster's own record (its id, its number of shards). Servers that find none all try to write it, and each but
 * one exits: with the record there before them, none does. Idempotent: a record that exists is left alone.
 */
export function temporalCluster(args: TemporalClusterArgs): RunOnceArgs {
  const { store, visibility } = args;
  // What can be edited on a running bed must not run it again: the poll interval, and what a role sets.
  const values = { ...args.values, dynamicConfigPollInterval: "10s" };
  const role = { ...values.worker, logLevel: "info", cassandraMaxConns: 1 } as const;
  return {
    bed: args.bed,
    component: "schema",
    image: values.image,
    user: 1000,
    script: jobScript(clusterScript()),
    env: {
      SERVER_CONFIG: renderServerConfig(values, role, {
        cassandra: { host: store.host, port: store.port, user: store.user },
        elasticsearch: { host: visibility.host, port: visibility.port, user: visibility.user },
      }),
      // No address: the server ends when it comes to need one, which is after the record and before it joins anything.
      POD_IP: "none",
    },
    secretEnv: { CASSANDRA_PASSWORD: args.storePassword, ELASTICSEARCH_PASSWORD: args.visibilityPassword },
    peers: [store, visibility],
    replacedWith: args.replacedWith,
  };
}
