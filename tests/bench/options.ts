import { parseArgs } from "node:util";

/** What is measured. `extra`: objects in the namespace that are not in the stack. `stack`: objects that are. */
export const CASES = ["up", "extra", "stack", "preview"] as const;
export type Case = (typeof CASES)[number];

export interface Options {
  /** Rounds of each case; in each, kubectl goes first, then the program. */
  readonly repeat: number;
  /** Additional ConfigMaps of the cases `extra` and `stack`. */
  readonly extra: number;
  readonly only: readonly Case[];
  /** Also measures each lever by taking it away. */
  readonly levers: boolean;
  /** On a real node with real servers, the case `up` alone. */
  readonly real: boolean;
}

/** @throws Error with what is allowed */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeat: { type: "string", default: "3" },
      extra: { type: "string", default: "300" },
      only: { type: "string", default: CASES.join(",") },
      levers: { type: "boolean", default: false },
      real: { type: "boolean", default: false },
    },
  });
  const only = values.only.split(",").filter((name) => name !== "");
  const unknown = only.filter((name) => !(CASES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(",")}: allowed are ${CASES.join(", ")}`);
  return {
    repeat: whole("--repeat", values.repeat, 1, 100),
    extra: whole("--extra", values.extra, 0, 5000),
    only: values.real ? ["up"] : (only as Case[]),
    levers: values.levers,
    real: values.real,
  };
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new Error(`${name} ${text}: a whole number from ${least} to ${most}`);
  return value;
}
