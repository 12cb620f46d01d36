import type { Bed } from "./bed";
import type { Storage } from "./schemas";

/**
 * The part of a StatefulSet that the API server, or the provider, cannot change in place. It is plain data, because
 * two readers need it: the component that creates the set, and the guard that refuses an edit (decision D6).
 */
export interface SetIdentity {
  readonly name: string;
  /** Where its knobs stand, such as `clickhouse.keeper`: what messages name. */
  readonly knob: string;
  readonly serviceName: string;
  readonly podManagementPolicy: "OrderedReady" | "Parallel";
  /** Provider and API server disagree on this one: the provider replaces the set, so it counts as fixed. */
  readonly revisionHistoryLimit: number;
  readonly selector: Readonly<Record<string, string>>;
  /** Number of the first pod, where its program counts from something else than 0. */
  readonly ordinalsStart?: number;
  readonly claim: { readonly name: string; readonly size: string; readonly className?: string | undefined };
  /** Not fixed by Kubernetes, but by promise: a kept store stays kept. */
  readonly whenDeleted: Storage["whenDeleted"];
  readonly whenScaled: Storage["whenScaled"];
  readonly replicas: number;
  /**
   * What lets nodes go: their data moved away before, most of the masters staying, every node holding a copy of all data,
   * or nothing at all.
   */
  readonly scaleDown: "decommissioned" | "quorum" | "copies" | "never";
}

/** The part of an identity that follows from the knobs of its storage. @param storageClass of the bed, for claims that name none */
export function storageIdentity(storage: Storage, selector: SetIdentity["selector"], storageClass: string | undefined) {
  return {
    revisionHistoryLimit: 5,
    selector,
    claim: { name: "data", size: storage.size, className: storage.className ?? storageClass },
    whenDeleted: storage.whenDeleted,
    whenScaled: storage.whenScaled,
  };
}

/** Whether the engine must refuse to delete a set: its claims are kept, and nobody has asked to take the bed down. */
export function isProtected({ whenDeleted }: SetIdentity, { unprotectSets }: Bed): boolean {
  return whenDeleted === "Retain" && !unprotectSets;
}

/** The StatefulSet fields that follow from an identity, claims included. */
export function setFields(identity: SetIdentity) {
  const { claim } = identity;
  return {
    serviceName: identity.serviceName,
    podManagementPolicy: identity.podManagementPolicy,
    revisionHistoryLimit: identity.revisionHistoryLimit,
    replicas: identity.replicas,
    ...(identity.ordinalsStart === undefined ? {} : { ordinals: { start: identity.ordinalsStart } }),
    selector: { matchLabels: { ...identity.selector } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: identity.whenDeleted, whenScaled: identity.whenScaled },
    volumeClaimTemplates: [
      {
        metadata: { name: claim.name, labels: { ...identity.selector } },
        spec: {
          accessModes: ["ReadWriteOnce"],
          ...(claim.className === undefined ? {} : { storageClassName: claim.className }),
          resources: { requests: { storage: claim.size } },
        },
      },
    ],
  };
}

/** Names of the pods of a set. */
export function podNames({ name, replicas, ordinalsStart = 0 }: SetIdentity): string[] {
  return Array.from({ length: replicas }, (_, index) => `${name}-${ordinalsStart + index}`);
}

/** Names of the claims that the controller makes for a set. */
export function claimNames(identity: SetIdentity): string[] {
  return podNames(identity).map((pod) => `${identity.claim.name}-${pod}`);
}
