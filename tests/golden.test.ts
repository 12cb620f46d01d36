import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Json, ROOT, runProgram } from "./support/harness";
import { LAYERS } from "../values/layers";

/** Everything that a layer registers, as reviewed. UPDATE_GOLDEN=1 rewrites the files. */

/** Keys sorted, so that the text depends on content only. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}

async function render(layer: string): Promise<string> {
  const bed = await runProgram(layer);
  return `${JSON.stringify(sorted(bed.all as unknown as Json), undefined, 2)}\n`;
}

test.each(LAYERS)("the registrations of %s are the ones that were reviewed", async (layer) => {
  const file = join("tests", "golden", `${layer}.json`);
  const now = await render(layer);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(ROOT, file), now);
  const reviewed = readFileSync(join(ROOT, file), "utf8");
  if (now !== reviewed) {
    const changes = spawnSync("diff", ["-u", file, "-"], { cwd: ROOT, input: now, encoding: "utf8" }).stdout;
    throw new Error(`${file} differs; if this is what you want, run with UPDATE_GOLDEN=1 and review the diff\n${changes}`);
  }
});

test("two runs of one layer register the same", async () => {
  expect(await render("dev")).toBe(await render("dev"));
});
