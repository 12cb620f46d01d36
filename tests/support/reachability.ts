import { load } from "js-yaml";
import type { Captured, Json, JsonMap, Registration } from "./harness";
import { at, isMap, listAt, mapAt, textAt } from "./json";
import { configFiles, containers, objectName, plainEnv, type Pod } from "./pods";

/**
 * Two answers that must agree and share nothing. What passes is decided from NetworkPolicy objects alone, as a network plug-in does
 * that no lab has here. What is to pass is read from what pods are told: environment, command, files.
 */

/** Pods that policies select by their labels. */
export interface Party {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, Json>>;
}

/** Pods that listen. */
export interface Target extends Party {
  readonly ports: readonly { readonly number: number; readonly name: string }[];
  /** Names of the pods, where they have names of their own: those of a StatefulSet. */
  readonly pods: readonly string[];
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
  if (strange.length > 0) throw new Error(`field ${strange.join(", ")} is not understood; teach it to tests/support/reachability.ts`);
}

function listOf(json: Json | undefined): Json[] {
  return Array.isArray(json) ? json : isMap(json) ? [] : [];
}

/** Every text that reaches a pod: environment, command, ConfigMaps, Secrets. */
export function toldTo(bed: Captured, pod: Pod): string[] {
  const own = containers(bed).filter((container) => container.pod.owner === pod.owner);
  const files = own.flatMap((container) => configFiles(bed, container).map(({ text }) => text));
  const spec = textsOf(pod.spec);
  const secrets = bed.ofKind("Secret").filter((secret) => spec.includes(objectName(secret)));
  return [...spec, ...own.flatMap((container) => pairsOf(plainEnv(container.spec))), ...files, ...secrets.flatMap(secretTexts)];
}

const secretTexts = ({ inputs }: Registration) => textsOf(inputs["stringData"]);

function textsOf(json: Json | undefined): string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(textsOf) : [];
}

/** An address in two variables: X_HOST and X_PORT. */
function pairsOf(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).flatMap(([name, host]) => {
    const port = name.endsWith("_HOST") ? env[name.replace(/_HOST$/, "_PORT")] : undefined;
    return port === undefined ? [] : [`${host}:${port}`];
  });
}

/** `host:port`; an XML element or a YAML key `port` right behind that of the host. */
const PORT_BESIDE = String.raw`(?::(\d+)|(?:</\w+>)?\s+(?:<port>|port: )(\d+))?`;

/** A Service of a target that texts name, and on which ports of the target's pods one arrives; none where only the host is named. */
export interface Named {
  readonly service: string;
  readonly ports: readonly number[];
}

/** Services of a target that texts name. A port counts only beside the host: elsewhere in a text it may be anybody's. */
export function namedBy(bed: Captured, texts: readonly string[], target: Target): Named[] {
  return bed
    .ofKind("Service")
    .filter(({ inputs }) => textAt(inputs, "metadata.namespace") === target.namespace && selects(mapAt(inputs, "spec.selector"), target))
    .flatMap((service) => {
      const host = `(?<![\\w-])${objectName(service)}\\.${target.namespace}\\.svc(?:\\.cluster\\.local)?(?![\\w-])`;
      const found = [...texts.join("\n").matchAll(new RegExp(`${host}${PORT_BESIDE}`, "g"))];
      if (found.length === 0) return [];
      const dialled = found.flatMap(([, colon, beside]) => colon ?? beside ?? []).map(Number);
      return [{ service: objectName(service), ports: dialled.flatMap((port) => podPort(service, port, target)) }];
    });
}

/** A Service of one pod of a StatefulSet names it by a label that Kubernetes adds. */
function selects(selector: JsonMap, { labels, pods }: Target): boolean {
  return Object.entries(selector).every(([key, value]) =>
    key === "statefulset.kubernetes.io/pod-name" ? pods.some((pod) => pod === value) : labels[key] === value,
  );
}

/** A headless Service has no ports of its own: a client arrives on the one that it dials. Any other answers on those it lists. */
function podPort(service: Registration, dialled: number, target: Target): number[] {
  if (at(service.inputs, "spec.clusterIP") === "None") return [dialled];
  return listAt(service.inputs, "spec.ports")
    .filter(({ port }) => port === dialled)
    .map(({ targetPort }) => (typeof targetPort === "string" ? target.ports.find(({ name }) => name === targetPort)?.number : targetPort))
    .map((to) => Number(to ?? dialled));
}

/** Ports of a target that a prometheus.yml has scraped: as it finds pods, and relabels them away. */
export function scrapedBy(prometheusYml: string, target: Target): number[] {
  return listAt(load(prometheusYml) as Json, "scrape_configs").flatMap((job) => {
    known(job, ["job_name", "metrics_path", "kubernetes_sd_configs", "relabel_configs"]);
    if (!listAt(job, "kubernetes_sd_configs").some((search) => finds(search, target))) return [];
    const rules = listAt(job, "relabel_configs");
    const meta = (pod: string, port: number) => ({
      __meta_kubernetes_pod_name: pod,
      __meta_kubernetes_pod_container_port_number: String(port),
      __meta_kubernetes_pod_phase: "Running",
    });
    const names = target.pods.length > 0 ? target.pods : ["named at random"];
    return target.ports
      .map(({ number }) => number)
      .filter((port) => names.some((pod) => rules.every((rule) => keeps(rule, meta(pod, port)))));
  });
}

function finds(search: JsonMap, { namespace, labels }: Target): boolean {
  known(search, ["role", "namespaces", "selectors"]);
  const wanted = listAt(search, "selectors").flatMap((selector) => textAt(selector, "label").split(","));
  return (
    textAt(search, "role") === "pod" &&
    listOf(at(search, "namespaces.names")).includes(namespace) &&
    wanted.every((pair) => {
      const [key = "", value] = pair.split("=");
      return labels[key] === value;
    })
  );
}

/** Whether a relabelling leaves what was found a target: a name with these labels. */
function keeps(rule: JsonMap, found: Readonly<Record<string, string>>): boolean {
  known(rule, ["action", "source_labels", "regex", "target_label"]);
  const action = textAt(rule, "action");
  // A label that ends up in the series; one that starts with underscores could be the address itself.
  if (action === "replace" && /^[a-z]+$/.test(textAt(rule, "target_label"))) return true;
  const values = listOf(rule["source_labels"]).map((label) => (typeof label === "string" ? found[label] : undefined));
  if (!["keep", "drop"].includes(action) || values.includes(undefined))
    throw new Error(`relabelling ${JSON.stringify(rule)} is not understood; teach it to tests/support/reachability.ts`);
  return new RegExp(`^(?:${textAt(rule, "regex")})$`).test(values.join(";")) === (action === "keep");
}

/** Ports of a target that PodMonitors name, for a Prometheus that is not of the bed. */
export function monitored(bed: Captured, target: Target): number[] {
  return bed
    .ofKind("PodMonitor")
    .map(({ inputs }) => inputs)
    .filter((monitor) => textAt(monitor, "metadata.namespace") === target.namespace)
    .filter((monitor) => {
      known(mapAt(monitor, "spec"), ["selector", "podMetricsEndpoints"]);
      return matches(mapAt(monitor, "spec.selector"), target.labels);
    })
    .flatMap((monitor) => listAt(monitor, "spec.podMetricsEndpoints").map(({ targetPort }) => Number(targetPort)));
}
