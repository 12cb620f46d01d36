import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { capturedEdges, EDGES, edgesWithAll } from "./support/edges";
import { everythingOn } from "./support/everything";
import { compileProgram, ROOT, runProgram } from "./support/harness";

/** Proof that the order test has teeth: every edge of index.ts is taken out and put elsewhere, one after the other. */

const TEXT = readFileSync(join(ROOT, "index.ts"), "utf8");
/** `on.after`, and `ground.after` of a stage that is deleted by calls of its own; the ground itself waits for nothing. */
const CALL = /\b(on|ground)\.after\(([^)]+)\)/g;

interface Argument {
  /** Which call of `on.after`, from 0. */
  readonly call: number;
  readonly position: number;
  readonly name: string;
}

const calls = [...TEXT.matchAll(CALL)].map(([, , list = ""]) =>
  list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== ""),
);
const args: Argument[] = calls.flatMap((names, call) => names.map((name, position) => ({ call, position, name })));

/** index.ts with the arguments of one call changed. */
function mutate(call: number, change: (names: string[]) => string[]): string {
  let at = -1;
  return TEXT.replace(CALL, (whole, from: string) => {
    at++;
    return at === call ? `${from}.after(${change(calls[call] ?? []).join(", ")})` : whole;
  });
}

/** The edges of both layouts together. The second is only run where the first shows no difference: most mutants end there. */
async function edgesOf(text: string) {
  const program = compileProgram(text);
  const dev = capturedEdges(await runProgram("dev", { program, slices: everythingOn("dev") }));
  if (!isDeepStrictEqual(dev, edgesWithAll("dev"))) return dev;
  const october = capturedEdges(await runProgram("october-2025", { program, slices: everythingOn("october-2025") }));
  return { ...october, ...dev };
}

test("there are as many arguments of on.after as edges in the table", () => {
  expect(args).toHaveLength(Object.values(EDGES).flat().length);
});

test("the unchanged text passes", async () => {
  expect(await edgesOf(TEXT)).toEqual(EDGES);
});

test.each(args)("removing $name (argument $position of call $call) fails the order test", async ({ call, position }) => {
  const edges = await edgesOf(mutate(call, (names) => names.filter((_, index) => index !== position)));
  expect(edges).not.toEqual(EDGES);
});

/** Stages that exist by the time of the last call and do not stand in it yet. */
const variables = [...new Set(args.map(({ name }) => name))].filter((name) => calls.at(-1)?.includes(name) === false);

test.each(variables)("an edge to %s that moves to the last stage fails the order test", async (name) => {
  const edges = await edgesOf(mutate(calls.length - 1, (names) => [...names, name]));
  expect(edges).not.toEqual(EDGES);
});
