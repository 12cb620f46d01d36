import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generate, stale } from "../docs/generate";
import { LAYERS } from "../values/layers";
import { knobs } from "../values/reflect";
import { isRead, ROWS } from "./real/knobs";
import { ROOT } from "./support/harness";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

test("values/schema.json, docs/knobs.md and the README's table are up to date", () => {
  expect(stale(read)).toEqual([]);
});

test("the check fails for a file that differs and for one that is not there", () => {
  expect(stale((path) => (path === "docs/knobs.md" ? `${read(path)} ` : read(path)))).toEqual(["docs/knobs.md"]);
  expect(stale(() => undefined)).toEqual(Object.keys(generate(read)));
});

test("the command checks", () => {
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "docs/generate.ts", "--check"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test("every knob says what it does and what it takes", () => {
  expect(
    knobs()
      .filter(({ description, allowed }) => description === "" || allowed === "")
      .map(({ key }) => key),
  ).toEqual([]);
});

test("the schema takes a part of the whole, and no key that it does not know", () => {
  const schema = JSON.parse(read("values/schema.json")) as { required?: unknown; additionalProperties: unknown; properties: object };
  expect(schema.required).toBe(undefined);
  expect(schema.additionalProperties).toBe(false);
  expect(JSON.stringify(schema)).not.toContain('"required"');
});

test.each(["base", ...LAYERS])("values/%s.yaml names the schema in its first line", (layer) => {
  expect(read(`values/${layer}.yaml`).split("\n")[0]).toBe("# yaml-language-server: $schema=./schema.json");
});

test.each([
  {
    key: "cassandra.heap",
    values: { dev: "512Mi", prod: "16Gi" },
    allowed: "a memory or disk quantity with a binary unit, such as 512Mi or 20Gi",
  },
  { key: "elasticsearch.replicas", values: { dev: "1", prod: "3" }, allowed: "whole number, 1 to 21" },
  { key: "platform.placement", values: { dev: "single", prod: "spread" }, allowed: "single, spread" },
  { key: "temporal.limits.matching.rps", values: { dev: "", prod: "" }, allowed: "whole number, 1 to 10000000" },
  { key: "temporal.limits.namespaces.<name>.rps", values: { dev: "", prod: "" }, allowed: "whole number, 1 to 10000000" },
  { key: "temporal.limits.taskQueues[].readPartitions", values: { dev: "", prod: "" }, allowed: "whole number, 1 to 1000" },
  {
    key: "temporal.searchAttributes",
    values: { dev: "{}", prod: "{}" },
    allowed: "name to Text, Keyword, Int, Double, Bool, Datetime, KeywordList",
  },
])("$key stands in the table with both layers' values", (row) => {
  expect(knobs().find(({ key }) => key === row.key)).toMatchObject(row);
});

test("every knob says what it does and where its number comes from", () => {
  expect(knobs().filter(({ description, source }) => description === "" || source === "")).toEqual([]);
});

describe("the table of what is read back on real servers", () => {
  test("has one row for every knob, and none for what is no knob", () => {
    const keys = knobs().map(({ key }) => key);
    // A map or list is proven by its entries.
    const holders = keys.filter((key) => keys.some((other) => other.startsWith(`${key}.<name>`) || other.startsWith(`${key}[]`)));
    expect(ROWS.map(({ knob }) => knob).sort()).toEqual(keys.filter((key) => !holders.includes(key)).sort());
  });

  test("sets what no layer has, so that a value read back is the one that was set", () => {
    const layers = new Map(knobs().map(({ key, values }) => [key, values.dev]));
    const same = ROWS.filter(isRead).filter(({ knob, value }) => String(value) === layers.get(knob));
    // One node is all that fits the lab's node; the number of nodes is read back all the same.
    expect(same.map(({ knob }) => knob)).toEqual(["cassandra.replicas", "cassandra.replicationFactor", "elasticsearch.replicas"]);
  });

  test("says why, in words, where nothing can be read back", () => {
    expect(ROWS.filter((row) => !isRead(row) && row.reason.length < 40)).toEqual([]);
  });
});
