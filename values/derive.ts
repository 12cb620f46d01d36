import { identityOf as canopyNodeIdentity } from "../components/canopy-node/render";
import { canopyxOn, TEMPORAL_NAMESPACE, TEMPORAL_RETENTION } from "../components/canopyx/render";
import { identityOf as cassandraIdentity } from "../components/cassandra/render";
import { identityOf as chronikIdentity } from "../components/chronik/render";
import { keeperIdentityOf } from "../components/clickhouse/keeper-render";
import { identityOf as clickHouseIdentity } from "../components/clickhouse/render";
import type { PasswordName } from "../components/credentials/passwords";
import { identityOf as elasticsearchIdentity } from "../components/elasticsearch/render";
import type { Bed } from "../components/kit/bed";
import { runsHere } from "../components/kit/external";
import { labels } from "../components/kit/labels";
import { claimNames, type SetIdentity } from "../components/kit/storage";
import { identityOf as mongodbIdentity } from "../components/mongodb/render";
import { partsOf, prometheusIdentity } from "../components/monitoring/render";
import type { Facts } from "../components/platform/facts";
import type { LiveClaim } from "../components/platform/guard";
import type { Values } from "./slices";

/** What follows from the values and several components need: nothing here is a setting of its own. */
export interface Derived {
  readonly bed: Bed;
  /** What cannot change in place of every set that the program knows, also of one that this bed does not have. */
  readonly identities: ReturnType<typeof identitiesOf>;
  /** The sets that this bed has. */
  readonly sets: readonly SetIdentity[];
  /** Sets that keep their claims when they go. */
  readonly keptStores: ReadonlySet<string>;
  readonly passwords: readonly PasswordName[];
  readonly facts: Facts;
  /** Namespaces to register: those of the settings, and CanopyX's own when it is on. */
  readonly temporalNamespaces: Values["temporal"]["namespaces"];
}

export function derive(values: Values, namespace: string): Derived {
  const { platform, images, cassandra, chronik, clickhouse, temporal } = values;
  const identities = identitiesOf(values, namespace);
  const sets = setsOf(values, identities);
  return {
    bed: {
      namespace,
      images,
      placement: platform.placement,
      networkPolicies: platform.networkPolicies,
      terminationGracePeriodSeconds: platform.terminationGracePeriodSeconds,
      podSeconds: platform.podDeadlineSeconds,
      jobSeconds: platform.jobDeadlineSeconds,
      unprotectSets: platform.unprotectSets,
    },
    identities,
    sets,
    keptStores: new Set(sets.filter(({ whenDeleted }) => whenDeleted === "Retain").map(({ name }) => name)),
    passwords: passwordsOf(values),
    temporalNamespaces: {
      ...(canopyxOn(values.canopyx) && { [TEMPORAL_NAMESPACE]: { retention: TEMPORAL_RETENTION } }),
      ...temporal.namespaces,
    },
    facts: {
      "temporal.numHistoryShards": temporal.numHistoryShards,
      "temporal.keyspace": temporal.keyspace,
      "temporal.visibilityIndex": temporal.visibilityIndex,
      ...(runsHere(cassandra) && {
        "cassandra.clusterName": cassandra.clusterName,
        "cassandra.datacenter": cassandra.datacenter,
        "cassandra.numTokens": cassandra.numTokens,
      }),
      ...(chronik.enabled && { "chronik.mode": chronik.mode, "chronik.replicas": chronik.replicas }),
      ...(runsHere(clickhouse) && { "clickhouse.cluster": String(clickhouse.cluster) }),
      ...Object.fromEntries(sets.flatMap((set) => Object.entries(storageFacts(set)))),
    },
  };
}

/** One entry per set; a set is named as its slice is, so that messages name knobs. */
function identitiesOf({ platform, ...values }: Values, namespace: string) {
  const selector = (name: string) => labels(name, namespace, "store").selector;
  const { storageClass } = platform;
  return {
    cassandra: cassandraIdentity(values.cassandra, selector("cassandra"), storageClass),
    elasticsearch: elasticsearchIdentity(values.elasticsearch, selector("elasticsearch"), storageClass),
    mongodb: mongodbIdentity(values.mongodb, selector("mongodb"), storageClass),
    canopyNode: canopyNodeIdentity(values.canopyNode, selector("canopy-node"), storageClass),
    chronik: chronikIdentity(values.chronik, selector("chronik"), storageClass),
    clickhouse: clickHouseIdentity(values.clickhouse, selector("clickhouse"), storageClass),
    clickhouseKeeper: keeperIdentityOf(values.clickhouse.keeper, selector("clickhouse-keeper"), storageClass),
    prometheus: prometheusIdentity(values.monitoring.prometheus, selector("prometheus"), storageClass),
  };
}

/** The sets of this bed: what is switched off has none. */
function setsOf(values: Values, identities: ReturnType<typeof identitiesOf>): SetIdentity[] {
  const made: Readonly<Record<keyof typeof identities, boolean>> = {
    cassandra: runsHere(values.cassandra),
    elasticsearch: runsHere(values.elasticsearch),
    mongodb: values.mongodb.enabled,
    canopyNode: values.canopyNode.image !== undefined,
    chronik: values.chronik.enabled,
    clickhouse: runsHere(values.clickhouse),
    clickhouseKeeper: runsHere(values.clickhouse) && values.clickhouse.cluster,
    prometheus: partsOf(values.monitoring).prometheus,
  };
  return (Object.keys(identities) as (keyof typeof identities)[]).filter((name) => made[name]).map((name) => identities[name]);
}

/** The passwords of this bed. */
function passwordsOf(values: Values): PasswordName[] {
  const needed: Readonly<Record<PasswordName, boolean>> = {
    cassandraSuperuser: runsHere(values.cassandra),
    cassandraTemporal: true,
    elasticsearch: true,
    clickhouse: values.clickhouse.enabled,
    redis: values.redis.enabled,
    mongodb: values.mongodb.enabled,
    canopyNodeValidatorKey: values.canopyNode.image !== undefined,
    canopyxAdmin: canopyxOn(values.canopyx),
    canopyxToken: canopyxOn(values.canopyx),
    canopyxSession: canopyxOn(values.canopyx),
    chronikAdmin: values.chronik.enabled,
    grafana: partsOf(values.monitoring).grafana,
  };
  return (Object.keys(needed) as PasswordName[]).filter((name) => needed[name]);
}

/** Passwords that nobody but the operator can know: those of servers that this bed does not run, by the knob that says so. */
export function passwordsToBeGiven(values: Values): Partial<Record<PasswordName, string>> {
  return {
    ...(values.cassandra.external && { cassandraTemporal: "cassandra.external" }),
    ...(values.elasticsearch.external && { elasticsearch: "elasticsearch.external" }),
    ...(values.redis.enabled && values.redis.external && { redis: "redis.external" }),
    ...(values.clickhouse.enabled && values.clickhouse.external && { clickhouse: "clickhouse.external" }),
  };
}

/** Claims that stay after a destroy, as `namespace/name`: those of the sets as they are asked for, and what older sizes left. */
export function claimsThatStay({ bed, sets, keptStores }: Derived, live: readonly LiveClaim[]): string[] {
  const kept = sets.filter(({ name }) => keptStores.has(name));
  const asked = kept.flatMap(claimNames);
  const found = live.filter((claim) => kept.some((set) => set.name === claim.set)).map((claim) => claim.name);
  return [...new Set([...asked, ...found])].sort().map((claim) => `${bed.namespace}/${claim}`);
}

function storageFacts(set: SetIdentity): Facts {
  return {
    [`${set.knob}.storage.size`]: set.claim.size,
    [`${set.knob}.storage.className`]: set.claim.className ?? "",
    [`${set.knob}.storage.whenDeleted`]: set.whenDeleted,
  };
}
