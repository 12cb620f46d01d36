import { contractsIn, idle, problemsIn, problemsOf } from "./contract/check";
import type { Contract } from "./contract/contract";
import { CONTRACTS } from "./contract/index";
import { jsonKeys, nginxKeys, propertiesKeys, yamlKeys } from "./contract/parse";
import { everythingIn } from "./support/everything";
import { bedOf, Captured, type JsonMap, kindOf, type Registration } from "./support/harness";
import { listAt, mapAt, textAt } from "./support/json";
import { LAYERS, type LayerName } from "../values/layers";

/**
 * Every environment variable, port, probe and configuration key of every container is one that its version reads, by a list with
 * sources (tests/contract). The 2025 reports tuned for weeks what nothing read.
 */

test("the lists have a source for every entry, and one contract for each program of a layer", () => {
  expect(problemsIn(CONTRACTS)).toEqual([]);
});

test.each(LAYERS)("%s sets only what is read", async (layer) => {
  expect(problemsOf(await bedOf(layer), contractsIn(layer, CONTRACTS))).toEqual([]);
});

test.each(LAYERS)("%s with everything on sets only what is read", async (layer) => {
  expect(problemsOf(await everythingIn(layer), contractsIn(layer, CONTRACTS))).toEqual([]);
});

/** All that the program can make. */
const everything = () => Promise.all(LAYERS.map(async (layer) => ({ layer, bed: await everythingIn(layer) })));

test("every contract is of something that runs", async () => {
  expect(idle(await everything(), CONTRACTS)).toEqual([]);
});

/** The bed with one resource changed. */
async function planted(kind: string, name: string, change: (inputs: JsonMap) => void, layer: LayerName = "dev"): Promise<string[]> {
  const bed = await everythingIn(layer);
  const registrations = structuredClone(bed.all) as Registration[];
  const victim = registrations.find((each) => kindOf(each.type) === kind && each.name === name);
  if (victim === undefined) throw new Error(`no ${kind} named ${name}`);
  change(victim.inputs);
  return problemsOf(new Captured(registrations, bed.outputs), contractsIn(layer, CONTRACTS));
}

const container = (inputs: JsonMap, list = "containers") => listAt(inputs, `spec.template.spec.${list}`)[0] as JsonMap;
const add = (inputs: JsonMap, field: string, entry: JsonMap, list?: string) =>
  (container(inputs, list)[field] = [...listAt(container(inputs, list), field), entry]);
const edit = (inputs: JsonMap, file: string, change: (text: string) => string) => {
  const data = mapAt(inputs, "data");
  data[file] = change(textAt({ text: data[file] ?? "" }, "text"));
};

const HISTORY = "Deployment temporal-history: history: ";
const WORKER = "Deployment load-worker: worker: ";

describe("what nobody reads is found", () => {
  test.each<[string, string, string, (inputs: JsonMap) => void, string[]]>([
    [
      "a variable of an older version",
      "Deployment",
      "load-worker",
      (it) => add(it, "env", { name: "TEMPORAL_WORKFLOW_TASK_POLLERS", value: "16" }),
      [`${WORKER}env TEMPORAL_WORKFLOW_TASK_POLLERS`],
    ],
    [
      "a variable that another program of the same image reads",
      "StatefulSet",
      "elasticsearch",
      (it) => add(it, "env", { name: "ES_JAVA_OPTS", value: "-Xmx128m" }, "initContainers"),
      ["StatefulSet elasticsearch: config: env ES_JAVA_OPTS"],
    ],
    [
      "a job's variable that its script does not use",
      "Job",
      "temporal-schema",
      (it) => add(it, "env", { name: "WORKFLOWS", value: "1" }),
      ["Job temporal-schema: run: env WORKFLOWS: no text of the container reads it"],
    ],
    [
      "variables by the dozen",
      "Deployment",
      "load-worker",
      (it) => (container(it)["envFrom"] = []),
      [`${WORKER}envFrom: sets what nobody can list`],
    ],
    ["a port", "Deployment", "temporal-history", (it) => add(it, "ports", { name: "pprof", containerPort: 7936 }), [`${HISTORY}port 7936`]],
    [
      "a path",
      "Deployment",
      "temporal-ui",
      (it) => (container(it)["readinessProbe"] = { httpGet: { path: "/health", port: "http" } }),
      ["Deployment temporal-ui: ui: readinessProbe http /health"],
    ],
    [
      "a gRPC service",
      "Deployment",
      "temporal-history",
      (it) => (container(it)["livenessProbe"] = { grpc: { port: 7234, service: "temporal.HistoryService" } }),
      [`${HISTORY}livenessProbe grpc temporal.HistoryService`],
    ],
    [
      "a command",
      "Deployment",
      "temporal-admin-tools",
      (it) => (container(it)["startupProbe"] = { exec: { command: ["tctl", "version"] } }),
      ["Deployment temporal-admin-tools: admin-tools: startupProbe exec tctl"],
    ],
    [
      "a key of a YAML file",
      "ConfigMap",
      "cassandra-config",
      (it) => edit(it, "cassandra.yaml", (text) => `${text}concurrent_write: 256\n`),
      ["StatefulSet cassandra: cassandra: file cassandra.yaml: concurrent_write"],
    ],
    [
      "a key deep in a file",
      "ConfigMap",
      "temporal-history-config",
      (it) => edit(it, "config.yaml", (text) => text.replace("bindOnIP", "rps: 5000\n      bindOnIP")),
      [`${HISTORY}file config.yaml: services.frontend.rpc.rps`],
    ],
    [
      "a key of a file in a variable",
      "Job",
      "temporal-cluster",
      (it) => {
        const [config] = listAt(container(it), "env").filter(({ name }) => name === "SERVER_CONFIG");
        if (config !== undefined) config["value"] = `${textAt(config, "value")}limits: {}\n`;
      },
      ["Job temporal-cluster: run: file $SERVER_CONFIG: limits"],
    ],
    [
      "a key of a properties file",
      "ConfigMap",
      "cassandra-config",
      (it) => edit(it, "cassandra-rackdc.properties", (text) => `${text}zone=1\n`),
      ["StatefulSet cassandra: cassandra: file cassandra-rackdc.properties: zone"],
    ],
    [
      "a key of a dashboard",
      "ConfigMap",
      "grafana-dashboards",
      (it) => edit(it, "temporal-limits.json", (text) => text.replace('"refId"', '"step":15,"refId"')),
      ["Deployment grafana: grafana: file temporal-limits.json: panels[].targets[].step"],
    ],
    [
      "a directive in a block that does not take it",
      "ConfigMap",
      "canopyx-web-proxy-config",
      (it) => edit(it, "nginx.conf", (text) => text.replace("http {", "http {\n  worker_processes 4;")),
      ["Deployment canopyx-web-proxy: nginx: file nginx.conf: http.worker_processes"],
    ],
    [
      "a key of the node of a chain",
      "ConfigMap",
      "canopy-node-config",
      (it) => edit(it, "config.json", (text) => text.replace("{", '{"blockTimeMS":1000,')),
      ["StatefulSet canopy-node: config: file config.json: blockTimeMS"],
    ],
    [
      "a file",
      "ConfigMap",
      "cassandra-config",
      (it) => (mapAt(it, "data")["jvm.options"] = "-Xmx1g"),
      ["StatefulSet cassandra: cassandra: file jvm.options"],
    ],
    [
      "another version",
      "Deployment",
      "temporal-ui",
      (it) => (container(it)["image"] = "docker.io/temporalio/ui:2.53.0"),
      ["Deployment temporal-ui: ui: runs 2.53.0; its contract is of 2.52.0"],
    ],
    [
      "a program without a contract",
      "Deployment",
      "temporal-ui",
      (it) => (container(it)["image"] = "docker.io/library/httpd:2"),
      ["Deployment temporal-ui: ui: no contract for docker.io/library/httpd"],
    ],
    [
      "a ConfigMap that nobody mounts",
      "Deployment",
      "temporal-history",
      (it) => (container(it)["volumeMounts"] = listAt(container(it), "volumeMounts").filter(({ name }) => name !== "config")),
      [
        // What the template read is then read by nothing either.
        `${HISTORY}env POD_IP: no text of the container reads it`,
        `${HISTORY}env CASSANDRA_PASSWORD: no text of the container reads it`,
        `${HISTORY}env ELASTICSEARCH_PASSWORD: no text of the container reads it`,
        "ConfigMap temporal-history-config: no container mounts it",
      ],
    ],
  ])("%s", async (_, kind, name, change, says) => {
    expect(await planted(kind, name, change)).toEqual(says);
  });
});

describe("what only the other generation of CanopyX reads is found", () => {
  test.each<[LayerName, string, string, string]>([
    ["dev", "canopyx-admin", "admin", "REPORTS_DB"],
    ["dev", "canopyx-admin", "admin", "TEMPORAL_NAMESPACE"],
    ["prod", "canopyx-controller", "controller", "REPORTS_DB"],
    ["dev", "canopyx-web", "admin-web", "QUERY_SERVICE_URL"],
    ["october-2025", "canopyx-admin", "admin", "REDIS_HOST"],
    ["october-2025", "canopyx-controller", "controller", "LIVE_PARALLEL_BLOCKS"],
  ])("%s, %s/%s: %s", async (layer, name, program, variable) => {
    const change = (inputs: JsonMap) => add(inputs, "env", { name: variable, value: "1" });
    expect(await planted("Deployment", name, change, layer)).toEqual([`Deployment ${name}: ${program}: env ${variable}`]);
  });
});

describe("the lists", () => {
  const [any] = CONTRACTS as [Contract];

  test("an entry without a source is found, and a second contract", () => {
    const broken = { ...any, subject: "x", env: { A: " " }, files: { "a.yaml": { parse: yamlKeys, keys: { "a.b": "" } } } };
    expect(problemsIn([broken, any, any])).toEqual([
      "x: A: no source",
      "x: a.b: no source",
      ...LAYERS.map((layer) => `${any.subject}: has two contracts in ${layer}`),
    ]);
  });

  test("two versions of a program are of different layers", () => {
    const of = (...layers: LayerName[]) => ({ ...any, layers });
    expect(problemsIn([of("dev", "prod"), of("october-2025")])).toEqual([]);
    expect(problemsIn([of("dev", "prod"), of("prod", "october-2025")])).toEqual([`${any.subject}: has two contracts in prod`]);
  });

  test("a contract of nothing is found, and one of another layer", async () => {
    const spare = { ...any, subject: "docker.io/library/mysql" };
    const query = CONTRACTS.filter(({ subject }) => subject === "canopyx-query/query").map((each) => ({
      ...each,
      layers: ["dev"] as const,
    }));
    expect(idle(await everything(), [...CONTRACTS, spare, ...query])).toEqual([spare.subject, "canopyx-query/query"]);
  });
});

test("keys are read as the files hold them", () => {
  expect(yamlKeys('a: {b: 1, c: [{d: 1}, {d: 2, e: {}}]}\nf: []\ng: {{ env "X" | quote }}\nh.i: [1]\n')).toEqual([
    "a.b",
    "a.c[].d",
    "a.c[].e",
    "f",
    "g",
    "h.i[]",
  ]);
  expect(jsonKeys('{"a": {"b": 1, "c": [{"d": null}, {"e": {}}]}, "f": []}')).toEqual(["a.b", "a.c[].d", "a.c[].e", "f"]);
  expect(
    nginxKeys("pid /x; # pid;\nhttp { map $a $b { '' \"c; {\"; d e; }\n server { listen 80; }\n server { listen 81;listen 82; } }"),
  ).toEqual(["pid", "http", "http.map", "http.map.''", "http.map.d", "http.server", "http.server.listen"]);
  expect(propertiesKeys("# comment\ndc=dc1\n\n rack = r=1\n")).toEqual(["dc", "rack"]);
});
