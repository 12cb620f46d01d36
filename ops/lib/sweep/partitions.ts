import { dynamicConfig } from "../../../components/temporal/dynamic-config";
import type { TemporalLimits } from "../../../components/temporal/limits";
import { partitionsAt } from "../../../components/temporal/partitions";
import type { TemporalValues } from "../../../components/temporal/values";

type Entry = TemporalLimits["taskQueues"][number];

/**
 * The task queues' limits between two sets of values whose partitions cannot follow each other in one `up`: as many are read as in
 * either, as few are written. Undefined where one `up` will do.
 * @see components/temporal/partitions.ts: what is written must be read before, and after
 */
export function betweenPartitions(from: TemporalValues, to: TemporalValues): Entry[] | undefined {
  const entries = [
    ...to.limits.taskQueues,
    ...from.limits.taskQueues.filter((entry) => !to.limits.taskQueues.some((other) => same(entry, other))),
  ];
  const [before, after] = [dynamicConfig(from), dynamicConfig(to)];
  const steps = entries.map((entry) => {
    const [is, becomes] = [partitionsAt(before, entry), partitionsAt(after, entry)];
    const unordered = becomes.write > is.read || becomes.read < is.write;
    const between = { readPartitions: Math.max(is.read, becomes.read), writePartitions: Math.min(is.write, becomes.write) };
    return { unordered, entry: { ...entry, ...between } };
  });
  return steps.some(({ unordered }) => unordered) ? steps.map(({ entry }) => entry) : undefined;
}

function same(a: Entry, b: Entry): boolean {
  return a.namespace === b.namespace && a.taskQueue === b.taskQueue;
}
