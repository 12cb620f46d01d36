import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkExperiment } from "../../../ops/lib/sweep/check";
import { parseExperiment } from "../../../ops/lib/sweep/experiment";
import { runsOf } from "../../../ops/lib/sweep/points";
import { layersOf } from "../../../ops/lib/sweep/settings";
import { ROOT } from "../../../ops/lib/places";
import { checkedOf, experimentOf, SETTINGS } from "./fake";

/** What is wrong with an experiment on a stack, one line each: where, what was given, what is allowed. */
function problems(text: string, settings = SETTINGS): string[] {
  const parsed = parseExperiment("bad.yaml", text);
  const found = Array.isArray(parsed) ? parsed : checkExperiment("bad.yaml", parsed, layersOf("Pulumi.fake.yaml", settings));
  return Array.isArray(found) ? found.map(({ where, given = "-", allowed }) => `${where} | ${given} | ${allowed}`) : [];
}

const GOOD: Readonly<Record<string, string>> = {
  name: "name: good",
  stack: "stack: fake",
  grid: "grid: { temporal.limits.matching.rps: [40, 80] }",
  workload: "workload: { activities: 1, concurrency: 10 }",
  warmUp: "warmUp: 5s",
  duration: "duration: 20s",
};

/** A good file with some of its lines replaced, or with more lines. */
function file(changes: Readonly<Record<string, string>>): string {
  return Object.values({ ...GOOD, ...changes }).join("\n");
}

test("the file that the bad ones are made of is good", () => {
  expect(problems(file({}))).toEqual([]);
});

const BAD: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ["no YAML", { grid: "grid: [" }, ["bad.yaml:4 | - | .*Correct the YAML at this line"]],
  [
    "a word at the top that there is not",
    { extra: "repetition: 3" },
    ["bad.yaml: repetition | - | unknown key; did you mean repetitions\\?"],
  ],
  [
    "a word in the workload that there is not",
    { workload: "workload: { activites: 1, activities: 1, concurrency: 1 }" },
    ["workload.activites .*did you mean activities"],
  ],
  ["nothing to load it with", { workload: "" }, ["bad.yaml: workload | - | missing; a map is needed"]],
  ["no name", { name: "" }, ["bad.yaml: name | - | missing; text is needed"]],
  ["a name that is no folder", { name: "name: ../up" }, ['bad.yaml: name | "../up" | allowed is lower case letters']],
  ["a time without a unit", { duration: "duration: 20" }, ["bad.yaml: duration | 20 | allowed is text"]],
  ["a time of nothing", { duration: "duration: 0s" }, ['bad.yaml: duration | "0s" | .*with a unit s, m, h or d']],
  [
    "no workflows in flight",
    { workload: "workload: { activities: 1, concurrency: 0 }" },
    ["workload.concurrency | 0 | allowed is 1 or more"],
  ],
  [
    "starters that do not wait",
    { workload: "workload: { activities: 1, concurrency: 1, waiting: false }" },
    ["workload.waiting | false | .*pile up"],
  ],
  ["no repetition", { extra: "repetitions: 0" }, ["bad.yaml: repetitions | 0 | allowed is 1 or more"]],
  ["an empty grid", { grid: "grid: {}" }, ["bad.yaml: grid | {} | at least one knob"]],
  [
    "a knob without values",
    { grid: "grid: { temporal.limits.matching.rps: [] }" },
    ["grid.temporal.limits.matching.rps | \\[\\] | at least one value"],
  ],
  [
    "a value that is no list",
    { grid: "grid: { temporal.limits.matching.rps: 40 }" },
    ["grid.temporal.limits.matching.rps | 40 | allowed is a list of values"],
  ],
  ["a value twice", { grid: "grid: { temporal.limits.matching.rps: [40, 80, 40] }" }, ["rps | 40 more than once | .*set repetitions"]],
  [
    "too many points",
    { grid: `grid: { temporal.limits.matching.rps: [${Array.from({ length: 201 }, (_, i) => i + 1).join()}] }` },
    ["bad.yaml: grid | 201 runs | at most 200"],
  ],
  [
    "too many runs",
    { extra: "repetitions: 20", grid: "grid: { temporal.limits.matching.rps: [1,2,3,4,5,6,7,8,9,10,11] }" },
    ["grid | 220 runs | at most 200"],
  ],
  [
    "a knob in the settings and in the grid",
    { extra: "settings: { temporal.limits.matching.rps: 9 }" },
    ["temporal.limits.matching.rps | - | .*sets the same"],
  ],
  [
    "a knob below one of the settings",
    { extra: "settings: { temporal.limits.matching: { rps: 9 } }" },
    ["matching.rps | - | temporal.limits.matching sets the same"],
  ],
  [
    "an unknown knob",
    { grid: "grid: { temporal.limits.matching.rsp: [40] }" },
    ["bad.yaml: temporal.limits.matching.rsp | - | unknown key; did you mean rps\\?"],
  ],
  [
    "an unknown knob in the settings",
    { extra: "settings: { temporal.limits.histori.rps: 4 }" },
    ["temporal.limits.histori | - | unknown key; did you mean history"],
  ],
  [
    "an unknown key of the server",
    { grid: "grid: { temporal.dynamicConfig.matching.rpss: [[{ value: 4 }]] }" },
    ["dynamicConfig.matching.rpss .*matching.rps"],
  ],
  [
    "a value that the stack refuses",
    { grid: "grid: { temporal.limits.matching.rps: [40, 0, many] }" },
    ["matching.rps | 0 | allowed is 1 or more", 'matching.rps | "many" | allowed is a number'],
  ],
  [
    "a knob that restarts pods",
    { grid: "grid: { temporal.history.replicas: [1, 2] }" },
    ["grid.temporal.history.replicas | - | a knob that restarts nothing"],
  ],
  ["a setting of another part", { extra: "settings: { cassandra.heap: 256Mi }" }, ["settings.cassandra.heap | - | one of temporal.limits"]],
  [
    "the load set by hand",
    { extra: "settings: { load.runner.replicas: 3 }" },
    ["settings.load.runner.replicas | - | .*comes from workload"],
  ],
  [
    "a namespace that the stack lacks",
    { workload: "workload: { activities: 1, concurrency: 1, namespace: other }" },
    ['load.namespace | "other" | .*temporal.namespaces, which are default'],
  ],
  [
    "a limit of a namespace without load",
    { grid: "grid: { temporal.limits.namespaces.temporal-system.rps: [500] }" },
    ["namespaces.temporal-system.rps | temporal-system | a limit of namespace default"],
  ],
  ["more time than is given", { extra: "atMost: 2m" }, ["atMost 2m | 2 runs of up to .* in all | fewer values"]],
  [
    "values that only together are wrong",
    { grid: "grid: { temporal.limits.matching.rps: [4], temporal.dynamicConfig.matching.rps: [[{ value: 4 }]] }" },
    ["dynamicConfig.matching.rps .*one place only"],
  ],
  ["a window that holds too few completions", { duration: "duration: 4s" }, ["bad.yaml: duration | 4s | at least 5s: at 6.7 workflows/s"]],
  [
    "more workflows in flight than starters wait for",
    { workload: "workload: { activities: 1, concurrency: 134 }" },
    ["workload.concurrency | 134 | at most 133: at 6.7 workflows/s"],
  ],
  [
    "a limit of a namespace that the stack lacks",
    { grid: "grid: { temporal.limits.namespaces.quiet.rps: [500] }" },
    ["namespaces.quiet .*a namespace that this bed has", "namespaces.quiet.rps | quiet | a limit of namespace default"],
  ],
];

test.each(BAD)("%s is refused", (_, changes, expected) => {
  const found = problems(file(changes));
  expect(found).toHaveLength(expected.length);
  expected.forEach((pattern, index) =>
    expect(found[index]).toMatch(new RegExp(pattern.replaceAll(" | ", " \\| ").replaceAll("{}", "\\{\\}"))),
  );
});

test("everything that is wrong is said at once", () => {
  const changes = { warmUp: "warmUp: soon", grid: "grid: { temporal.limits.matching.rps: [] }", extra: "repetitions: none" };
  expect(problems(file(changes))).toHaveLength(3);
});

test.each([
  ["no load", "config: { 'testbed:layer': dev, 'testbed:load': { enabled: false } }", /load.enabled/],
  [
    "a role that does not say what it reads",
    "config: { 'testbed:layer': dev, 'testbed:temporal': { matching: { logLevel: warn } } }",
    /matching.logLevel info or debug/,
  ],
])("a stack with %s is refused", (_, settings, expected) => {
  const found = problems(file({}), settings);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(expected);
});

test.each(readdirSync(join(ROOT, "experiments")))("experiments/%s can be run on a dev bed", (name) => {
  const checked = checkedOf(readFileSync(join(ROOT, "experiments", name), "utf8"), "config: { 'testbed:layer': dev }");
  expect(checked.values).toHaveLength(runsOf({ ...checked.experiment, repetitions: 1 }).length);
  expect(`${checked.experiment.name}.yaml`).toBe(name);
});

test("the grid's points come in its order, the last knob first, each repeated before the next", () => {
  const runs = runsOf(experimentOf(file({ grid: "grid: { a: [1, 2], b: [x, y] }", extra: "repetitions: 2" })));
  expect(runs.map(({ point, repetition, knobs }) => [point, repetition, ...Object.values(knobs)].join(" "))).toEqual([
    "1 1 1 x",
    "1 2 1 x",
    "2 1 1 y",
    "2 2 1 y",
    "3 1 2 x",
    "3 2 2 x",
    "4 1 2 y",
    "4 2 2 y",
  ]);
});
