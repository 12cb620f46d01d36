import { INDEXERS } from "../components/kit/traffic";
import { INDEXER_LABELS } from "../components/network/render";
import { everythingIn } from "./support/everything";
import { bedOf, Captured, type Json, type JsonMap, kindOf, type Registration } from "./support/harness";
import { at, listAt, mapAt, textAt } from "./support/json";
import { configFiles, containers, objectName, type Pod, pods } from "./support/pods";
import { type Party, passes } from "./support/reachability";
import { LAYERS } from "../values/layers";

/**
 * Every ordered pair of workloads, every port: traffic passes exactly where the one is told the address of the other, or where the
 * list below says why it passes all the same. The witness is what the pods are told, not the flows that the policies are made of.
 */

interface Workload extends Party {
  readonly ports: readonly { readonly number: number; readonly name: string }[];
  /** Everything that its pods are told. */
  readonly told: string;
}

/** Connections whose address stands in no configuration of the one that connects. */
interface Declared {
  readonly why: string;
  readonly from: RegExp;
  readonly to: RegExp;
  /** Names or numbers of container ports. */
  readonly ports: readonly (string | number)[];
}

const ANYWHERE = "an address outside of the bed";
const ELSEWHERE = "elsewhere";

const DECLARED: readonly Declared[] = [
  { why: "DNS", from: /^/, to: new RegExp(`^${ANYWHERE}$`), ports: [53] },
  { why: "a Cassandra node joins once the one before it serves", from: /^cassandra$/, to: /^cassandra$/, ports: ["cql"] },
  { why: "Elasticsearch nodes; a single node has no peers to name", from: /^elasticsearch$/, to: /^elasticsearch$/, ports: ["transport"] },
  {
    why: "Temporal's servers find each other in the store: membership",
    from: /^temporal-(frontend|history|matching|worker)$/,
    to: /^temporal-(frontend|history|matching|worker)$/,
    ports: ["membership"],
  },
  {
    why: "Temporal's servers call each other; the worker role serves no calls",
    from: /^temporal-(frontend|history|matching|worker)$/,
    to: /^temporal-(frontend|history|matching)$/,
    ports: ["grpc"],
  },
];

/** What is told to whom at run time: the controller hands its own addresses on to the indexers. */
const TOLD_BY: Readonly<Record<string, string>> = { [INDEXERS]: "canopyx-controller" };

function workloadsOf(bed: Captured): Workload[] {
  const ours = pods(bed).map((pod): Workload => ({
    name: textAt(pod.labels["app.kubernetes.io/name"], ""),
    namespace: textAt(pod.owner.inputs, "metadata.namespace"),
    labels: pod.labels,
    ports: listAt(pod.spec, "containers")
      .flatMap((container) => listAt(container, "ports"))
      .map((port) => ({ number: Number(port["containerPort"]), name: textAt(port, "name") })),
    told: toldTo(bed, pod),
  }));
  const main = textAt(bed.get("Namespace", "platform-namespace").inputs, "metadata.name");
  const strange = (name: string, namespace: string, labels: JsonMap, ...ports: number[]): Workload => ({
    name,
    namespace,
    labels,
    ports: ports.map((number) => ({ number, name: "" })),
    told: ours.find((each) => each.name === TOLD_BY[name])?.told ?? "",
  });
  return [
    ...ours,
    strange(INDEXERS, `${main}-indexers`, INDEXER_LABELS),
    strange("a pod in the bed that nobody knows", main, { app: "stranger" }, 8080),
    strange("a pod beside the indexers that nobody knows", `${main}-indexers`, { app: "stranger" }, 8080),
    strange(ANYWHERE, ELSEWHERE, {}, 53, 80, 443, 6443, 9042),
  ];
}

/** Every text that reaches a pod: environment, command, ConfigMaps, Secrets. */
function toldTo(bed: Captured, pod: Pod): string {
  const files = containers(bed)
    .filter((container) => container.pod.owner === pod.owner)
    .flatMap((container) => configFiles(bed, container).map(({ text }) => text));
  const spec = textsOf(pod.spec);
  const secrets = bed.ofKind("Secret").filter((secret) => spec.includes(objectName(secret)));
  return [...spec, ...files, ...secrets.flatMap(({ inputs }) => textsOf(inputs["stringData"]))].join("\n");
}

function textsOf(json: Json | undefined): string[] {
  if (typeof json === "string") return [json];
  return typeof json === "object" && json !== null ? Object.values(json).flatMap(textsOf) : [];
}

/** Ports of a target's pods that a text names: by a Service's host with the port beside it, or anywhere in the same text. */
function named(bed: Captured, text: string, target: Workload): number[] {
  return bed
    .ofKind("Service")
    .filter(({ inputs }) => selects(mapAt(inputs, "spec.selector"), target) && textAt(inputs, "metadata.namespace") === target.namespace)
    .flatMap((service) => {
      const host = `${objectName(service)}\\.${target.namespace}\\.svc`;
      const found = [...text.matchAll(new RegExp(`(?<![\\w-])${host}(?:\\.cluster\\.local)?(?::(\\d+))?`, "g"))].map(([, port]) => port);
      return listAt(service.inputs, "spec.ports")
        .filter(({ port }) => found.includes(String(Number(port))) || (found.includes(undefined) && hasNumber(text, Number(port))))
        .map((port) => podPort(service, port, target));
    });
}

const hasNumber = (text: string, number: number) => new RegExp(`(?<![\\d.])${number}(?!\\d)`).test(text);
const selects = (selector: JsonMap, { labels }: Party) => Object.entries(selector).every(([key, value]) => labels[key] === value);

/** A headless Service has no ports of its own: a client arrives on the one that it dials. */
function podPort(service: Registration, port: JsonMap, target: Workload): number {
  const to = at(service.inputs, "spec.clusterIP") === "None" ? port["port"] : (port["targetPort"] ?? port["port"]);
  return typeof to === "string" ? (target.ports.find(({ name }) => name === to)?.number ?? 0) : Number(to);
}

const declaredFor = (from: Party, to: Party, port: { name: string; number: number }) =>
  DECLARED.filter(
    (each) => each.from.test(from.name) && each.to.test(to.name) && (each.ports.includes(port.name) || each.ports.includes(port.number)),
  );

/** Every pair on which the policies and the witness do not agree, and which entries of the list were needed. */
function walk(bed: Captured): { mismatches: string[]; needed: Declared[]; pairs: number; open: number } {
  const workloads = workloadsOf(bed);
  const needed = new Set<Declared>();
  const mismatches: string[] = [];
  let [pairs, open] = [0, 0];
  for (const from of workloads) {
    for (const to of workloads.filter((each) => each.ports.length > 0)) {
      // What is outside talks to itself as it likes.
      if (from.name === ANYWHERE && to.name === ANYWHERE) continue;
      const told = named(bed, from.told, to);
      for (const port of to.ports) {
        pairs++;
        const declared = declaredFor(from, to, port);
        const wanted = told.includes(port.number) || declared.length > 0;
        const passed = passes(bed, from, to, port.number);
        for (const entry of declared) needed.add(entry);
        if (passed) open++;
        if (passed === wanted) continue;
        const what = `${from.name} -> ${to.name}:${port.number}`;
        mismatches.push(
          passed
            ? `${what} passes, and nothing tells ${from.name} of it`
            : `${what} is what ${from.name} is told or declared, and does not pass`,
        );
      }
    }
  }
  return { mismatches, needed: [...needed], pairs, open };
}

describe.each(LAYERS)("%s", (layer) => {
  test("traffic passes where it is told or declared, and nowhere else", async () => {
    expect(walk(await bedOf(layer)).mismatches).toEqual([]);
  });

  test("and with everything on", async () => {
    const { mismatches, pairs, open } = walk(await everythingIn(layer));
    expect(mismatches).toEqual([]);
    // The walk went somewhere, and found most doors shut.
    expect(open).toBeGreaterThan(50);
    expect(pairs).toBeGreaterThan(4 * open);
  });
});

test("no entry of the declared list is idle", async () => {
  const needed = new Set((await Promise.all(LAYERS.map(everythingIn))).flatMap((bed) => walk(bed).needed));
  expect(DECLARED.filter((entry) => !needed.has(entry)).map(({ why }) => why)).toEqual([]);
});

/** The dev bed with one thing changed. */
async function changed(kind: string, name: string, change: (inputs: JsonMap) => void): Promise<string[]> {
  const bed = await everythingIn("dev");
  const registrations = structuredClone(bed.all) as Registration[];
  const victim = registrations.find((each) => kindOf(each.type) === kind && each.name === name);
  if (victim === undefined) throw new Error(`no ${kind} named ${name}`);
  change(victim.inputs);
  return walk(new Captured(registrations, bed.outputs)).mismatches;
}

const rules = (inputs: JsonMap, side: "ingress" | "egress") => listAt(inputs, `spec.${side}`);
const drop = (inputs: JsonMap, side: "ingress" | "egress", port: number) =>
  (mapAt(inputs, "spec")[side] = rules(inputs, side).filter((rule) => at(rule, "ports.0.port") !== port));
const open = (inputs: JsonMap, side: "ingress" | "egress", rule: JsonMap) => (mapAt(inputs, "spec")[side] = [...rules(inputs, side), rule]);
const CASSANDRA = { podSelector: { matchLabels: { "app.kubernetes.io/name": "cassandra", "app.kubernetes.io/instance": "testbed-dev" } } };

describe("a hole or a closed door is found", () => {
  test.each(["ingress", "egress"] as const)("a rule is missing: %s", async (side) => {
    const [policy, port] = side === "ingress" ? ["network-temporal-frontend", 7233] : ["network-temporal-ui", 7233];
    const says = "temporal-ui -> temporal-frontend:7233 is what temporal-ui is told or declared, and does not pass";
    expect(await changed("NetworkPolicy", policy, (it) => drop(it, side, port))).toContain(says);
  });

  test("a flow that nobody is told of", async () => {
    const bed = await everythingIn("dev");
    const registrations = structuredClone(bed.all) as Registration[];
    const of = (name: string) => registrations.find((each) => each.name === name && kindOf(each.type) === "NetworkPolicy")?.inputs ?? {};
    open(of("network-temporal-ui"), "egress", { to: [CASSANDRA], ports: [{ port: 9042 }] });
    open(of("network-cassandra"), "ingress", {
      from: [{ podSelector: { matchLabels: { "app.kubernetes.io/name": "temporal-ui" } } }],
      ports: [{ port: 9042 }],
    });
    expect(walk(new Captured(registrations, bed.outputs)).mismatches).toEqual([
      "temporal-ui -> cassandra:9042 passes, and nothing tells temporal-ui of it",
    ]);
  });

  test("half a flow lets nothing through", async () => {
    expect(await changed("NetworkPolicy", "network-temporal-ui", (it) => open(it, "egress", { to: [CASSANDRA] }))).toEqual([]);
  });

  test("a policy without peers opens the port to everybody", async () => {
    const found = await changed("NetworkPolicy", "network-temporal-ui", (it) => open(it, "ingress", { ports: [{ port: 8080 }] }));
    expect(found).toEqual([`${ANYWHERE} -> temporal-ui:8080 passes, and nothing tells ${ANYWHERE} of it`]);
  });

  test("the default deny of a namespace is gone", async () => {
    const found = await changed("NetworkPolicy", "platform-default-deny", (it) => (mapAt(it, "metadata")["namespace"] = "gone"));
    expect(found).toContain(`${ANYWHERE} -> a pod in the bed that nobody knows:8080 passes, and nothing tells ${ANYWHERE} of it`);
  });

  test("DNS is shut", async () => {
    const found = await changed("NetworkPolicy", "network-dns", (it) => (mapAt(it, "spec")["egress"] = []));
    expect(found).toContain(`temporal-ui -> ${ANYWHERE}:53 is what temporal-ui is told or declared, and does not pass`);
  });

  test("a workload is told of a store that it may not reach", async () => {
    const found = await changed("Deployment", "temporal-ui", (it) => {
      const [container] = listAt(it, "spec.template.spec.containers");
      if (container !== undefined) container["env"] = [{ name: "STORE", value: "cassandra.testbed-dev.svc:9042" }];
    });
    expect(found).toContain("temporal-ui -> cassandra:9042 is what temporal-ui is told or declared, and does not pass");
  });
});
