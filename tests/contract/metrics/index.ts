import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Metrics that one version of a server exports: those that its code really records, with the place that says so. */
export interface Exported {
  readonly version: string;
  readonly source: string;
  readonly metrics: Readonly<Record<string, "counter" | "gauge" | "histogram">>;
}

export const SERVERS = ["temporal", "sdk", "prometheus", "clickhouse", "chronik"] as const;
export type Server = (typeof SERVERS)[number];

export function exported(server: Server): Exported {
  return JSON.parse(readFileSync(join(__dirname, `${server}.json`), "utf8")) as Exported;
}

/** The server that exports a series, a histogram's by its parts. */
export function serverOf(series: string): Server | undefined {
  return SERVERS.find((server) => {
    const { metrics } = exported(server);
    const histogram = series.replace(/_(bucket|count|sum)$/, "");
    return metrics[series] === "counter" || metrics[series] === "gauge" || (histogram !== series && metrics[histogram] === "histogram");
  });
}
