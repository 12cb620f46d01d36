import type { Captured } from "./harness";

/** Stage to the stages that it waits for directly. */
export type Edges = Readonly<Record<string, readonly string[]>>;

/** The order of the bed with everything on. Each edge is an argument of `after` in index.ts or bed/. */
export const EDGES: Edges = {
  platform: [],
  indexers: [],
  network: ["indexers", "platform"],
  credentials: ["platform"],
  "indexers-credentials": ["credentials", "indexers"],
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
  redis: ["credentials", "platform"],
  mongodb: ["credentials", "platform"],
  "canopy-node": ["credentials", "platform"],
  "rpc-mock": ["platform"],
  chronik: ["credentials", "platform"],
  "chronik-topics": ["chronik"],
  "chronik-bench": ["chronik", "chronik-topics"],
  "canopyx-admin": ["clickhouse", "credentials", "redis", "temporal", "temporal-namespaces"],
  "canopyx-controller": [
    "canopyx-admin",
    "clickhouse",
    "credentials",
    "indexers",
    "indexers-credentials",
    "redis",
    "temporal",
    "temporal-namespaces",
  ],
  "canopyx-query": ["canopyx-admin"],
  "canopyx-web": ["canopyx-admin"],
  "canopyx-chains": ["canopy-node", "canopyx-admin", "canopyx-controller", "rpc-mock"],
  prometheus: ["platform"],
  grafana: ["credentials", "platform", "prometheus"],
  monitors: ["platform"],
};

/** Stages whose images nobody publishes: no layer names them, so they are off in every layer as committed. */
const UNNAMED = [
  "canopy-node",
  "rpc-mock",
  "chronik-bench",
  "canopyx-admin",
  "canopyx-controller",
  "canopyx-query",
  "canopyx-web",
  "canopyx-chains",
];

/** Stages that a layer switches off, or has no images for. No stage that stays waits for one of them. */
const OFF: Readonly<Record<string, readonly string[]>> = {
  dev: [...UNNAMED, "mongodb", "monitors"],
  prod: [...UNNAMED, "mongodb", "monitors", "load", "load-check"],
  "october-2025": [...UNNAMED, "monitors", "indexers-credentials", "redis", "chronik", "chronik-topics", "clickhouse-keeper"],
};

/** Stages that are off with everything on: of another generation, or of another layout. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  dev: ["canopyx-query"],
  prod: ["canopyx-query"],
  "october-2025": ["indexers-credentials", "redis", "chronik", "chronik-topics", "chronik-bench", "clickhouse-keeper"],
};

/** The order of the bed in a layer as committed. */
export function edgesIn(layer: string): Edges {
  return without(OFF[layer] ?? []);
}

/** The order of the bed in a layer with everything on; see `everything.ts`. */
export function edgesWithAll(layer: string): Edges {
  return without(NEVER[layer] ?? []);
}

function without(off: readonly string[]): Edges {
  const on = (stage: string) => !off.includes(stage);
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
