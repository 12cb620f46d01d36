import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../e2e/support/engine";
import type { Result } from "./watch";

const FILE = join(ROOT, ".testbed", "soak", "results.json");

/** Keeps what a soak test has measured, by the name of the test; `make soak` makes docs/soak.md of it. */
export function record(name: string, result: object): void {
  mkdirSync(dirname(FILE), { recursive: true });
  const all = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, object>) : {};
  writeFileSync(FILE, `${JSON.stringify({ ...all, [name]: { ...all[name], ...result } }, undefined, 2)}\n`);
}

/** What was seen of the limits, a file of its own because it is a table. */
export const LIMITS_FILE = join(ROOT, ".testbed", "soak", "limits.json");

/** Adds results, in the place of older ones of the same limits. */
export function recordLimits(results: readonly Result[]): void {
  mkdirSync(dirname(LIMITS_FILE), { recursive: true });
  const before = existsSync(LIMITS_FILE) ? (JSON.parse(readFileSync(LIMITS_FILE, "utf8")) as Result[]) : [];
  const kept = before.filter(({ knob }) => !results.some((result) => result.knob === knob));
  writeFileSync(LIMITS_FILE, `${JSON.stringify([...kept, ...results], undefined, 2)}\n`);
}
