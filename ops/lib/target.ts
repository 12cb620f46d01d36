import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "./fail";
import { STATE } from "./places";

/** Where a demo runs: in a lab of its own, or in the cluster of the current kubeconfig. */
export type Place = "lab" | "cluster";

/** Set to 1 to use the cluster of the current kubeconfig. KUBECONFIG alone is not enough: many shells have one for other work. */
export const OPT_IN = "TESTBED_USE_CLUSTER";

/** What a demo wrote down when it began, for the one that takes it away. */
export interface DemoRecord {
  readonly place: Place;
  /** UID of the cluster's `kube-system`. */
  readonly cluster: string;
  /** Keys of all objects that were there before; undefined where that is not known, or others use the cluster too. */
  readonly baseline?: readonly string[];
}

/** @throws Refusal for a value other than 1, 0 or nothing */
export function wantedPlace(env: NodeJS.ProcessEnv = process.env): Place {
  const given = env[OPT_IN] ?? "";
  if (!["", "0", "1"].includes(given))
    throw new Refusal(`${OPT_IN} is '${given}'; allowed: 1 (the cluster of your kubeconfig), or 0 or unset (the lab).`);
  return given === "1" ? "cluster" : "lab";
}

export function readRecord(name: string): DemoRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(name), "utf8")) as DemoRecord;
  } catch {
    return undefined; // none, or half written: then the demo is looked for where it would be now
  }
}

export function writeRecord(name: string, record: DemoRecord): void {
  mkdirSync(STATE, { recursive: true });
  writeFileSync(fileOf(name), JSON.stringify(record));
}

export function removeRecord(name: string): void {
  rmSync(fileOf(name), { force: true });
}

function fileOf(name: string): string {
  return join(STATE, `${name}.json`);
}
