import { bytes } from "../../../components/kit/units";
import type { RealBed } from "./real-bed";

/** What the bed's Prometheus says of itself and of what it has found. */

/** Answer of its API. @param path below /api/v1 */
export async function prometheus<T>(bed: RealBed, path: string): Promise<T> {
  const { status } = await bed.pod("prometheus");
  const answer = await fetch(`http://${status.podIP}:9090/api/v1${path}`);
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}

export interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
  readonly health: string;
  readonly lastError: string;
  readonly scrapeInterval: string;
}

export async function targets(bed: RealBed): Promise<readonly Target[]> {
  return (await prometheus<{ activeTargets: readonly Target[] }>(bed, "/targets?state=active")).activeTargets;
}

/** The interval of all targets; several, if they differ. */
export async function scrapeInterval(bed: RealBed): Promise<string> {
  return [...new Set((await targets(bed)).map((target) => target.scrapeInterval))].join(" and ");
}

/** Retention in force: `10d or 900MiB`. */
export async function retention(bed: RealBed, what: "time" | "size"): Promise<string | number | undefined> {
  const { storageRetention } = await prometheus<{ storageRetention: string }>(bed, "/status/runtimeinfo");
  const [time, size] = storageRetention.split(" or ");
  return what === "time" ? time : bytes((size ?? "").replace(/B$/, ""));
}
