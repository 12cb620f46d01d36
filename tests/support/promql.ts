import { createRequire } from "node:module";
import type { LRParser } from "@lezer/lr";

/** The package has a CommonJS build, but typings for the other one alone. */
const { parser } = createRequire(__filename)("@prometheus-io/lezer-promql") as { parser: LRParser };

/** Grafana puts a duration in its place. */
const RATE_INTERVAL = "$__rate_interval";

/** Names of the metrics that a query selects, by Prometheus' own grammar. @throws when it is no PromQL */
export function metricNames(query: string): string[] {
  const text = query.replaceAll(RATE_INTERVAL, "5m");
  const names = new Set<string>();
  parser.parse(text).iterate({
    enter({ name, type, from, to, node }) {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${text}`);
      if (name !== "VectorSelector") return;
      const metric = node.getChild("Identifier");
      if (metric === null) throw new Error(`a selector without a name, '${text.slice(from, to)}': ${text}`);
      names.add(text.slice(metric.from, metric.to));
    },
  });
  return [...names].sort();
}
