/** Kinds whose readiness is waited for. */
export const WORKLOADS = ["StatefulSet", "Deployment", "Job"];

/** Workloads by step: those of a step are ready before the next one begins. What is no workload goes first. */
export const STEPS: Readonly<Record<string, readonly string[]>> = {
  stores: ["StatefulSet cassandra", "StatefulSet elasticsearch"],
  "roles, visibility": ["Job cassandra-roles", "Job temporal-visibility"],
  schema: ["Job temporal-schema"],
  record: ["Job temporal-cluster"],
  temporal: ["frontend", "history", "matching", "worker"].map((role) => `Deployment temporal-${role}`),
  "namespaces, tools": ["Job temporal-namespaces", "Deployment temporal-ui", "Deployment temporal-admin-tools"],
  load: ["Deployment load-worker"],
  check: ["Job load-check"],
};
