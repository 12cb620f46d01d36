import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isTree, LAYERS, mergeLayers, parseLayer, type Tree } from "../../values/layers";
import { ROOT } from "../support/harness";

const HOME = join(ROOT, "lab/images");

/** Stand-ins that no values ask for: what the node itself pulls, what the lab's own tests run, what is not a component yet. */
const NOT_IN_VALUES = ["docker.io/library/busybox:1.37", "registry.k8s.io/pause:3.10"];

/** Images that the values pin and the lab cannot run. */
const NO_STAND_IN: Readonly<Record<string, string>> = {
  "docker.io/library/mongo:5.0.14-focal": "no package registry serves a MongoDB server, and nothing in the bed reads it",
  "ghcr.io/lspecian/chronik-stream:2.10.4": "no package registry serves the broker's program, and its source takes an hour to compile",
  "docker.io/apache/kafka:3.7.0": "the client of the topics job, which has no broker to talk to here",
  "docker.io/curlimages/curl:8.16.0": "registers chains with CanopyX, which publishes no image",
  "docker.io/library/nginx:1.25.5-alpine": "stands before CanopyX, which publishes no image",
  "docker.io/clickhouse/clickhouse-server:25.8.30.16": "no package registry serves a server of this version; chDB checks its configuration",
  "docker.io/clickhouse/clickhouse-keeper:25.8.30.16": "no package registry serves a Keeper",
  "docker.io/grafana/grafana:12.4.2": "no package registry serves Grafana's server with its pages",
};

interface Description {
  readonly reference: string;
  readonly layers: string[];
}

const descriptions = new Map(
  readdirSync(HOME)
    .filter((folder) => existsSync(join(HOME, folder, "image.json")))
    .map((folder) => [folder, JSON.parse(readFileSync(join(HOME, folder, "image.json"), "utf8")) as Description]),
);
const references = [...descriptions.values()].map(({ reference }) => reference);

function readLayer(name: string) {
  const source = `values/${name}.yaml`;
  const layer = parseLayer(source, readFileSync(join(ROOT, source), "utf8"));
  if (!("tree" in layer)) throw new Error(layer.allowed);
  return { source, tree: layer.tree };
}

/** References of all images below a place in the values: whatever has a repository and a tag. */
function imagesOf(tree: Tree): string[] {
  const { repository, tag } = tree;
  if (typeof repository === "string" && typeof tag === "string") return [`${repository}:${tag}`];
  return Object.values(tree).flatMap((below) => (isTree(below) ? imagesOf(below) : []));
}

const wanted = [...new Set(LAYERS.flatMap((layer) => imagesOf(mergeLayers([readLayer("base"), readLayer(layer)]).tree)))];

test("the values pin images", () => {
  expect(wanted.length).toBeGreaterThan(5);
});

test("what has no stand-in is asked for, and has none", () => {
  expect(wanted).toEqual(expect.arrayContaining(Object.keys(NO_STAND_IN)));
  expect(references.filter((reference) => reference in NO_STAND_IN)).toEqual([]);
});

test.each(wanted.filter((reference) => !(reference in NO_STAND_IN)))("%s has a stand-in with exactly this reference", (reference) => {
  expect(references).toContain(reference);
});

test("what has no stand-in is wanted, and has none", () => {
  expect(wanted).toEqual(expect.arrayContaining(Object.keys(NO_STAND_IN)));
  expect(references.filter((reference) => reference in NO_STAND_IN)).toEqual([]);
});

test("a reference has one stand-in, and those that no values ask for are known", () => {
  expect(new Set(references).size).toBe(references.length);
  expect(references.filter((reference) => !wanted.includes(reference)).sort()).toEqual(NOT_IN_VALUES);
});

test.each([...descriptions])("the layers of %s can be built", (_, { layers }) => {
  expect(layers).not.toHaveLength(0);
  for (const layer of layers) expect(existsSync(join(HOME, "layers", layer, "build.sh"))).toBe(true);
});

test("every layer belongs to an image", () => {
  const used = [...descriptions.values()].flatMap(({ layers }) => layers);
  expect([...new Set(used)].sort()).toEqual(readdirSync(join(HOME, "layers")).sort());
});
