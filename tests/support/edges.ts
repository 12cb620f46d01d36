import type { Captured } from "./harness";

/** Stage to the stages that it waits for directly. */
export type Edges = Readonly<Record<string, readonly string[]>>;

/** The order of the bed. Each edge is an argument of `after` in index.ts. */
export const EDGES: Edges = {
  platform: [],
  indexers: [],
  credentials: ["platform"],
  cassandra: ["platform"],
  elasticsearch: ["credentials", "platform"],
  "cassandra-roles": ["cassandra", "credentials"],
  "temporal-schema": ["cassandra", "cassandra-roles", "credentials"],
  "temporal-visibility": ["credentials", "elasticsearch"],
  temporal: ["credentials", "temporal-schema", "temporal-visibility"],
  "temporal-namespaces": ["temporal"],
  "temporal-tools": ["temporal"],
};

/** The edges that the engine got to see. */
export function capturedEdges(bed: Captured): Edges {
  return Object.fromEntries(
    bed.stages().map((stage) => {
      const priors = stage.dependencies.map((urn) => bed.stageOf(bed.byUrn(urn))?.name ?? urn);
      return [stage.name, [...new Set(priors)].sort()];
    }),
  );
}
