import type { Workload } from "./calls";
import type { Setup } from "./setup";

/** Long polls for a result end after this time and are asked again. Source: Temporal 1.31.2, history.longPollExpirationInterval. */
const LONG_POLL_SECONDS = 20;

/** What the numbers take for granted, for the person who reads them. */
export function notesOn(setup: Setup, workload: Workload): string[] {
  const { namespaceBurst, limits, replicas, shardBalance, shardSeconds } = setup;
  return [
    ...(workload.eager && !setup.eagerActivities
      ? ["eager activities are off in this server: system.enableActivityEagerExecution: true in temporal.dynamicConfig grants them"]
      : []),
    ...(workload.waiting && (workload.seconds ?? 0) > LONG_POLL_SECONDS
      ? [`a starter asks again every ${LONG_POLL_SECONDS} s, which is one more frontend and history call each time: not counted`]
      : []),
    ...(replicas.frontend > 1 && !limits.namespaceRps.cluster
      ? [`limits of ${replicas.frontend} frontend pods add up only if connections spread: one client connection sees one pod's`]
      : []),
    `a burst passes first: ${namespaceBurst} seconds' worth of the namespace's requests, 2 of a role's; in a run of 60 s up to ${Math.round((100 * Math.max(2, namespaceBurst)) / 60)} % more`,
    `${shardSeconds * 1000} ms a write and a balance of ${shardBalance} over the shards are assumptions: measure the first, and hold the second to be worse with fewer shards`,
    "not bounded here: CPU, the store, store calls of frontend, matching and worker (none per workflow while tasks are matched as they arrive)",
  ];
}
