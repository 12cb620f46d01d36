import type { Captured } from "./harness";

/** Stage to the stages that it waits for directly. */
export type Edges = Readonly<Record<string, readonly string[]>>;

/** The order of the bed with everything on, as in dev. Each edge is an argument of `after` in index.ts. */
export const EDGES: Edges = {
  platform: [],
  indexers: [],
  network: ["indexers", "platform"],
  credentials: ["indexers", "platform"],
  cassandra: ["platform"],
  elasticsearch: ["credentials", "platform"],
  "clickhouse-keeper": ["platform"],
  clickhouse: ["clickhouse-keeper", "credentials", "platform"],
  "cassandra-roles": ["cassandra", "credentials"],
  "temporal-schema": ["cassandra", "cassandra-roles", "credentials"],
  "temporal-visibility": ["credentials", "elasticsearch"],
  "temporal-cluster": ["credentials", "temporal-schema", "temporal-visibility"],
  temporal: ["credentials", "temporal-cluster", "temporal-schema", "temporal-visibility"],
  "temporal-namespaces": ["temporal"],
  "temporal-tools": ["temporal"],
  load: ["temporal", "temporal-namespaces"],
  "load-check": ["load", "temporal", "temporal-namespaces"],
};

/** Stages that a layer switches off; nothing waits for them there. */
const OFF: Readonly<Record<string, readonly string[]>> = {
  prod: ["load", "load-check"],
  "october-2025": ["clickhouse-keeper"],
};

/** The order of the bed in a layer. */
export function edgesIn(layer: string): Edges {
  const on = (stage: string) => OFF[layer]?.includes(stage) !== true;
  return Object.fromEntries(Object.entries(EDGES).flatMap(([stage, priors]) => (on(stage) ? [[stage, priors.filter(on)]] : [])));
}

/** The edges that the engine got to see. */
export function capturedEdges(bed: Captured): Edges {
  return Object.fromEntries(
    bed.stages().map((stage) => {
      const priors = stage.dependencies.map((urn) => bed.stageOf(bed.byUrn(urn))?.name ?? urn);
      return [stage.name, [...new Set(priors)].sort()];
    }),
  );
}
