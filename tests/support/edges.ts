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
  "canopyx-admin": ["credentials", "temporal", "temporal-namespaces"],
  "canopyx-controller": ["canopyx-admin", "credentials", "indexers", "temporal", "temporal-namespaces"],
  "canopyx-query": ["canopyx-admin"],
  "canopyx-web": ["canopyx-admin"],
  "canopyx-chains": ["canopyx-admin", "canopyx-controller"],
};

/** Stages whose images nobody publishes: no layer names them, so they are off in every layer as committed. */
const UNNAMED = ["canopyx-admin", "canopyx-controller", "canopyx-query", "canopyx-web", "canopyx-chains"];

/** Stages that a layer switches off, or has no images for. No stage that stays waits for one of them. */
const OFF: Readonly<Record<string, readonly string[]>> = {
  dev: UNNAMED,
  prod: ["load", "load-check", ...UNNAMED],
  "october-2025": UNNAMED,
};

/** Stages of one generation of CanopyX. */
const ONLY_IN: Readonly<Record<string, string>> = { "canopyx-query": "october-2025" };

/** The order of the bed in a layer as committed. */
export function edgesIn(layer: string): Edges {
  return Object.fromEntries(Object.entries(EDGES).filter(([stage]) => OFF[layer]?.includes(stage) !== true));
}

/** The order of the bed in dev or October 2025 with every image named. */
export function edgesWithAll(layer: "dev" | "october-2025"): Edges {
  return Object.fromEntries(Object.entries(EDGES).filter(([stage]) => (ONLY_IN[stage] ?? layer) === layer));
}

/** Slices that name every image that no layer names. */
export function allNamed(layer: string): Record<string, unknown> {
  const image = (name: string) => ({ repository: `registry.example.com/${name}`, tag: "v1" });
  const names = ["admin", "controller", "indexer", "adminWeb", ...(layer === "october-2025" ? ["query"] : [])];
  return { canopyx: { images: Object.fromEntries(names.map((name) => [name, image(`canopyx-${name.toLowerCase()}`)])) } };
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
