import { XMLParser } from "fast-xml-parser";
import { CONTRACTS, xmlKeys } from "../contract/clickhouse";
import { keeperEndpoint, keeperStartScript, renderKeeperConfig } from "../../components/clickhouse/keeper-render";
import { clickHouseEndpoint, identityOf, renderConfig, startScript } from "../../components/clickhouse/render";
import { bedOf, type Json, runProgram } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();
const ROOM = { budget: { cpu: "200", memory: "512Gi" } };
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@", parseTagValue: false });
const parsed = (text: string | undefined) => (parser.parse(text ?? "") as { clickhouse: Json }).clickhouse;

/** The rendered files of a layer with knobs on top, parsed. */
async function filesOf(layer: string, clickhouse: object = {}): Promise<{ config: Json; users: Json; keeper: Json }> {
  const { values } = await settings(layer, { clickhouse, platform: ROOM });
  const { keeper, cluster } = values.clickhouse;
  const endpoint = keeperEndpoint(keeper, "bed");
  const files = renderConfig(values.clickhouse, "bed", cluster ? endpoint : undefined);
  const [keeperConfig] = Object.values(renderKeeperConfig(keeper, endpoint.hosts));
  return { config: parsed(files["config.xml"]), users: parsed(files["users.xml"]), keeper: parsed(keeperConfig) };
}

describe("every knob stands where the server reads it", () => {
  test.each([
    ["maxConnections", 7777, "max_connections"],
    ["maxConcurrentQueries", 777, "max_concurrent_queries"],
    ["backgroundPoolSize", 77, "background_pool_size"],
    ["backgroundMergesMutationsConcurrencyRatio", 7, "background_merges_mutations_concurrency_ratio"],
    ["maxServerMemoryUsageToRamRatio", 0.7, "max_server_memory_usage_to_ram_ratio"],
    ["logLevel", "warning", "logger.level"],
  ])("%s is the server setting of config.xml", async (knob, value, path) => {
    const { config, users } = await filesOf("dev", { [knob]: value });
    expect(at(config, path)).toBe(String(value));
    expect(at(users, `profiles.default.${path}`)).toBe(undefined);
  });

  test.each([
    ["maxThreads", 7, "max_threads", "7"],
    ["maxInsertThreads", 6, "max_insert_threads", "6"],
    ["asyncInsert", false, "async_insert", "0"],
    ["waitForAsyncInsert", false, "wait_for_async_insert", "0"],
    ["distributedDdlTaskTimeout", "2m", "distributed_ddl_task_timeout", "120"],
  ])("%s is the profile setting of users.xml", async (knob, value, path, text) => {
    const { config, users } = await filesOf("dev", { [knob]: value });
    expect(at(users, `profiles.default.${path}`)).toBe(text);
    expect(at(config, path)).toBe(undefined);
  });

  test("logLevel of Keeper is its own", async () => {
    expect(at((await filesOf("dev", { keeper: { logLevel: "error" } })).keeper, "logger.level")).toBe("error");
  });
});

describe("every rendered key is one that 25.8 reads", () => {
  test.each(["dev", "prod", "october-2025"])("in %s", async (layer) => {
    const bed = await bedOf(layer);
    const rendered = bed
      .ofKind("ConfigMap")
      .flatMap(({ name, inputs }) => (/^clickhouse/.test(name) ? Object.entries(mapAt(inputs, "data")) : []));
    expect(rendered.length).toBe(layer === "october-2025" ? 2 : 3);
    const known = Object.assign({}, ...CONTRACTS.map(({ files }) => files)) as Record<string, { keys: Record<string, string> }>;
    for (const [file, text] of rendered) {
      const keys = Object.keys(known[file]?.keys ?? {});
      expect(xmlKeys(textAt(text, "")).filter((key) => !keys.includes(key))).toEqual([]);
    }
  });
});

describe("the cluster", () => {
  test("is named canopyx, one shard of all servers by full names and password", async () => {
    const { config } = await filesOf("prod");
    expect(Object.keys(mapAt(config, "remote_servers"))).toEqual(["canopyx"]);
    const shard = mapAt(config, "remote_servers.canopyx.shard");
    expect(shard["internal_replication"]).toBe("1");
    const password = { "@from_env": "CLICKHOUSE_PASSWORD", "@hide_in_preprocessed": "1" };
    expect(shard["replica"]).toEqual(
      [0, 1].map((ordinal) => ({ host: `clickhouse-${ordinal}.clickhouse-peers.bed.svc`, port: "9000", user: "canopyx", password })),
    );
    expect(at(config, "interserver_http_credentials")).toEqual({ user: "canopyx", password });
  });

  test("gives every server the macros of CanopyX, the replica by its own name", async () => {
    expect(at((await filesOf("prod")).config, "macros")).toEqual({ shard: "1", replica: { "@from_env": "POD_NAME" } });
    const env = listAt(containerOf((await bedOf("prod")).get("StatefulSet", "clickhouse")), "env");
    expect(env[0]).toEqual({ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } });
  });

  test("announces each server to the others by the name that stands in the list", async () => {
    expect(at((await filesOf("prod")).config, "interserver_http_host")).toEqual({ "@from_env": "POD_HOST" });
    const container = containerOf((await bedOf("prod")).get("StatefulSet", "clickhouse"));
    expect(plainEnv(container)["POD_HOST"]).toBe("$(POD_NAME).clickhouse-peers.testbed-prod.svc");
  });

  test("agrees in every Keeper", async () => {
    const { config } = await filesOf("prod");
    expect(at(config, "zookeeper.node")).toEqual(
      [0, 1, 2].map((ordinal) => ({ host: `clickhouse-keeper-${ordinal}.clickhouse-keeper-peers.bed.svc`, port: "2181" })),
    );
    expect(at(config, "distributed_ddl.path")).toBe("/clickhouse/task_queue/ddl");
  });

  test("switched off leaves one server that knows of no other, and no Keeper", async () => {
    const { config } = await filesOf("october-2025");
    for (const key of ["remote_servers", "macros", "zookeeper", "distributed_ddl", "interserver_http_port"]) {
      expect(at(config, key)).toBe(undefined);
    }
    const bed = await bedOf("october-2025");
    expect(bed.all.filter(({ name }) => name.includes("keeper"))).toEqual([]);
    expect(listAt(containerOf(bed.get("StatefulSet", "clickhouse")), "ports").map(({ name }) => name)).toEqual([
      "http",
      "native",
      "metrics",
    ]);
    expect(bed.outputs).toMatchObject({ endpoints: { clickhouse: { host: "clickhouse.testbed-october-2025.svc" } } });
    expect(at(bed.outputs as Json, "endpoints.clickhouse.cluster")).toBe(undefined);
  });
});

describe("users", () => {
  test("there is one, with the bed's password; the built-in one without a password is not there", async () => {
    const { users } = await filesOf("dev");
    expect(Object.keys(mapAt(users, "users"))).toEqual(["canopyx"]);
    expect(at(users, "users.canopyx.password")).toEqual({ "@from_env": "CLICKHOUSE_PASSWORD", "@hide_in_preprocessed": "1" });
    const env = listAt(containerOf((await bedOf("dev")).get("StatefulSet", "clickhouse")), "env");
    expect(env.find(({ name }) => name === "CLICKHOUSE_PASSWORD")).toEqual({
      name: "CLICKHOUSE_PASSWORD",
      valueFrom: { secretKeyRef: { name: "clickhouse", key: "password" } },
    });
  });
});

describe("Keeper", () => {
  test("counts ids from 1, the same in every file and pod", async () => {
    const { keeper } = await filesOf("prod");
    expect(at(keeper, "keeper_server.raft_configuration.server")).toEqual(
      [0, 1, 2].map((ordinal) => ({
        id: String(ordinal + 1),
        hostname: `clickhouse-keeper-${ordinal}.clickhouse-keeper-peers.bed.svc`,
        port: "9234",
      })),
    );
    expect(at(keeper, "keeper_server.server_id")).toEqual({ "@from_env": "KEEPER_SERVER_ID" });
    const fakes = { "clickhouse-keeper": 'echo "id $KEEPER_SERVER_ID"' };
    const ran = sandbox().run(keeperStartScript(), { fakes, env: { POD_NAME: "clickhouse-keeper-2" } });
    expect(ran.output).toContain("id 3");
    expect(ran.calls).toEqual(["clickhouse-keeper --config-file=/etc/clickhouse-keeper/keeper_config.xml"]);
  });

  test("is ready with a leader and lives without one", async () => {
    const container = containerOf((await bedOf("prod")).get("StatefulSet", "clickhouse-keeper"));
    for (const probe of ["startupProbe", "readinessProbe"]) {
      expect(at(container, `${probe}.httpGet`)).toEqual({ path: "/ready", port: "control" });
    }
    expect(at(container, "livenessProbe.tcpSocket.port")).toBe("client");
    expect(at((await filesOf("dev")).keeper, "keeper_server.http_control")).toEqual({ port: "9182", readiness: { endpoint: "/ready" } });
  });

  test("finds the others before they are ready, and starts with them", async () => {
    const bed = await bedOf("prod");
    expect(at(bed.get("Service", "clickhouse-keeper-peers").inputs, "spec.publishNotReadyAddresses")).toBe(true);
    expect(at(bed.get("StatefulSet", "clickhouse-keeper").inputs, "spec")).toMatchObject({
      serviceName: "clickhouse-keeper-peers",
      podManagementPolicy: "Parallel",
      replicas: 3,
    });
  });
});

describe("the servers", () => {
  test("are ready when they answer a ping, and are not restarted for being busy", async () => {
    const container = containerOf((await bedOf("prod")).get("StatefulSet", "clickhouse"));
    for (const probe of ["startupProbe", "readinessProbe"]) {
      expect(at(container, `${probe}.httpGet`)).toEqual({ path: "/ping", port: "http" });
    }
    expect(at(container, "livenessProbe.tcpSocket.port")).toBe("native");
  });

  test("read the mounted files and no others, without the image's entrypoint", async () => {
    const set = (await bedOf("prod")).get("StatefulSet", "clickhouse");
    const container = containerOf(set);
    const mounts = Object.fromEntries(listAt(container, "volumeMounts").map(({ mountPath, name }) => [mountPath, name]));
    expect(mounts).toEqual({ "/etc/clickhouse-server": "config", "/var/lib/clickhouse": "data", "/tmp": "tmp" });
    expect(at(set.inputs, "spec.template.spec.volumes.0.configMap.name")).toBe("clickhouse-config-auto");
    expect(textAt(container, "command.2")).toContain("exec clickhouse-server --config-file=/etc/clickhouse-server/config.xml");
    expect(plainEnv(container)["CLICKHOUSE_WATCHDOG_ENABLE"]).toBe("0");
  });

  test("write below their claim only", async () => {
    const { config } = await filesOf("dev");
    const paths = ["path", "tmp_path", "user_files_path", "format_schema_path"].map((key) => textAt(config, key));
    expect(paths.filter((path) => !path.startsWith("/var/lib/clickhouse/"))).toEqual([]);
    expect(at(config, "logger.log")).toBe(undefined);
    expect(at(config, "logger.console")).toBe("1");
  });

  test("of a cluster wait until their own name resolves; one alone does not", async () => {
    const { values } = await settings("prod");
    const fakes = { getent: '[ "$(date +%s)" -ge "$RESOLVES_AT" ]', "clickhouse-server": "" };
    const env = { POD_HOST: "clickhouse-0.peers", RESOLVES_AT: "2" };
    const { calls } = sandbox().run(startScript(values.clickhouse), { fakes, env });
    expect(calls.filter((call) => call.startsWith("getent")).length).toBeGreaterThan(1);
    expect(calls[0]).toBe("getent hosts clickhouse-0.peers");
    expect(calls.at(-1)).toBe("clickhouse-server --config-file=/etc/clickhouse-server/config.xml");
    expect(startScript({ ...values.clickhouse, cluster: false })).not.toContain("getent");
  });

  test("have an address of all, and one of those that are ready", async () => {
    const bed = await bedOf("prod");
    expect(at(bed.get("Service", "clickhouse-peers").inputs, "spec.publishNotReadyAddresses")).toBe(true);
    expect(at(bed.get("Service", "clickhouse").inputs, "spec")).toMatchObject({
      clusterIP: "None",
      ports: [
        { name: "native", port: 9000 },
        { name: "http", port: 8123 },
      ],
    });
    expect(at(bed.get("Service", "clickhouse").inputs, "spec.publishNotReadyAddresses")).toBe(undefined);
  });

  test("may go where the others have copies, and never where there is no cluster", async () => {
    const { values } = await settings("prod");
    expect(identityOf(values.clickhouse, {}, undefined).scaleDown).toBe("copies");
    expect(identityOf({ ...values.clickhouse, cluster: false }, {}, undefined).scaleDown).toBe("never");
  });
});

test("servers talk to each other and to Keeper, Keepers among themselves", async () => {
  const bed = await bedOf("prod");
  const ports = (policy: string, side: string) =>
    listAt(bed.get("NetworkPolicy", policy).inputs, `spec.${side}`).map((rule) => at(rule, "ports.0.port"));
  expect(ports("network-clickhouse", "egress")).toEqual([2181, 9000, 9009]);
  expect(ports("network-clickhouse-keeper", "ingress")).toEqual([2181, 9234, 9363]);
});

test("whether there is a cluster is a fact that no edit may change", async () => {
  expect((await settings("dev")).facts["clickhouse.cluster"]).toBe("true");
  expect((await settings("dev", { clickhouse: { enabled: false } })).facts["clickhouse.cluster"]).toBe(undefined);
});

describe("in the place of the bed's own", () => {
  const external = { host: "click.example.com", port: 9440, httpPort: 8443, user: "bed" };

  test("an external server leaves no object but the password's Secret", async () => {
    const bed = await runProgram("dev", { slices: { clickhouse: { external } }, secrets: { clickhousePassword: "given" } });
    expect(bed.all.filter(({ name }) => name.startsWith("clickhouse")).map(({ name }) => name)).toEqual(["clickhouse"]);
    expect(bed.get("Secret", "clickhouse").inputs["stringData"]).toEqual({ secret: { password: "given" } });
    expect(bed.outputs).toMatchObject({ endpoints: { clickhouse: { ...external, workload: "outside", cluster: "canopyx" } } });
  });

  test("its password must be given", async () => {
    await expect(runProgram("dev", { slices: { clickhouse: { external } } })).rejects.toThrow(
      /clickhousePassword: missing: clickhouse.external/,
    );
  });

  test("nothing at all leaves nothing", async () => {
    const bed = await runProgram("dev", { slices: { clickhouse: { enabled: false } } });
    expect(bed.all.filter(({ name }) => name.includes("clickhouse"))).toEqual([]);
    expect(JSON.stringify(bed.outputs)).not.toContain("clickhouse");
  });
});

test("the endpoint says what a client needs, the cluster only where there is one", async () => {
  const { values } = await settings("dev");
  const endpoint = { host: "clickhouse.bed.svc", port: 9000, httpPort: 8123, workload: "clickhouse", user: "canopyx" };
  expect(clickHouseEndpoint(values.clickhouse, "bed")).toEqual({ ...endpoint, cluster: "canopyx" });
  expect(clickHouseEndpoint({ ...values.clickhouse, cluster: false }, "bed")).toEqual(endpoint);
});
