import fc from "fast-check";
import { CATALOGUE } from "../../components/temporal/catalogue";
import { renderDynamicConfig } from "../../components/temporal/render";
import { LAYERS } from "../../values/layers";
import { bedOf } from "../support/harness";
import { textAt } from "../support/json";
import { anySettings } from "../support/any-settings";
import { validateDynamicConfig, validateTexts } from "../support/validate-dynamic-config";
import { settings } from "../support/values";

/** The server's own word on what is rendered for it. It needs the lab's binaries and no bed. */

test.each(LAYERS)("%s: the server finds nothing", async (layer) => {
  const { inputs } = (await bedOf(layer)).get("ConfigMap", "temporal-dynamic-config");
  expect(validateTexts([textAt(inputs, "data.dynamic-config\\.yaml")])).toEqual([[]]);
});

test.each<[string, string, RegExp]>([
  ["a key that it does not read", "frontend.rpss: [{value: 1}]", /^warning: unregistered key "frontend.rpss"$/],
  [
    "a value of another type",
    "frontend.rps: [{value: many}]",
    /^warning: validation failed: key "frontend.rps" value many: value type is not int$/,
  ],
  [
    "a constraint that the key does not take",
    "history.rps: [{value: 1, constraints: {namespace: a}}]",
    /^warning: constraint "namespace" isn't valid for dynamic config key "history.rps"$/,
  ],
  ["a constraint that there is not", "history.rps: [{value: 1, constraints: {queue: a}}]", /^error: unknown constraint type "queue"$/],
  ["no list", "history.rps: 1", /^error: decode error: /],
])("the check catches %s", (_, text, line) => {
  const [fine, wrong, after] = validateTexts(["history.rps: [{value: 1}]", text, "{}"]);
  expect([fine, after]).toEqual([[], []]);
  expect(wrong).toEqual([expect.stringMatching(line)]);
});

test("a file that is not there is a finding", () => {
  expect([...validateDynamicConfig(["/nowhere/to/be/found.yaml"]).values()]).toEqual([[expect.stringContaining("error: not validated")]]);
});

test("whatever limits and raw keys the program takes, the server finds nothing in the file", async () => {
  const { values } = await settings("dev");
  const drawn = fc.sample(anySettings, { numRuns: 1000 });
  const texts = drawn.map((some) =>
    renderDynamicConfig({ ...values.temporal, ...(some as Pick<typeof values.temporal, "limits" | "dynamicConfig">) }),
  );
  const wrong = validateTexts(texts).flatMap((lines, index) => (lines.length === 0 ? [] : [{ lines, text: texts[index] }]));
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(new Set(drawn.flatMap(({ dynamicConfig }) => Object.keys(dynamicConfig))).size).toBeGreaterThan(500);
});

test("every default of the catalogue is a value that the server takes for its key", () => {
  const keys = Object.entries(CATALOGUE.keys).flatMap(([key, { default: value }]) => (value === undefined ? [] : [{ key, value }]));
  const found = validateTexts(keys.map(({ key, value }) => JSON.stringify({ [key]: [{ value }] })));
  expect(found.flatMap((lines, index) => (lines.length === 0 ? [] : [{ key: keys[index]?.key, lines }]))).toEqual([]);
});
