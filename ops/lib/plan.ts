import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BedEvent } from "./bed-event";
import { ROOT, STATE } from "./places";
import type { Expected } from "./progress";

/**
 * What a start will touch, kept from one start to the next: a preview costs a third of the whole start, and the answer only
 * changes with the program and its settings. It serves the display alone; a wrong one does no harm.
 */

/** What a plan depends on, beside the stack's own settings. */
const SOURCES = ["index.ts", "Pulumi.yaml", "package-lock.json", "bed", "components", "values"];

/** The plan of the last preview; undefined when there is none for exactly this program. */
export function keptPlan(stack: string): Expected[] | undefined {
  try {
    const kept = JSON.parse(readFileSync(fileOf(stack), "utf8")) as { fingerprint: string; expected: Expected[] };
    return kept.fingerprint === fingerprint(stack) ? kept.expected : undefined;
  } catch {
    return undefined;
  }
}

export function keepPlan(stack: string, events: readonly BedEvent[]): Expected[] {
  const expected = plannedBy(events);
  mkdirSync(STATE, { recursive: true });
  writeFileSync(fileOf(stack), JSON.stringify({ fingerprint: fingerprint(stack), expected }));
  return expected;
}

/** Resources in the order in which a preview named them, without those that only go away. */
export function plannedBy(events: readonly BedEvent[]): Expected[] {
  const found = new Map<string, Expected>();
  for (const event of events) {
    if (event.kind !== "begin" || event.op.startsWith("delete")) continue;
    found.set(event.urn, { urn: event.urn, ...(event.parent === undefined ? {} : { parent: event.parent }) });
  }
  return [...found.values()];
}

function fingerprint(stack: string): string {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    const full = join(ROOT, path);
    if (!existsSync(full)) return;
    // The salt is new with each new stack, and plans nothing.
    const text = readFileSync(full, "utf8").replace(/^encryptionsalt:.*$/m, "");
    hash.update(`${path}\0${text.trim()}\0`);
  };
  for (const source of [...SOURCES, `Pulumi.${stack}.yaml`]) {
    if (source.includes(".")) add(source);
    else
      for (const path of readdirSync(join(ROOT, source), { recursive: true, encoding: "utf8" }).sort())
        if (/\.\w+$/.test(path)) add(join(source, path));
  }
  return hash.digest("hex");
}

function fileOf(stack: string): string {
  return join(STATE, `${stack}.plan.json`);
}
