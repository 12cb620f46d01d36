import { METRICS_PORT } from "../../../components/temporal/render";
import type { Reader } from "../../../components/temporal/limits-table";
import { samplesOf, sum } from "../../../ops/lib/samples";
import type { RealBed } from "../../real/support/real-bed";
import { metrics } from "../../real/support/servers";

/** A counter of the servers, over all its series that have these labels. */
export interface Counter {
  readonly role: Reader;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Reads counters from the pods themselves; each role's page is read once. */
export async function readCounters(bed: RealBed, counters: readonly Counter[]): Promise<number[]> {
  const roles = [...new Set(counters.map(({ role }) => role))];
  const pages = new Map(
    await Promise.all(
      roles.map(async (role) => {
        const pods = await bed.pods(`temporal-${role}`);
        const texts = await Promise.all(pods.map(({ status }) => metrics(status.podIP, METRICS_PORT)));
        return [role, texts.flatMap(samplesOf)] as const;
      }),
    ),
  );
  return counters.map(({ role, metric, labels }) => sum(pages.get(role) ?? [], metric, labels));
}

/** The counter in words, as it would be asked for in Prometheus. */
export function named({ metric, labels }: Counter): string {
  if (metric === "") return "";
  const inside = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${metric}{${inside.join(",")}}`;
}
