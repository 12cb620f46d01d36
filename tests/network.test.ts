import { INDEXERS } from "../components/kit/traffic";
import { INDEXER_LABELS } from "../components/network/render";
import { everythingIn } from "./support/everything";
import { bedOf, Captured, type JsonMap, kindOf, type Registration } from "./support/harness";
import { at, listAt, mapAt, textAt } from "./support/json";
import { objectName, type Pod, pods } from "./support/pods";
import { monitored, namedBy, passes, scrapedBy, type Target, toldTo } from "./support/reachability";
import { LAYERS } from "../values/layers";

/**
 * Every ordered pair of workloads, every port: traffic passes exactly where the one is told the address of the other, or where a
 * list below says why not. The witness is what the pods are told, not the flows that the policies are made of.
 */

interface Workload extends Target {
  /** Everything that its pods are told. */
  readonly told: readonly string[];
}

/** Connections for which the witness is wrong. Each combination of the three must be needed. */
interface Exception {
  readonly why: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Names or numbers of container ports. */
  readonly ports: readonly (string | number)[];
}

const ANYWHERE = "an address outside of the bed";
const ELSEWHERE = "elsewhere";
const EVERYBODY = "everybody";

const SERVERS = ["temporal-frontend", "temporal-history", "temporal-matching", "temporal-worker"];
const API_SERVER = { to: [ANYWHERE], ports: [443, 6443] };

/** Connections that no configuration of the one that connects has an address and a port for. */
const DECLARED: readonly Exception[] = [
  { why: "DNS", from: [EVERYBODY], to: [ANYWHERE], ports: [53] },
  { why: "a Cassandra node joins once the one before it serves", from: ["cassandra"], to: ["cassandra"], ports: ["cql"] },
  {
    why: "Elasticsearch nodes: several name their peers without a port, a single one has none to name",
    from: ["elasticsearch"],
    to: ["elasticsearch"],
    ports: ["transport"],
  },
  { why: "Temporal's servers find each other in the store: membership", from: SERVERS, to: SERVERS, ports: ["membership"] },
  {
    why: "Temporal's servers call each other; the worker role serves no calls",
    from: SERVERS,
    to: SERVERS.filter((name) => name !== "temporal-worker"),
    ports: ["grpc"],
  },
  {
    why: "ClickHouse servers tell each other by Keeper where their parts are fetched: POD_HOST and interserver_http_port",
    from: ["clickhouse"],
    to: ["clickhouse"],
    ports: ["interserver"],
  },
  {
    why: "a broker knows the hosts of its peers from its file, and reckons their API ports from their ids: 6091 + id",
    from: ["chronik"],
    to: ["chronik"],
    ports: ["api-1", "api-2", "api-3"],
  },
  {
    why: "the job canopyx-chains tells admin of nodes at run time, and admin the indexers; a chain that left the job's list stays theirs",
    from: ["canopyx-admin", INDEXERS],
    to: ["rpc-mock"],
    ports: [60_000, 60_001],
  },
  { why: "the same, for the bed's other node", from: ["canopyx-admin", INDEXERS], to: ["canopy-node"], ports: ["rpc"] },
  { why: "it makes the indexers: Kubernetes tells every pod where its API server is", from: ["canopyx-controller"], ...API_SERVER },
  { why: "it asks for the pods to scrape: Kubernetes tells every pod where its API server is", from: ["prometheus"], ...API_SERVER },
];

/** Addresses that a workload is told and has no use for. */
const UNUSED: readonly Exception[] = [
  {
    why: "the controller hands REDIS_HOST and REDIS_PORT on to the indexers, and connects to no Redis itself",
    from: ["canopyx-controller"],
    to: ["redis"],
    ports: ["redis"],
  },
  { why: "the job hands the address of a node to admin, who connects", from: ["canopyx-chains"], to: ["rpc-mock"], ports: [60_000] },
  { why: "the same, for the bed's other node", from: ["canopyx-chains"], to: ["canopy-node"], ports: ["rpc"] },
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
    pods: podNames(pod),
    told: toldTo(bed, pod),
  }));
  const main = textAt(bed.get("Namespace", "platform-namespace").inputs, "metadata.name");
  const strange = (name: string, namespace: string, labels: JsonMap, ...ports: number[]): Workload => ({
    name,
    namespace,
    labels,
    ports: ports.map((number) => ({ number, name: "" })),
    pods: [],
    told: ours.find((each) => each.name === TOLD_BY[name])?.told ?? [],
  });
  return [
    ...ours,
    strange(INDEXERS, `${main}-indexers`, INDEXER_LABELS),
    strange("a pod in the bed that nobody knows", main, { app: "stranger" }, 8080),
    strange("a pod beside the indexers that nobody knows", `${main}-indexers`, { app: "stranger" }, 8080),
    strange(ANYWHERE, ELSEWHERE, {}, 53, 80, 443, 6443, 9042),
  ];
}

function podNames({ kind, owner }: Pod): string[] {
  if (kind !== "StatefulSet") return [];
  const start = Number(at(owner.inputs, "spec.ordinals.start") ?? 0);
  return Array.from({ length: Number(at(owner.inputs, "spec.replicas")) }, (_, index) => `${objectName(owner)}-${start + index}`);
}

type Port = Target["ports"][number];

/** The combinations of a list that are about a port of a pair, each as one text. */
function about(list: readonly Exception[], from: string, to: string, port: Port): string[] {
  return combinations(list, (each) => ({
    from: each.from.filter((name) => name === from || name === EVERYBODY),
    to: each.to.filter((name) => name === to),
    ports: each.ports.filter((which) => which === port.name || which === port.number),
  }));
}

function combinations(list: readonly Exception[], part: (entry: Exception) => Omit<Exception, "why"> = (entry) => entry): string[] {
  return list.flatMap((entry) => {
    const { from, to, ports } = part(entry);
    return from.flatMap((one) => to.flatMap((other) => ports.map((port) => `${one} -> ${other}:${port}: ${entry.why}`)));
  });
}

/** Every pair on which the policies and the witness do not agree, and which entries of the lists were needed. */
function walk(bed: Captured): { mismatches: string[]; needed: Set<string>; pairs: number; open: number } {
  const workloads = workloadsOf(bed);
  const needed = new Set<string>();
  const mismatches: string[] = [];
  let [pairs, open] = [0, 0];
  const prometheusYml = bed.ofKind("ConfigMap").flatMap(({ inputs }) => mapAt(inputs, "data")["prometheus.yml"] ?? []);
  for (const from of workloads) {
    for (const to of workloads.filter((each) => each.ports.length > 0)) {
      // What is outside talks to itself as it likes.
      if (from.name === ANYWHERE && to.name === ANYWHERE) continue;
      const named = namedBy(bed, from.told, to);
      const scrapes = from.told.filter((text) => prometheusYml.includes(text)).flatMap((text) => scrapedBy(text, to));
      const told = [...named.flatMap(({ ports }) => ports), ...scrapes, ...(from.name === ANYWHERE ? monitored(bed, to) : [])];
      for (const port of to.ports) {
        pairs++;
        const isTold = told.includes(port.number);
        const [declared, unused] = [about(DECLARED, from.name, to.name, port), about(UNUSED, from.name, to.name, port)];
        for (const entry of isTold ? unused : declared) needed.add(entry);
        const wanted = isTold ? unused.length === 0 : declared.length > 0;
        const passed = passes(bed, from, to, port.number);
        if (passed) open++;
        if (passed === wanted) continue;
        const what = `${from.name} -> ${to.name}:${port.number}`;
        mismatches.push(
          passed
            ? `${what} passes, and ${isTold ? `${from.name} has no use for it` : `nothing tells ${from.name} of it`}`
            : `${what} is what ${from.name} is told or declared, and does not pass`,
        );
      }
      // A pod's own name is no connection; any other name is one, on a port that this walk must know.
      if (from.name === to.name) continue;
      for (const { service } of named.filter(({ ports }) => !to.ports.some(({ number }) => ports.includes(number)))) {
        mismatches.push(`${from.name} is told of ${service}, and of no port on which ${to.name} listens`);
      }
    }
  }
  return { mismatches, needed, pairs, open };
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

test("no entry of a list is idle", async () => {
  const needed = new Set((await Promise.all(LAYERS.map(everythingIn))).flatMap((bed) => [...walk(bed).needed]));
  expect(combinations([...DECLARED, ...UNUSED]).filter((each) => !needed.has(each))).toEqual([]);
});

/** The dev bed with one thing changed, or several alike. */
async function changed(kind: string, names: string | RegExp, change: (inputs: JsonMap) => void): Promise<string[]> {
  const bed = await everythingIn("dev");
  const registrations = structuredClone(bed.all) as Registration[];
  const is = (name: string) => (typeof names === "string" ? name === names : names.test(name));
  const victims = registrations.filter((each) => kindOf(each.type) === kind && is(each.name));
  if (victims.length === 0) throw new Error(`no ${kind} named ${String(names)}`);
  for (const { inputs } of victims) change(inputs);
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

  const tellTheUi = (text: string) =>
    changed("Deployment", "temporal-ui", (it) => {
      const [container = {}] = listAt(it, "spec.template.spec.containers");
      container["command"] = [text];
    });
  const uiToStore = "temporal-ui -> cassandra:9042 is what temporal-ui is told or declared, and does not pass";
  const STORE = "cassandra.testbed-dev.svc";

  test.each([
    ["behind a colon", `tcp://user@${STORE}:9042/x`],
    ["by its full name", `${STORE}.cluster.local:9042`],
    ["by the name of a pod", "cassandra-0.cassandra-peers.testbed-dev.svc:9042"],
    ["in elements of XML", `<node><host>${STORE}</host>\n  <port>9042</port></node>`],
    ["in keys of YAML", `hosts: ${STORE}\n  port: 9042`],
  ])("a workload is told of a store that it may not reach: %s", async (_, text) => {
    expect(await tellTheUi(text)).toEqual([uiToStore]);
  });

  test("a workload is told of a store that it may not reach: in two variables", async () => {
    const found = await changed("Deployment", "temporal-ui", (it) => {
      const [container = {}] = listAt(it, "spec.template.spec.containers");
      container["env"] = [...listAt(container, "env"), { name: "STORE_HOST", value: STORE }, { name: "STORE_PORT", value: "9042" }];
    });
    expect(found).toEqual([uiToStore]);
  });

  test.each([
    ["no port", STORE],
    ["a port of somebody else's", `${STORE}\nlocalhost:9042`],
    ["a port on which nothing listens", `${STORE}:9043\nlocalhost:9042`],
  ])("a host with %s", async (_, text) => {
    expect(await tellTheUi(text)).toEqual(["temporal-ui is told of cassandra, and of no port on which cassandra listens"]);
  });

  test.each(["other-cassandra.testbed-dev.svc:9042", "cassandra.testbed-dev.svcs:9042", "cassandra.elsewhere.svc:9042"])(
    "not a name of the bed: %s",
    async (text) => expect(await tellTheUi(text)).toEqual([]),
  );

  test("a Service of one pod, and there is no such pod", async () => {
    const found = await changed(
      "Service",
      /^chronik-\d$/,
      (it) => (mapAt(it, "spec.selector")["statefulset.kubernetes.io/pod-name"] = "chronik-9"),
    );
    expect(found).toContain("chronik-topics -> chronik:9092 passes, and nothing tells chronik-topics of it");
    expect(found).toContain("chronik -> chronik:5001 passes, and nothing tells chronik of it");
  });

  test.each([
    ["finds other pods", /name=grafana/, "name=nobody"],
    ["keeps another port", /regex: '?3000'?/, "regex: '3001'"],
    ["is a regular expression that matches only in part", /regex: '?3000'?/, "regex: '300'"],
  ])("a job of Prometheus that %s", async (_, from, to) => {
    const found = await changed("ConfigMap", "prometheus-config", (it) => {
      const data = mapAt(it, "data");
      data["prometheus.yml"] = textAt(data["prometheus.yml"], "").replace(from, to);
    });
    expect(found).toEqual(["prometheus -> grafana:3000 passes, and nothing tells prometheus of it"]);
  });

  test("a PodMonitor of other pods", async () => {
    const found = await changed("PodMonitor", "monitors-canopy-node", (it) => (mapAt(it, "spec.selector.matchLabels")["app"] = "x"));
    expect(found).toEqual([`${ANYWHERE} -> canopy-node:9090 passes, and nothing tells ${ANYWHERE} of it`]);
  });

  test("a flow to what is told and not used", async () => {
    const bed = await everythingIn("dev");
    const registrations = structuredClone(bed.all) as Registration[];
    const of = (name: string) => registrations.find((each) => each.name === name && kindOf(each.type) === "NetworkPolicy")?.inputs ?? {};
    const peer = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
    open(of("network-canopyx-controller"), "egress", { to: [peer("redis")], ports: [{ port: 6379 }] });
    open(of("network-redis"), "ingress", { from: [peer("canopyx-controller")], ports: [{ port: 6379 }] });
    expect(walk(new Captured(registrations, bed.outputs)).mismatches).toEqual([
      "canopyx-controller -> redis:6379 passes, and canopyx-controller has no use for it",
    ]);
  });
});
