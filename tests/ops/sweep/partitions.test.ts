import { dynamicConfig } from "../../../components/temporal/dynamic-config";
import { partitionRefusals } from "../../../components/temporal/partitions";
import { renderDynamicConfig } from "../../../components/temporal/render";
import type { TemporalValues } from "../../../components/temporal/values";
import { treeOf } from "../../../ops/lib/sweep/knob";
import { betweenPartitions } from "../../../ops/lib/sweep/partitions";
import { layersOf } from "../../../ops/lib/sweep/settings";
import { mergeLayers } from "../../../values/layers";
import { parseValues } from "../../../values/parse";

type Entry = Readonly<Record<string, string | number>>;

function values(taskQueues: readonly Entry[]): TemporalValues {
  const layers = layersOf("Pulumi.fake.yaml", "config: { 'testbed:layer': dev }");
  const parsed = parseValues(mergeLayers([...layers, { source: "test", tree: treeOf({ "temporal.limits.taskQueues": taskQueues }) }]));
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed));
  return parsed.values.temporal;
}

const queue = (readPartitions: number, writePartitions: number, taskQueue = "benchmark"): Entry => ({
  taskQueue,
  readPartitions,
  writePartitions,
});
/** What the program says against an `up` from one set of values to the next. */
const refused = (from: TemporalValues, to: TemporalValues) => partitionRefusals(renderDynamicConfig(from), dynamicConfig(to));

test.each([
  ["fewer than the default", [], [queue(1, 1)]],
  ["the default again", [queue(1, 1)], []],
  ["more", [queue(2, 2)], [queue(8, 8)]],
  ["fewer of one queue and more of another", [queue(8, 8, "a"), queue(2, 2, "b")], [queue(2, 2, "a"), queue(8, 8, "b")]],
])("%s partitions take a step between, and the program refuses neither", (_, from, to) => {
  const [is, becomes] = [values(from), values(to)];
  expect(refused(is, becomes)).not.toEqual([]);
  const step = values(betweenPartitions(is, becomes) as unknown as Entry[]);
  expect([...refused(is, step), ...refused(step, becomes)]).toEqual([]);
});

test.each([
  ["the same", [queue(2, 2)], [queue(2, 2)]],
  ["partitions that are only read more", [queue(2, 2)], [queue(4, 2)]],
  ["another limit of the queue", [queue(2, 2)], [{ ...queue(2, 2), dispatchRps: 5 }]],
])("%s: one step", (_, from, to) => {
  expect(betweenPartitions(values(from), values(to))).toBeUndefined();
});
