import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../../e2e/support/engine";

const FILE = join(ROOT, ".testbed", "soak", "results.json");

/** Keeps what a soak test has measured, by the name of the test; `make soak` makes docs/soak.md of it. */
export function record(name: string, result: object): void {
  mkdirSync(dirname(FILE), { recursive: true });
  const all = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as Record<string, object>) : {};
  writeFileSync(FILE, `${JSON.stringify({ ...all, [name]: { ...all[name], ...result } }, undefined, 2)}\n`);
}
