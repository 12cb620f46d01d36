import { load } from "js-yaml";
import { jobScript } from "../../components/kit/run-once";
import * as render from "../../components/temporal/render";
import { TEMPORAL_ROLES } from "../../components/temporal/roles";
import { bedOf, type Json, runProgram } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { type RunScript, sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();

const STORES: render.StoreAddresses = {
  cassandra: { host: "cassandra.example", port: 9042, user: "temporal" },
  elasticsearch: { host: "search.example", port: 9200, user: "elastic" },
};

/** The file as the server reads it: its own template first, with the environment filled in. */
function fillTemplate(text: string, env: Readonly<Record<string, string>>): Json {
  expect(text.split("\n")[0]).toBe("# enable-template");
  return load(text.replace(/\{\{ env "(\w+)" \| quote \}\}/g, (_, name: string) => JSON.stringify(env[name] ?? "unset"))) as Json;
}

async function serverConfig(temporal: object = {}, role: "history" | "frontend" = "history"): Promise<Json> {
  const { values } = await settings("dev", { temporal });
  const text = render.renderServerConfig(values.temporal, values.temporal[role], STORES);
  return fillTemplate(text, { CASSANDRA_PASSWORD: 'a"b', ELASTICSEARCH_PASSWORD: "c'd: e", POD_IP: "10.0.0.1" });
}

describe("the server's configuration", () => {
  test("takes passwords and the pod's address from the environment, whatever characters they hold", async () => {
    const config = await serverConfig();
    expect(at(config, "persistence.datastores.default.cassandra.password")).toBe('a"b');
    expect(at(config, "persistence.datastores.visibility.elasticsearch.password")).toBe("c'd: e");
    expect(at(config, "global.membership.broadcastAddress")).toBe("10.0.0.1");
  });

  test("asks for every variable that the pod sets by reference, and no other", async () => {
    const { values } = await settings("dev");
    const text = render.renderServerConfig(values.temporal, values.temporal.history, STORES);
    const asked = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, call]) => /env "(\w+)"/.exec(call ?? "")?.[1]);
    const given = listAt(containerOf((await bedOf("dev")).get("Deployment", "temporal-history")), "env").map(({ name }) => name);
    expect([...asked].sort()).toEqual([...given].sort());
  });

  test("reaches both stores, and names them as default and visibility", async () => {
    const config = await serverConfig();
    expect(at(config, "persistence.defaultStore")).toBe("default");
    expect(at(config, "persistence.visibilityStore")).toBe("visibility");
    expect(mapAt(config, "persistence.datastores.default.cassandra")).toMatchObject({
      hosts: "cassandra.example",
      port: 9042,
      keyspace: "temporal",
      user: "temporal",
    });
    expect(mapAt(config, "persistence.datastores.visibility.elasticsearch")).toMatchObject({
      url: { scheme: "http", host: "search.example:9200" },
      username: "elastic",
      indices: { visibility: "temporal_visibility_v1" },
    });
  });

  test.each([
    [{ numHistoryShards: 16 }, "persistence.numHistoryShards", 16],
    [{ keyspace: "orders" }, "persistence.datastores.default.cassandra.keyspace", "orders"],
    [
      { visibilityIndex: "temporal_visibility_v1_x" },
      "persistence.datastores.visibility.elasticsearch.indices.visibility",
      "temporal_visibility_v1_x",
    ],
    [{ history: { logLevel: "debug" } }, "log.level", "debug"],
    [{ history: { cassandraMaxConns: 7 } }, "persistence.datastores.default.cassandra.maxConns", 7],
    [{ dynamicConfigPollInterval: "30s" }, "dynamicConfigClient.pollInterval", "30s"],
  ])("knob %j reaches %s", async (temporal, path, value) => {
    expect(at(await serverConfig(temporal), path)).toBe(value);
  });

  test("a knob of one role leaves the others alone", async () => {
    expect(await serverConfig({ history: { logLevel: "debug" } }, "frontend")).toEqual(await serverConfig({}, "frontend"));
  });

  test("every role knows every role's ports, and no two ports are equal", async () => {
    const services = mapAt(await serverConfig(), "services");
    expect(Object.keys(services).sort()).toEqual([...TEMPORAL_ROLES].sort());
    const ports = Object.values(services).flatMap((service) => [at(service, "rpc.grpcPort"), at(service, "rpc.membershipPort")]);
    expect(new Set(ports).size).toBe(8);
  });

  test("no stray place-holder is left", async () => {
    const { values } = await settings("dev");
    expect(render.renderServerConfig(values.temporal, values.temporal.history, STORES)).not.toMatch(/<<|>>/);
  });
});

describe("a role", () => {
  test.each(TEMPORAL_ROLES)("%s runs only itself, with its own configuration, replicas and resources", async (role) => {
    const bed = await bedOf("prod");
    const { values } = await settings("prod");
    const deployment = bed.get("Deployment", `temporal-${role}`);
    const container = containerOf(deployment);
    expect(container["command"]).toEqual(["temporal-server", "--config-file", render.CONFIG_FILE, "start", "--service", role]);
    expect(at(deployment.inputs, "spec.replicas")).toBe(values.temporal[role].replicas);
    expect(container["resources"]).toEqual(values.temporal[role].resources);
    expect(at(deployment.inputs, "spec.template.spec.volumes.0.configMap.name")).toBe(`temporal-${role}-config-auto`);
  });

  test.each(TEMPORAL_ROLES)("%s mounts both files where the server looks for them", async (role) => {
    const mounts = listAt(containerOf((await bedOf("dev")).get("Deployment", `temporal-${role}`)), "volumeMounts");
    const folder = (file: string) => file.slice(0, file.lastIndexOf("/"));
    expect(mounts).toEqual([
      { name: "config", mountPath: folder(render.CONFIG_FILE), readOnly: true },
      // A directory, not a subPath: only a directory is refreshed in a running pod.
      { name: "dynamic-config", mountPath: folder(render.DYNAMIC_CONFIG_FILE), readOnly: true },
    ]);
  });

  test.each(["frontend", "history", "matching"] as const)("%s is asked by gRPC health on its own port", async (role) => {
    const container = containerOf((await bedOf("dev")).get("Deployment", `temporal-${role}`));
    const service = `temporal.api.workflowservice.v1.${{ frontend: "Workflow", history: "History", matching: "Matching" }[role]}Service`;
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(at(container, `${probe}.grpc`)).toEqual({ port: render.PORTS[role].grpc, service });
    }
  });

  test("worker, which serves no gRPC, is asked for its metrics", async () => {
    const container = containerOf((await bedOf("dev")).get("Deployment", "temporal-worker"));
    expect(at(container, "readinessProbe.httpGet")).toEqual({ path: "/metrics", port: "metrics" });
    expect(at(container, "readinessProbe.grpc")).toBe(undefined);
  });

  test("the frontend's Service gives an address per ready pod, for clients that balance themselves", async () => {
    const service = (await bedOf("prod")).get("Service", "temporal-frontend");
    expect(at(service.inputs, "spec.clusterIP")).toBe("None");
    expect(listAt(service.inputs, "spec.ports").map(({ port }) => port)).toEqual([7233, 7243]);
  });
});

describe("dynamic config", () => {
  test("without limits is an empty map", async () => {
    const { values } = await settings("dev");
    expect(load(render.renderDynamicConfig(values.temporal))).toEqual({});
  });

  test("a limit changes that one object and nothing else, under the same name", async () => {
    const before = await bedOf("dev");
    const after = await runProgram("dev", { slices: { temporal: { limits: { matching: { rps: 5000 } } } } });
    const changed = after.all.filter((each) => JSON.stringify(before.byUrn(each.urn)) !== JSON.stringify(each));
    expect(changed.map(({ name }) => name)).toEqual(["temporal-dynamic-config"]);
    expect(at(changed[0]?.inputs, "metadata.name")).toBe("temporal-dynamic-config");
    expect(load(textAt(mapAt(changed[0]?.inputs, "data")["dynamic-config.yaml"], ""))).toEqual({
      "matching.rps": [{ value: 5000, constraints: {} }],
    });
  });

  test("two limits of one role are two entries, spelled out: the server reads no YAML alias", async () => {
    const { values } = await settings("dev", { temporal: { limits: { frontend: { rps: 1, namespaceRps: 2 } } } });
    const text = render.renderDynamicConfig(values.temporal);
    expect(text).not.toMatch(/[&*]ref/);
    expect(load(text)).toEqual({
      "frontend.namespaceRPS": [{ value: 2, constraints: {} }],
      "frontend.rps": [{ value: 1, constraints: {} }],
    });
  });

  test("any other key is passed on as it is", async () => {
    const { values } = await settings("dev", { temporal: { dynamicConfig: { "frontend.keepAliveTime": [{ value: "60s" }] } } });
    expect(load(render.renderDynamicConfig(values.temporal))).toEqual({ "frontend.keepAliveTime": [{ value: "60s", constraints: {} }] });
  });
});

describe("the schema job", () => {
  const env = {
    CASSANDRA_HOST: "c",
    CASSANDRA_PORT: "9042",
    CASSANDRA_KEYSPACE: "orders",
    CASSANDRA_DATACENTER: "dc1",
    REPLICATION_FACTOR: "3",
  };
  const script = jobScript(render.schemaScript());

  test("waits, then makes the keyspace, then the schema", () => {
    const tool = '[ "$1" != validate-health ] || [ "$(date +%s)" -ge 2 ]';
    const ran = sandbox().run(script, { fakes: { "temporal-cassandra-tool": tool }, env });
    expect(ran).toMatchObject({ status: 0, reason: "", seconds: 2 });
    const steps = ran.calls.filter((call) => !call.endsWith("validate-health"));
    expect(steps.map((call) => call.split(" ")[1])).toEqual(["create-keyspace", "setup-schema", "update-schema"]);
    expect(steps[0]).toContain("--replication-factor 3");
    expect(steps[1]).toContain("--version 0.0");
    expect(steps[2]).toContain("--schema-name cassandra/temporal");
  });

  test("whose update fails names the step and the cause", () => {
    const tool = '[ "$1" != update-schema ] || { echo "gocql: no response" >&2; exit 1; }';
    const ran = sandbox().run(script, { fakes: { "temporal-cassandra-tool": tool }, env });
    expect(ran).toMatchObject({ status: 1, reason: "update schema failed: gocql: no response" });
  });

  test("is told keyspace, datacenter and factor by the values", async () => {
    const slices = { temporal: { keyspace: "orders" }, cassandra: { datacenter: "east" } };
    const bed = await runProgram("dev", { slices });
    expect(plainEnv(containerOf(bed.get("Job", "temporal-schema")))).toMatchObject({
      CASSANDRA_KEYSPACE: "orders",
      CASSANDRA_DATACENTER: "east",
      REPLICATION_FACTOR: "1",
      CASSANDRA_USER: "temporal",
    });
  });
});

describe("the visibility job", () => {
  const env = { ES_SERVER: "http://e:9200", VISIBILITY_INDEX: "temporal_visibility_v1" };
  const script = jobScript(render.visibilityScript());

  test("makes the template before the index, and brings both up to date", () => {
    const ran = sandbox().run(script, { fakes: { "temporal-elasticsearch-tool": "" }, env });
    expect(ran).toMatchObject({ status: 0, reason: "" });
    expect(ran.calls).toEqual([
      "temporal-elasticsearch-tool ping",
      "temporal-elasticsearch-tool update-schema",
      "temporal-elasticsearch-tool create-index --index temporal_visibility_v1",
      "temporal-elasticsearch-tool update-schema --index temporal_visibility_v1",
    ]);
  });

  test("waits while the node answers but cannot check a password yet, as a real one does for seconds", () => {
    const tool = '[ "$1" = ping ] || [ "$(date +%s)" -ge 3 ] || { echo "elastic: Error 401 (Unauthorized)" >&2; exit 1; }';
    const ran = sandbox().run(script, { fakes: { "temporal-elasticsearch-tool": tool }, env });
    expect(ran).toMatchObject({ status: 0, reason: "", seconds: 3 });
    expect(ran.calls.slice(-2)).toEqual([
      "temporal-elasticsearch-tool create-index --index temporal_visibility_v1",
      "temporal-elasticsearch-tool update-schema --index temporal_visibility_v1",
    ]);
  });

  test("does not tell the template step of the index by the tool's own variable", async () => {
    const job = containerOf((await bedOf("dev")).get("Job", "temporal-visibility"));
    expect(Object.keys(plainEnv(job))).not.toContain("ES_VISIBILITY_INDEX");
    expect(plainEnv(job)["VISIBILITY_INDEX"]).toBe("temporal_visibility_v1");
  });

  test("that gets no answer says from where", () => {
    const fakes = { "temporal-elasticsearch-tool": "echo connection refused; exit 1" };
    const ran = sandbox().run(script, { fakes, env: { ...env, GIVE_UP_AFTER: "2" } });
    expect(ran).toMatchObject({
      status: 1,
      seconds: 2,
      reason: "gave up waiting for Elasticsearch at http://e:9200 after 2 s: connection refused",
    });
  });
});

describe("the cluster job", () => {
  const script = jobScript(render.clusterScript());
  const env = { SERVER_CONFIG: "dynamicConfigClient: { filepath: /etc/temporal/dynamic-config/dynamic-config.yaml }", POD_IP: "none" };
  const END = "ringpop config malformed `broadcastAddress` param: none";

  test("is done when the server came as far as needing an address, and not before", () => {
    const tool = `[ "$(date +%s)" -ge 2 ] || { echo "no keyspace"; exit 1; }; echo '${END}'; exit 1`;
    expect(sandbox().run(script, { fakes: { "temporal-server": tool }, env })).toMatchObject({ status: 0, reason: "", seconds: 2 });
  });

  test("a server that ends otherwise, well or not, is no success, and its last words are the reason", () => {
    for (const code of [0, 1]) {
      const fakes = { "temporal-server": `echo "bad password"; exit ${code}` };
      const ran = sandbox().run(script, { fakes, env: { ...env, GIVE_UP_AFTER: "2" } });
      expect(ran).toMatchObject({ status: 1, reason: "gave up waiting for the record of the cluster after 2 s: bad password" });
    }
  });

  test("runs with the servers' own configuration, and with no address", async () => {
    const job = containerOf((await bedOf("dev")).get("Job", "temporal-cluster"));
    expect(plainEnv(job)["POD_IP"]).toBe("none");
    const config = plainEnv(job)["SERVER_CONFIG"];
    expect(config?.split("\n")[0]).toBe("# enable-template");
    expect(config).toContain("numHistoryShards: 4");
    expect(config).toContain('broadcastAddress: {{ env "POD_IP" | quote }}');
  });
});

describe("the namespaces job", () => {
  /** A fake server: a file per namespace that holds its retention, and one for its description. */
  const TEMPORAL = `
shift 2 # --command-timeout
verb="$2 $3"
while [ $# -gt 0 ]; do
  case $1 in --namespace) name=$2;; --retention) retention=$2;; --description) description=$2;; esac
  shift
done
case $verb in
  "cluster health") exit 0;;
  "namespace describe")
    [ -z "\${BROKEN:-}" ] || { echo "$BROKEN" >&2; exit 1; }
    [ -e "$STATE/$name" ] || { echo "Namespace $name is not found." >&2; exit 1; }
    printf '{"config": {"workflowExecutionRetentionTtl":  "%s"},\\n "description": "%s"}\\n' "$(cat "$STATE/$name")" "$(cat "$STATE/$name.text")";;
  "namespace create" | "namespace update")
    [ -z "\${DEAF:-}" ] || exit 0
    echo "$retention" > "$STATE/$name"
    [ -z "\${description+set}" ] || echo "$description" > "$STATE/$name.text";;
esac
`;
  const fake: RunScript = { fakes: { temporal: TEMPORAL }, env: { TEMPORAL_ADDRESS: "t:7233" } };
  const changes = (calls: readonly string[]) => calls.filter((call) => /namespace (create|update)|search-attribute/.test(call));

  async function script(namespaces: object = {}, searchAttributes: object = {}): Promise<string> {
    const { values } = await settings("dev", { temporal: { namespaces, searchAttributes } });
    return jobScript(render.namespacesScript(values.temporal));
  }

  test("creates what is missing, with retention and description", async () => {
    const box = sandbox();
    const ran = box.run(await script({ orders: { retention: "2d", description: "Orders and bills" } }), fake);
    expect(ran).toMatchObject({ status: 0, reason: "" });
    expect(changes(ran.calls)).toEqual([
      "temporal --command-timeout 15s operator namespace create --namespace default --retention 259200s --description ",
      "temporal --command-timeout 15s operator namespace create --namespace orders --retention 172800s --description Orders and bills",
    ]);
    expect(box.state("orders")).toBe("172800s\n");
  });

  test("leaves alone what is as wanted", async () => {
    const box = sandbox();
    box.run(await script(), fake);
    const again = box.run(await script(), fake);
    expect(again).toMatchObject({ status: 0, reason: "" });
    expect(changes(again.calls)).toEqual([]);
  });

  test("updates a retention that differs", async () => {
    const box = sandbox();
    box.run(await script(), fake);
    const ran = box.run(await script({ default: { retention: "24h" } }), fake);
    expect(changes(ran.calls)).toEqual(["temporal --command-timeout 15s operator namespace update --namespace default --retention 86400s"]);
    expect(box.state("default")).toBe("86400s\n");
  });

  test("updates a description that differs, and leaves alone one that the config does not give", async () => {
    const box = sandbox();
    const texts = ["Orders", "Orders and bills", undefined];
    const ran = [];
    for (const description of texts) {
      ran.push(box.run(await script({ orders: { retention: "48h", ...(description === undefined ? {} : { description }) } }), fake));
    }
    expect(changes(ran[1]?.calls ?? [])).toEqual([
      "temporal --command-timeout 15s operator namespace update --namespace orders --retention 172800s --description Orders and bills",
    ]);
    expect(changes(ran[2]?.calls ?? [])).toEqual([]);
    expect(box.state("orders.text")).toBe("Orders and bills\n");
  });

  test("does not take one retention for another that ends alike", async () => {
    const box = sandbox();
    box.run(await script({ default: { retention: "13600s" } }), fake);
    const ran = box.run(await script({ default: { retention: "3600s" } }), fake);
    expect(changes(ran.calls)).toHaveLength(1);
  });

  test("believes no answer: what the server does not keep is the reason", async () => {
    const box = sandbox();
    box.run(await script(), fake);
    const ran = box.run(await script({ default: { retention: "24h" } }), { ...fake, env: { ...fake.env, DEAF: "1", GIVE_UP_AFTER: "2" } });
    expect(ran).toMatchObject({ status: 1, seconds: 2 });
    expect(ran.reason).toMatch(/^gave up waiting for namespace default with retention 86400s after 2 s/);
  });

  test("creates nothing when it cannot tell whether there is something", async () => {
    const ran = sandbox().run(await script(), {
      ...fake,
      env: { ...fake.env, BROKEN: "context deadline exceeded", GIVE_UP_AFTER: "2" },
    });
    expect(ran).toMatchObject({
      status: 1,
      seconds: 2,
      reason: "gave up waiting for namespace default with retention 259200s after 2 s: context deadline exceeded",
    });
    expect(changes(ran.calls)).toEqual([]);
  });

  test("goes on when a frontend that is being replaced drops a call", async () => {
    const dropping = `${TEMPORAL}\n[ "$verb" != "search-attribute create" ] || [ "$(date +%s)" -ge 2 ] || { echo "received prior goaway" >&2; exit 1; }`;
    const ran = sandbox().run(await script({}, { Customer: "Keyword" }), { ...fake, fakes: { temporal: dropping } });
    expect(ran).toMatchObject({ status: 0, reason: "" });
    expect(changes(ran.calls).filter((call) => call.includes("search-attribute")).length).toBeGreaterThan(1);
  });

  test("creates the search attributes after the namespaces, all at once", async () => {
    const ran = sandbox().run(await script({}, { Customer: "Keyword", Total: "Double" }), fake);
    expect(ran.status).toBe(0);
    const [last] = changes(ran.calls).slice(-1);
    expect(last).toMatch(/operator search-attribute create .*--name Customer --type Keyword --name Total --type Double$/);
  });

  test("runs again when the list of namespaces changes", async () => {
    const [before, after] = [
      await bedOf("dev"),
      await runProgram("dev", { slices: { temporal: { namespaces: { orders: { retention: "72h" } } } } }),
    ];
    const changed = after.all.filter((each) => JSON.stringify(before.byUrn(each.urn)) !== JSON.stringify(each));
    expect(changed.map(({ name }) => name)).toEqual(["temporal-namespaces"]);
  });
});

describe("the tools", () => {
  test("both reach the frontend by its Service", async () => {
    const bed = await bedOf("dev");
    const addresses = ["temporal-ui", "temporal-admin-tools"].map(
      (name) => plainEnv(containerOf(bed.get("Deployment", name)))["TEMPORAL_ADDRESS"],
    );
    expect(addresses).toEqual(["temporal-frontend.testbed-dev.svc:7233", "temporal-frontend.testbed-dev.svc:7233"]);
  });

  test("the admin tools end at once when they are told to", async () => {
    const [shell, flag, script] = containerOf((await bedOf("dev")).get("Deployment", "temporal-admin-tools"))["command"] as string[];
    expect([shell, flag]).toEqual(["/bin/sh", "-c"]);
    expect(script).toMatch(/^trap 'exit 0' TERM; .*& wait \$!/);
  });
});
