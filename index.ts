import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { makeBrokers } from "./bed/brokers";
import { makeEngine } from "./bed/engine";
import { makeGround } from "./bed/ground";
import { makeIndexing } from "./bed/indexing";
import { makeMonitoring } from "./bed/monitoring";
import { makeStores } from "./bed/stores";
import { cassandraEndpoint } from "./components/cassandra";
import { chronikEndpoint } from "./components/chronik";
import { clickHouseEndpoint } from "./components/clickhouse";
import { elasticsearchEndpoint } from "./components/elasticsearch";
import { stages } from "./components/kit/stages";
import type { Part } from "./components/kit/traffic";
import { Network } from "./components/network";
import { admit } from "./components/platform/admission";
import { providerArgs } from "./components/platform/provider";
import { redisEndpoint } from "./components/redis";
import { dynamicConfig } from "./components/temporal/dynamic-config";
import { partitionRefusals } from "./components/temporal/partitions";
import { loadStack } from "./values";
import { claimsThatStay, derive } from "./values/derive";
import { warnings, whatIsOff } from "./values/off";

// Native stacks: mapping one per promise costs a no-op preview 0.4 s (D15).
Reflect.deleteProperty(Error, "prepareStackTrace");

/** Table of contents of the bed: its groups of stages, and what each waits for. The stages of a group stand in its file. */
export = async () => {
  const stack = loadStack();
  const { values } = stack;
  const derived = derive(values, stack.namespace);
  const { bed, facts } = derived;
  for (const warning of warnings(values)) void pulumi.log.warn(warning);
  const limitRefusals = (running: string | undefined) => partitionRefusals(running, dynamicConfig(values.temporal));
  const intent = { stack: stack.name, facts, sets: derived.sets, decommissionedTo: values.cassandra.decommissionedTo, limitRefusals };
  const cluster = stack.renderTo === undefined ? await admit(stack.context, stack.namespaces, intent) : undefined;
  const ground = stages(new k8s.Provider("cluster", providerArgs(cluster, stack.renderTo)));

  // 1 namespaces and passwords
  const { on, platform, runtime, credentials, indexersCredentials } = makeGround(ground, stack, derived);
  // 2 stores
  const stores = makeStores(on, stack, derived, { platform, credentials });
  const { cassandra, elasticsearch, clickhouse, redis } = stores;
  // 3 Temporal, from its schemas to a first completed workflow
  const engine = makeEngine(on, stack, derived, { credentials, cassandra, elasticsearch });
  const { temporal, namespaces } = engine;
  // 4 brokers
  const brokers = makeBrokers(on, stack, derived, { platform, credentials });
  // 5 chains, and CanopyX that indexes them
  const indexing = makeIndexing(ground, on, stack, derived, {
    ...{ platform, runtime, credentials, indexersCredentials },
    ...{ clickhouse, redis, temporal, namespaces },
  });
  // 6 monitoring. The order is that of its configuration, where a change is a restart.
  const served = partsIn(stores, engine, indexing, brokers);
  const monitoring = makeMonitoring(on, stack, derived, { platform, credentials, served });

  // Who may talk to whom is what the components were told of each other: data, so nothing waits for it.
  const flows = [...served, ...partsIn(monitoring)].flatMap((part) => part.flows);
  if (bed.networkPolicies) new Network("network", { bed, namespaces: stack.namespaces, flows }, on.after(platform, runtime));

  const { canopyNode, rpcMock, canopyxAdmin, canopyxWeb, canopyxQuery } = indexing;
  return {
    namespace: bed.namespace,
    ...(cluster && { cluster: { context: cluster.context, uid: cluster.uid, version: cluster.version } }),
    endpoints: {
      cassandra: cassandraEndpoint(values.cassandra, bed.namespace),
      elasticsearch: elasticsearchEndpoint(values.elasticsearch, bed.namespace),
      ...(values.clickhouse.enabled && { clickhouse: clickHouseEndpoint(values.clickhouse, bed.namespace) }),
      temporal: temporal.endpoint,
      temporalUi: engine.tools.endpoint,
      ...(engine.load && { load: engine.load.endpoint }),
      ...(values.redis.enabled && { redis: redisEndpoint(values.redis, bed.namespace) }),
      ...(stores.mongodb && { mongodb: stores.mongodb.endpoint }),
      ...(canopyNode && { canopyNode: canopyNode.endpoint }),
      ...(rpcMock && { rpcMock: rpcMock.endpoints }),
      ...(brokers.chronik && { chronik: chronikEndpoint(values.chronik, bed.namespace) }),
      ...(canopyxAdmin && { canopyxAdmin: canopyxAdmin.endpoint }),
      ...(canopyxWeb && { canopyxWeb: canopyxWeb.endpoint }),
      ...(canopyxQuery && { canopyxQuery: canopyxQuery.endpoint }),
      ...(monitoring.prometheus && { prometheus: monitoring.prometheus.endpoint }),
      ...(monitoring.grafana && { grafana: monitoring.grafana.endpoint }),
    },
    temporalNamespaces: Object.keys(derived.temporalNamespaces),
    requests: { cpu: stack.requests.cpu, memory: stack.requests.memory, pods: stack.requests.pods, budget: values.platform.budget },
    limits: values.temporal.limits,
    off: whatIsOff(values),
    staysAfterDestroy: claimsThatStay(derived, cluster?.live.claims ?? []),
  };
};

/** The stages of groups that are there. */
function partsIn(...groups: readonly Readonly<Record<string, Part | undefined>>[]): Part[] {
  return groups.flatMap((group) => Object.values(group)).filter((part) => part !== undefined);
}
