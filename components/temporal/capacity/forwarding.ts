/**
 * Calls that matching's partitions make to each other. Source: Temporal 1.31.2, service/matching, the matcher that is on by default
 * (`pri_matcher.go`, `pri_forwarder.go`, `matcher_data.go`) and client/matching/loadbalancer.go.
 *
 * A task goes to a random partition (`PickWritePartition`), a poll to the one where its frontend has the fewest polls. Each partition
 * but the root has one forwarder of polls and one of tasks. A forwarded call is a gRPC call like any other, also to the own process:
 * it is counted by `service_requests` (rpc/interceptor/telemetry.go:177, before the limiter), and it takes a token of `matching.rps`.
 * A sticky queue forwards polls as well, to partitions of its normal queue that have a backlog (`UpdateRemotePriorityBacklogs`), so
 * there are forwarded calls with one partition, too: counted as 0.37 to 0.47 a workflow where starters do not wait, none where they do.
 */

/** How a task queue's partitions forward. Keys: `matching.forwarderMaxRatePerSecond`, `matching.forwarderMaxChildrenPerNode`. */
export interface Forwarding {
  /** Tasks per second that one partition forwards, for each type of task. */
  readonly tasksPerSecond: number;
  /** Partitions below one. */
  readonly children: number;
}

/** The server's own defaults. */
export const UPSTREAM_FORWARDING: Forwarding = { tasksPerSecond: 10, children: 20 };

/**
 * Most calls that forwarding adds to `tasks` tasks of one type on a normal queue. The least is none: a task that finds a waiting
 * local poll is matched with it (polls rank before the forwarder, `pollerPQ.Less`), and a backlog older than
 * `matching.backlogNegligibleAge` (5 s) ends forwarding altogether (`allowForwarding`). Many pollers, or too few, come near it.
 *
 * The most: each task is forwarded up to the root twice, once as it arrives (`Offer`; no poll may be there either) and once more
 * from the backlog that it is then written to (`forwardTask`); and the poll that takes it was forwarded once a level, never twice
 * (`forwardPolls`, `MaxOutstandingPolls` 1). Two things hold that down as the rate grows:
 * - a partition forwards no more than `tasksPerSecond` tasks (`forwardTasks`, `lim.Wait`); polls have no such limiter;
 * - a forwarded poll ends only with a task that is matched above its partition: one that arrived there, or was forwarded there.
 * @param perSecond workflows per second; 0: so few that the limiter never waits
 */
export function forwardedCalls(
  tasks: number,
  partitions: number,
  { tasksPerSecond, children }: Forwarding,
  perSecond: number,
): { readonly adds: number; readonly polls: number } {
  const { mean, deepest, inner } = tree(partitions, children);
  const limiter = perSecond > 0 ? (tasksPerSecond * (partitions - 1)) / perSecond : Infinity;
  const adds = Math.min(2 * mean * tasks, limiter);
  return { adds, polls: deepest * Math.min(tasks, inner * tasks + adds) };
}

/** Levels between partitions and the root, and the share of partitions that have others below. @see tqid.NormalPartition.ParentPartition */
function tree(partitions: number, children: number): { mean: number; deepest: number; inner: number } {
  const depths: number[] = [];
  const parents = new Set([0]);
  for (let partition = 0; partition < partitions; partition++) {
    const parent = Math.floor((partition + children - 1) / children) - 1;
    if (partition > 0) parents.add(parent);
    depths.push(partition === 0 ? 0 : (depths[parent] ?? 0) + 1);
  }
  return {
    mean: depths.reduce((sum, depth) => sum + depth, 0) / partitions,
    deepest: Math.max(...depths),
    inner: parents.size / partitions,
  };
}
