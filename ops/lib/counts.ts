import type { Item } from "./inventory";

/** Kinds that are shown even where there were never any. */
const ALWAYS = [
  "namespaces",
  "pods",
  "persistentvolumeclaims",
  "persistentvolumes",
  "jobs.batch",
  "secrets",
  "configmaps",
  "services",
  "statefulsets.apps",
  "deployments.apps",
];

/** Rows of the table that shows what was there and what is left: kind, before, now; the last row is the sum. */
export function countRows(before: readonly Item[], now: readonly Item[]): (string | number)[][] {
  const count = (items: readonly Item[], kind: string) => items.filter((item) => item.kind === kind).length;
  const others = [...new Set([...before, ...now].map(({ kind }) => kind))].filter((kind) => !ALWAYS.includes(kind)).sort();
  return [...[...ALWAYS, ...others].map((kind) => [kind, count(before, kind), count(now, kind)]), ["all", before.length, now.length]];
}

/** Where an object is, for people: `pods testbed-dev/cassandra-0`. */
export function itemText({ kind, namespace, name, claim }: Item): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}${claim === undefined ? "" : ` (claim ${claim})`}`;
}
