import fc from "fast-check";
import { LIMITS, type SCOPED, type Limit } from "../../components/temporal/limits-table";

/** Settings of `temporal.limits` drawn from the table of limits: valid ones, of every kind. */

type Table = Readonly<Record<string, Limit>>;

const word = fc.stringMatching(/^[a-z]{2,8}$/);

function value({ type, min = 1, max = 10_000_000 }: Limit): fc.Arbitrary<number> {
  return type === "int" ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
}

function some(table: Table): fc.Arbitrary<Record<string, number | undefined>> {
  return fc.record(Object.fromEntries(Object.entries(table).map(([name, limit]) => [name, value(limit)])), { requiredKeys: [] });
}

/** With scope cluster only what has a cluster-wide key, or is not said of a pod. */
function scoped(table: Table): fc.Arbitrary<Record<string, unknown>> {
  const wide = Object.fromEntries(Object.entries(table).filter(([, { per, clusterKey }]) => per !== "pod" || clusterKey !== undefined));
  return fc.oneof(
    some(table),
    some(table).map((given) => ({ ...given, scope: "host" })),
    some(wide).map((given) => ({ ...given, scope: "cluster" })),
  );
}

/** @param namespace names of namespaces */
export function anyLimits(namespace: fc.Arbitrary<string> = word): fc.Arbitrary<Record<string, unknown>> {
  const section = (name: (typeof SCOPED)[number]) => scoped(LIMITS[name]);
  return fc.record({
    frontend: section("frontend"),
    matching: section("matching"),
    history: section("history"),
    worker: section("worker"),
    visibility: some(LIMITS.visibility),
    system: some(LIMITS.system),
    namespaces: fc.dictionary(namespace, section("namespaces"), { maxKeys: 2, noNullPrototype: true }),
    taskQueues: fc.uniqueArray(
      fc.tuple(some(LIMITS.taskQueues), fc.option(namespace), fc.option(word)).map(([given, inNamespace, taskQueue]) => ({
        ...given,
        ...(inNamespace !== null && { namespace: inNamespace }),
        ...(taskQueue !== null && { taskQueue }),
        // As many are read as are ever written, wherever entries overlap.
        ...(given["writePartitions"] !== undefined && { writePartitions: 1 }),
      })),
      { maxLength: 3, selector: ({ namespace: of, taskQueue }: { namespace?: string; taskQueue?: string }) => `${of} ${taskQueue}` },
    ),
  });
}
