import type { Bed } from "./bed";

/** Rollout of a Deployment: never more pods than asked for in a bed on one node, one extra where there is room. */
export function rollout(bed: Bed) {
  return {
    revisionHistoryLimit: 2,
    progressDeadlineSeconds: bed.podSeconds + 60,
    strategy: {
      type: "RollingUpdate",
      rollingUpdate: bed.placement === "single" ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 },
    },
  };
}

/** Engine time-outs of a workload whose pods start one after another. */
export function orderedTimeouts(bed: Bed, replicas: number) {
  const limit = `${Math.ceil((bed.podSeconds * replicas + 120) / 60)}m`;
  return { create: limit, update: limit, delete: deleteTimeout(bed) };
}

/** Engine time-outs of a workload whose pods start together. */
export function parallelTimeouts(bed: Bed) {
  const limit = `${Math.ceil((bed.podSeconds + 120) / 60)}m`;
  return { create: limit, update: limit, delete: deleteTimeout(bed) };
}

function deleteTimeout(bed: Bed): string {
  return `${Math.ceil(bed.terminationGracePeriodSeconds / 60) + 4}m`;
}
