/** How replicas stand on nodes: `single` for a bed on one node, `spread` for one node per replica. */
export type Placement = "single" | "spread";

/** Where the pods of one workload stand: one alone has nothing to be spread from. */
export function placementOf(placement: Placement, replicas: number): Placement {
  return replicas > 1 ? placement : "single";
}

/** Data-bearing pods: never two on one node, zones as even as they can be. Nothing in a single-node bed. */
export function spreadStrict(placement: Placement, selector: Readonly<Record<string, string>>) {
  if (placement === "single") return {};
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: selector }, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    },
    topologySpreadConstraints: [zoneSpread(selector)],
  };
}

/** Stateless pods: rather not two on one node, but better there than nowhere. */
export function spreadSoft(placement: Placement, selector: Readonly<Record<string, string>>) {
  if (placement === "single") return {};
  return {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: { labelSelector: { matchLabels: selector }, topologyKey: "kubernetes.io/hostname" },
          },
        ],
      },
    },
    topologySpreadConstraints: [zoneSpread(selector)],
  };
}

/** PodDisruptionBudget of a workload: a drain takes one pod at a time. */
export function oneAtATime(selector: Readonly<Record<string, string>>) {
  return { maxUnavailable: 1, selector: { matchLabels: selector } };
}

function zoneSpread(selector: Readonly<Record<string, string>>) {
  return {
    maxSkew: 1,
    topologyKey: "topology.kubernetes.io/zone",
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
  };
}
