import type { Catalogue, DynamicConfigKey } from "../../components/temporal/catalogue";
import { catalogueDifference } from "../../ops/lib/catalogue-difference";

const RPS: DynamicConfigKey = { type: "int", scope: "Global", constraints: [], default: 2400, description: "Requests per second." };
const PARTITIONS: DynamicConfigKey = {
  type: "int",
  scope: "TaskQueue",
  constraints: ["namespace", "taskQueueName", "taskType"],
  defaults: [{ value: 4, constraints: {} }],
  description: "Partitions.",
};
const of = (keys: Catalogue["keys"]): Catalogue => ({ server: "1.0.0", historyTaskTypes: [], keys });

test.each<[string, Catalogue["keys"], Catalogue["keys"], string[]]>([
  ["the same keys in another order", { a: RPS, b: PARTITIONS }, { b: PARTITIONS, a: RPS }, []],
  ["another description", { a: RPS }, { a: { ...RPS, description: "Other words." } }, []],
  ["one more", { a: RPS }, { a: RPS, b: PARTITIONS }, ['added    b: int, TaskQueue, default [{"value":4,"constraints":{}}]']],
  ["one less", { a: RPS, b: RPS }, { b: RPS }, ["removed  a: int, Global, default 2400"]],
  ["another default", { a: RPS }, { a: { ...RPS, default: 1 } }, ["changed  a: default 2400 -> 1"]],
  [
    "another type and scope",
    { a: RPS },
    { a: { ...RPS, type: "float", scope: "Namespace", constraints: ["namespace"] } },
    ['changed  a: type "int" -> "float", scope "Global" -> "Namespace", constraints [] -> ["namespace"]'],
  ],
  [
    "a default that came to depend on constraints",
    { a: RPS },
    { a: { ...PARTITIONS, scope: "Global", constraints: [] } },
    ['changed  a: default 2400 -> none, defaults none -> [{"value":4,"constraints":{}}]'],
  ],
  [
    "all of it, sorted",
    { b: RPS, c: RPS },
    { c: { ...RPS, default: 1 }, a: RPS },
    ["added    a: int, Global, default 2400", "removed  b: int, Global, default 2400", "changed  c: default 2400 -> 1"],
  ],
])("%s", (_, before, after, lines) => {
  expect(catalogueDifference(of(before), of(after))).toEqual(lines);
});
