import fc from "fast-check";
import { dump } from "js-yaml";
import { dynamicConfigOf, TemporalLimits } from "../../../components/temporal/limits";
import { partitionRefusals } from "../../../components/temporal/partitions";

interface Entry {
  readonly namespace?: string;
  readonly taskQueue?: string;
  readonly readPartitions?: number;
  readonly writePartitions?: number;
}

const NONE = { frontend: {}, matching: {}, history: {}, worker: {}, visibility: {}, system: {}, namespaces: {} };
const configOf = (taskQueues: readonly Entry[]) => dynamicConfigOf(TemporalLimits.parse({ ...NONE, taskQueues }));
const refusals = (before: readonly Entry[], after: readonly Entry[]) => partitionRefusals(dump(configOf(before)), configOf(after));
const both = (count: number): Entry => ({ readPartitions: count, writePartitions: count });

test("a bed that is not there yet may have any number", () => {
  expect(partitionRefusals(undefined, configOf([both(16)]))).toEqual([]);
});

test("a file without a word of partitions has the server's own four", () => {
  expect(partitionRefusals("{}\n", configOf([both(4)]))).toEqual([]);
  expect(partitionRefusals("", configOf([both(5)]))).toHaveLength(1);
});

test("raising both at once is refused, with the two steps that do it", () => {
  const [said = ""] = refusals([], [both(8)]);
  expect(said).toContain("writePartitions cannot become 8 while readPartitions is 4 in the running bed");
  expect(said).toContain(
    "Set readPartitions to 8 and leave writePartitions at 4; run `pulumi up`; a minute later set writePartitions to 8.",
  );
  expect(refusals([], [{ readPartitions: 8 }])).toEqual([]);
  expect(refusals([{ readPartitions: 8 }], [both(8)])).toEqual([]);
});

test("lowering both at once is refused, with the two steps that do it", () => {
  const [said = ""] = refusals([both(8)], []);
  expect(said).toContain("readPartitions cannot become 4 while writePartitions is 8 in the running bed");
  expect(said).toContain("Set writePartitions to 4 and leave readPartitions at 8; run `pulumi up`");
  expect(refusals([both(8)], [{ readPartitions: 8, writePartitions: 4 }])).toEqual([]);
  expect(refusals([{ readPartitions: 8, writePartitions: 4 }], [])).toEqual([]);
});

test("each place is looked at by what holds there, also one that the new settings do not name", () => {
  const orders = { namespace: "orders", taskQueue: "pay", ...both(8) };
  expect(refusals([orders], [])).toEqual([expect.stringContaining("task queue pay of namespace orders")]);
  expect(refusals([orders], [both(4), orders])).toEqual([]);
  expect(refusals([], [{ namespace: "orders", ...both(6) }])).toEqual([expect.stringContaining("any task queue of namespace orders")]);
});

test("what the steps say is always let through, and gets there", () => {
  const count = fc.integer({ min: 1, max: 64 });
  fc.assert(
    fc.property(count, count, (from, to) => {
      const between = { readPartitions: Math.max(from, to), writePartitions: Math.min(from, to) };
      expect(refusals([both(from)], [between])).toEqual([]);
      expect(refusals([between], [both(to)])).toEqual([]);
      expect(refusals([both(from)], [both(to)])).toHaveLength(from === to ? 0 : 1);
    }),
  );
});
