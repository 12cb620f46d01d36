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
  "cassandra-roles": ["cassandra", "credentials"],
  "temporal-schema": ["cassandra", "cassandra-roles", "credentials"],
  "temporal-visibility": ["credentials", "elasticsearch"],
  "temporal-cluster": ["credentials", "temporal-schema", "temporal-visibility"],
  temporal: ["credentials", "temporal-cluster", "temporal-schema", "temporal-visibility"],
  "temporal-namespaces": ["temporal"],
  "temporal-tools": ["temporal"],
  load: ["temporal", "temporal-namespaces"],
  "load-check": ["load", "temporal", "temporal-namespaces"],
  prometheus: ["platform"],
  grafana: ["credentials", "platform", "prometheus"],
};

/** Stages that a layer switches off. No stage that stays waits for one of them. */
const OFF: Readonly<Record<string, readonly string[]>> = { prod: ["load", "load-check"] };

/** The order of the bed in a layer. */
export function edgesIn(layer: string): Edges {
  return Object.fromEntries(Object.entries(EDGES).filter(([stage]) => OFF[layer]?.includes(stage) !== true));
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
