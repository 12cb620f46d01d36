import type { Captured, Json, JsonMap } from "./harness";
import { at, isMap, listAt, mapAt, textAt } from "./json";

/** Decides, from NetworkPolicy objects alone, which connection passes: what a network plug-in does that no lab has here. */

/** Pods that policies select by their labels. */
export interface Party {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, Json>>;
}

/** Whether a TCP connection to a port of the target's pods passes: out of the one side and into the other. */
export function passes(bed: Captured, from: Party, to: Party, port: number): boolean {
  return allowed(bed, "Egress", from, to, port) && allowed(bed, "Ingress", to, from, port);
}

/** A pod that no policy of a direction selects is open in it; one that is selected needs a rule of any of them. */
function allowed(bed: Captured, direction: "Ingress" | "Egress", self: Party, other: Party, port: number): boolean {
  const policies = bed
    .ofKind("NetworkPolicy")
    .map(({ inputs }) => inputs)
    .filter((policy) => textAt(policy, "metadata.namespace") === self.namespace)
    .filter((policy) => listOf(at(policy, "spec.policyTypes")).includes(direction))
    .filter((policy) => matches(mapAt(policy, "spec.podSelector"), self.labels));
  if (policies.length === 0) return true;
  const [rules, side] = direction === "Ingress" ? ["spec.ingress", "from"] : ["spec.egress", "to"];
  return policies.some((policy) =>
    listAt(policy, rules).some((rule) => {
      const peers = rule[side] === undefined ? undefined : listAt(rule, side);
      return onPort(rule, port) && (peers === undefined || peers.some((peer) => isPeer(peer, other, textAt(policy, "metadata.namespace"))));
    }),
  );
}

function onPort(rule: JsonMap, port: number): boolean {
  if (rule["ports"] === undefined) return true;
  return listAt(rule, "ports").some((entry) => {
    known(entry, ["port", "protocol"]);
    if (typeof entry["port"] !== "number") throw new Error(`a named port is not understood: ${JSON.stringify(entry)}`);
    return entry["port"] === port && (entry["protocol"] ?? "TCP") === "TCP";
  });
}

function isPeer(peer: JsonMap, party: Party, home: string): boolean {
  known(peer, ["podSelector", "namespaceSelector"]);
  const inNamespace =
    peer["namespaceSelector"] === undefined
      ? party.namespace === home
      : matches(mapAt(peer, "namespaceSelector"), { "kubernetes.io/metadata.name": party.namespace });
  return inNamespace && matches(mapAt(peer, "podSelector"), party.labels);
}

function matches(selector: JsonMap, labels: Readonly<Record<string, Json>>): boolean {
  known(selector, ["matchLabels"]);
  return Object.entries(mapAt(selector, "matchLabels")).every(([key, value]) => labels[key] === value);
}

/** A field that this small evaluator does not know would be decided wrongly in silence. */
function known(map: JsonMap, fields: readonly string[]): void {
  const strange = Object.keys(map).filter((field) => !fields.includes(field));
  if (strange.length > 0)
    throw new Error(`NetworkPolicy field ${strange.join(", ")} is not understood; teach it to tests/support/reachability.ts`);
}

function listOf(json: Json | undefined): Json[] {
  return Array.isArray(json) ? json : isMap(json) ? [] : [];
}
