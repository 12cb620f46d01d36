import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadStack } from "../values";
import { isTree, LAYERS, mergeLayers, parseLayer, type Tree } from "../values/layers";
import { parseValues } from "../values/parse";
import { configure, ROOT, type RunOptions, startEngine } from "./support/harness";

async function load(layer: string, options: RunOptions = {}) {
  await startEngine(options.stack ?? layer);
  configure(layer, options);
  return loadStack();
}

function layerFile(name: string): Tree {
  const source = `values/${name}.yaml`;
  const layer = parseLayer(source, readFileSync(join(ROOT, source), "utf8"));
  if (!("tree" in layer)) throw new Error(layer.allowed);
  return layer.tree;
}

/** Leaves by their path; a list is a leaf. */
function leaves(tree: Tree, path = ""): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isTree(value) && Object.keys(value).length > 0 ? leaves(value, `${path}${key}.`) : [[`${path}${key}`, value] as [string, unknown]],
  );
}

test.each([
  { layer: "dev", namespaces: ["testbed-dev", "testbed-dev-indexers"], context: undefined },
  { layer: "prod", namespaces: ["testbed-prod", "testbed-prod-indexers"], context: "prod" },
])("the $layer layer loads", async ({ layer, namespaces, context }) => {
  const stack = await load(layer);
  expect(stack).toMatchObject({ layer, name: layer, namespace: namespaces[0], namespaces, context, renderTo: "rendered", passwords: {} });
});

test("the stack's name, not the layer's, names the namespaces", async () => {
  const stack = await load("dev", { stack: "second" });
  expect(stack.namespaces).toEqual(["testbed-second", "testbed-second-indexers"]);
});

test("the stack config is merged last, leaf by leaf", async () => {
  const { values } = await load("dev", { slices: { temporal: { limits: { matching: { rps: 5000 } } } } });
  expect(values.temporal.limits.matching).toEqual({ rps: 5000 });
  expect(values.temporal.numHistoryShards).toBe(4);
});

test("a list replaces the one below", () => {
  const merged = mergeLayers([
    { source: "below", tree: { images: { pullSecrets: ["a", "b"] } } },
    { source: "above", tree: { images: { pullSecrets: ["c"] } } },
  ]);
  expect(merged.tree).toEqual({ images: { pullSecrets: ["c"] } });
});

test("numeric text is a number where a number is asked for, and stays text elsewhere", async () => {
  const { values } = await load("dev", {
    slices: { temporal: { limits: { worker: { schedulerStartWorkflowRps: "1.5" }, matching: { rps: "5000" } }, image: { tag: "1" } } },
  });
  expect(values.temporal.limits.worker.schedulerStartWorkflowRps).toBe(1.5);
  expect(values.temporal.limits.matching.rps).toBe(5000);
  expect(values.temporal.image.tag).toBe("1");
});

test("a CPU may be a number, as `pulumi config set` writes it", async () => {
  const { values } = await load("dev", { slices: { cassandra: { resources: { limits: { cpu: 4 } } } } });
  expect(values.cassandra.resources.limits.cpu).toBe("4");
});

test("a given password wins over a generated one, and stays a secret", async () => {
  const { passwords } = await load("dev", { secrets: { elasticsearchPassword: "given" } });
  expect(Object.keys(passwords)).toEqual(["elasticsearch"]);
  const password = passwords.elasticsearch as unknown as { promise(): Promise<string>; isSecret: Promise<boolean> };
  expect(await password.promise()).toBe("given");
  expect(await password.isSecret).toBe(true);
});

test.each(LAYERS)("no line of values/%s.yaml repeats values/base.yaml", (layer) => {
  const base = new Map(leaves(layerFile("base")));
  const repeated = leaves(layerFile(layer)).filter(([path, value]) => JSON.stringify(base.get(path)) === JSON.stringify(value));
  expect(repeated.map(([path]) => path)).toEqual([]);
});

test("every leaf of base.yaml is a knob that both layers share, not one that both replace", () => {
  const [dev, prod] = [new Map(leaves(layerFile("dev"))), new Map(leaves(layerFile("prod")))];
  const replaced = leaves(layerFile("base")).filter(([path]) => dev.has(path) && prod.has(path));
  expect(replaced.map(([path]) => path)).toEqual([]);
});

test("what is missing is named as missing, with the last source", () => {
  const problems = parseValues(mergeLayers([{ source: "values/x.yaml", tree: {} }]));
  expect(problems).toContainEqual({ where: "values/x.yaml: cassandra", allowed: "missing; a map is needed" });
});
