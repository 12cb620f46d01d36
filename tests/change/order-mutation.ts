import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { capturedEdges, EDGES, edgesWithAll } from "../support/edges";
import { everythingOn } from "../support/everything";
import { compileProgram, ROOT, runProgram } from "../support/harness";

/** Proof that the order test has teeth: every edge of index.ts and bed/ is taken out and put elsewhere, one after the other. */

const FILES = [...readdirSync(join(ROOT, "bed")).map((file) => `bed/${file}`), "index.ts"];
const TEXTS = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
/** `on.after`, and `ground.after` of a stage that is deleted by calls of its own; the ground itself waits for nothing. */
const CALL = /\b(on|ground)\.after\(([^)]+)\)/g;

interface Call {
  readonly file: string;
  /** Which call of its file, from 0. */
  readonly call: number;
  readonly names: readonly string[];
}

const calls: Call[] = FILES.flatMap((file) =>
  [...textOf(file).matchAll(CALL)].map(([, , list = ""], call) => ({ file, call, names: list.split(",").map((name) => name.trim()) })),
);
const args = calls.flatMap(({ names, ...at }) => names.map((name, position) => ({ ...at, position, name })));

function textOf(file: string): string {
  return TEXTS[file] ?? "";
}

/** The text of a file with the arguments of one call changed. */
function mutate(file: string, call: number, change: (names: string[]) => string[]): Record<string, string> {
  let at = -1;
  const text = textOf(file).replace(CALL, (whole, from: string, list: string) => {
    at++;
    return at === call ? `${from}.after(${change(list.split(",").map((name) => name.trim())).join(", ")})` : whole;
  });
  return { [file]: text };
}

/** The edges of both layouts together. The second is only run where the first shows no difference: most mutants end there. */
async function edgesOf(texts: Record<string, string>) {
  const program = compileProgram(texts);
  const dev = capturedEdges(await runProgram("dev", { program, slices: everythingOn("dev") }));
  if (!isDeepStrictEqual(dev, edgesWithAll("dev"))) return dev;
  const october = capturedEdges(await runProgram("october-2025", { program, slices: everythingOn("october-2025") }));
  return { ...october, ...dev };
}

/** Stages that exist by the time of the last call, which is in index.ts, and do not stand in it yet; by their names there. */
const last = calls.at(-1);
const variables = [...new Set(args.map(({ name }) => name))].filter((name) => last?.names.includes(name) === false).map(inIndex);

/** A stage's name in index.ts: its own, or that of a field of what its group returns. */
function inIndex(name: string): string {
  const group = FILES.find((file) => new RegExp(`^  const ${name} =$|^  const ${name} = `, "m").test(textOf(file)));
  const made = new RegExp(`const (\\w+|\\{[^}]*\\}) = make${group?.slice("bed/".length, -".ts".length)}\\(`, "i").exec(
    textOf("index.ts"),
  )?.[1];
  if (made === undefined) throw new Error(`index.ts has no result of the group that makes ${name}`);
  return made.startsWith("{") ? name : `${made}.${name}`;
}

/** One share of the mutants: a file each, so that they run side by side. */
export function testMutants(share: number, shares: number): void {
  const mine = <T>(all: readonly T[]) => all.filter((_, index) => index % shares === share);

  if (share === 0) {
    test("there are as many arguments of on.after as edges in the table, each a plain name", () => {
      expect(args).toHaveLength(Object.values(EDGES).flat().length);
      expect(args.filter(({ name }) => !/^\w+$/.test(name))).toEqual([]);
    });

    test("the unchanged texts pass", async () => {
      expect(await edgesOf(TEXTS)).toEqual(EDGES);
    });
  }

  test.each(mine(args))(
    "removing $name (argument $position of call $call in $file) fails the order test",
    async ({ file, call, position }) => {
      const edges = await edgesOf(mutate(file, call, (names) => names.filter((_, index) => index !== position)));
      expect(edges).not.toEqual(EDGES);
    },
  );

  test.each(mine(variables))("an edge to %s that moves to the last stage fails the order test", async (name) => {
    const edges = await edgesOf(mutate("index.ts", last?.call ?? 0, (names) => [...names, name]));
    expect(edges).not.toEqual(EDGES);
  });
}
