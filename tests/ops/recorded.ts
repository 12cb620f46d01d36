import type { BedEvent } from "../../ops/lib/bed-event";
import rows from "./recorded-start.json";

const PREFIX = "urn:pulumi:demo::testbed::";

/** Every step of one start of the dev bed in the lab, as the engine told it: all resources new, all went well. */
export const START: readonly BedEvent[] = (rows as [number, "begin" | "end", string, string][]).map(([at, kind, urn, parent]) => ({
  kind,
  at,
  urn: PREFIX + urn,
  ...(parent === "" ? {} : { parent: PREFIX + parent }),
  op: "create",
}));

/** The prerequisites of that bed, as bed/ names them. */
export const EDGES: ReadonlyMap<string, readonly string[]> = new Map([
  ["credentials", ["platform"]],
  ["cassandra", ["platform"]],
  ["elasticsearch", ["platform", "credentials"]],
  ["cassandra-roles", ["credentials", "cassandra"]],
  ["temporal-schema", ["credentials", "cassandra", "cassandra-roles"]],
  ["temporal-visibility", ["credentials", "elasticsearch"]],
  ["temporal", ["credentials", "temporal-schema", "temporal-visibility"]],
  ["temporal-namespaces", ["temporal"]],
  ["temporal-tools", ["temporal"]],
]);

/** A URN of stack `demo`. */
export function urn(chain: string, name: string): string {
  return `${PREFIX}${chain}::${name}`;
}
