import { identityOf as cassandraIdentity } from "../components/cassandra/render";
import type { StoreName } from "../components/credentials/passwords";
import { identityOf as elasticsearchIdentity } from "../components/elasticsearch/render";
import type { Bed } from "../components/kit/bed";
import { labels } from "../components/kit/labels";
import { claimNames, type SetIdentity } from "../components/kit/storage";
import type { Facts } from "../components/platform/facts";
import type { LiveClaim } from "../components/platform/guard";
import type { Values } from "./slices";

/** What follows from the values and several components need: nothing here is a setting of its own. */
export interface Derived {
  readonly bed: Bed;
  readonly sets: Readonly<Record<StoreName, SetIdentity>>;
  /** Stores that keep their claims when their set goes. */
  readonly keptStores: ReadonlySet<StoreName>;
  readonly facts: Facts;
}

export function derive(values: Values, namespace: string): Derived {
  const { platform, images, cassandra, elasticsearch, temporal } = values;
  const selector = (name: string) => labels(name, namespace, "store").selector;
  const sets = {
    cassandra: cassandraIdentity(cassandra, selector("cassandra"), platform.storageClass),
    elasticsearch: elasticsearchIdentity(elasticsearch, selector("elasticsearch"), platform.storageClass),
  };
  const kept = (Object.keys(sets) as StoreName[]).filter((store) => sets[store].whenDeleted === "Retain");
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
    sets,
    keptStores: new Set(kept),
    facts: {
      "temporal.numHistoryShards": temporal.numHistoryShards,
      "temporal.keyspace": temporal.keyspace,
      "temporal.visibilityIndex": temporal.visibilityIndex,
      "cassandra.clusterName": cassandra.clusterName,
      "cassandra.datacenter": cassandra.datacenter,
      "cassandra.numTokens": cassandra.numTokens,
      ...storageFacts(sets.cassandra),
      ...storageFacts(sets.elasticsearch),
    },
  };
}

/** Claims that stay after a destroy, as `namespace/name`: those of the sets as they are asked for, and what older sizes left. */
export function claimsThatStay({ bed, sets, keptStores }: Derived, live: readonly LiveClaim[]): string[] {
  const kept = [...keptStores].map((store) => sets[store]);
  const asked = kept.flatMap(claimNames);
  const found = live.filter((claim) => kept.some((set) => set.name === claim.set)).map((claim) => claim.name);
  return [...new Set([...asked, ...found])].sort().map((claim) => `${bed.namespace}/${claim}`);
}

function storageFacts(set: SetIdentity): Facts {
  return {
    [`${set.name}.storage.size`]: set.claim.size,
    [`${set.name}.storage.className`]: set.claim.className ?? "",
    [`${set.name}.storage.whenDeleted`]: set.whenDeleted,
  };
}
