import { dynamicConfig, inForce } from "../../../components/temporal/dynamic-config";
import { LIMITS } from "../../../components/temporal/limits-table";
import type { TemporalLimits } from "../../../components/temporal/limits";
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
  const steps = entries.map((entry) => {
    const [is, becomes] = [partitionsAt(from, entry), partitionsAt(to, entry)];
    const unordered = becomes.write > is.read || becomes.read < is.write;
    const between = { readPartitions: Math.max(is.read, becomes.read), writePartitions: Math.min(is.write, becomes.write) };
    return { unordered, entry: { ...entry, ...between } };
  });
  return steps.some(({ unordered }) => unordered) ? steps.map(({ entry }) => entry) : undefined;
}

function same(a: Entry, b: Entry): boolean {
  return a.namespace === b.namespace && a.taskQueue === b.taskQueue;
}

function partitionsAt(values: TemporalValues, { namespace, taskQueue }: Entry): { read: number; write: number } {
  const config = dynamicConfig(values);
  const number = (name: "readPartitions" | "writePartitions") =>
    Number(inForce(config, LIMITS.taskQueues[name].key, { namespace, taskQueue }));
  return { read: number("readPartitions"), write: number("writePartitions") };
}
