import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CanopyNode } from "../../components/canopy-node";
import * as render from "../../components/canopy-node/render";
import { bedOf, drain, generatedPassword, runProgram, type JsonMap } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { settings } from "../support/values";

const image = { repository: "registry.example.com/canopy", tag: "v0.1.21" };
const withNode = (canopyNode: object = {}, layer = "dev", secrets: Record<string, string> = {}) =>
  runProgram(layer, { slices: { canopyNode: { image, ...canopyNode } }, secrets });
const setOf = async (canopyNode: object = {}) => (await withNode(canopyNode)).get("StatefulSet", "canopy-node");

async function configOf(canopyNode: object = {}): Promise<JsonMap> {
  const { values } = await settings("dev", { canopyNode });
  return JSON.parse(render.configJson(values.canopyNode)) as JsonMap;
}

test("without an image there is nothing of it, its key included, in any layer", async () => {
  for (const layer of ["dev", "prod", "october-2025"]) {
    const bed = await bedOf(layer);
    expect(bed.all.filter(({ name }) => name.startsWith("canopy-node"))).toEqual([]);
    expect(Object.keys((bed.outputs as { endpoints: object }).endpoints)).not.toContain("canopyNode");
    expect(JSON.stringify(bed.outputs)).not.toContain("data-canopy-node");
  }
});

test("with one it runs, and is counted", async () => {
  const pods = ({ outputs }: { outputs: unknown }) => (outputs as { requests: { pods: number } }).requests.pods;
  const on = await withNode();
  expect(pods(on) - pods(await bedOf("dev"))).toBe(1);
  const set = on.get("StatefulSet", "canopy-node");
  const [init] = listAt(set.inputs, "spec.template.spec.initContainers");
  for (const container of [containerOf(set), init]) {
    expect(container?.["image"]).toBe("registry.example.com/canopy:v0.1.21");
    expect(container?.["resources"]).toEqual((await settings("dev")).values.canopyNode.resources);
  }
});

describe("config.json", () => {
  test("serves the RPC alone: no wallet, no explorer, no newer version of itself", async () => {
    expect(await configOf()).toMatchObject({ headless: true, autoUpdate: false, chainId: 1 });
  });

  test("listens on the ports of the pod", async () => {
    const config = await configOf();
    expect(config).toMatchObject({
      rpcPort: "50002",
      adminPort: "50003",
      listenAddress: "0.0.0.0:9001",
      prometheusAddress: "0.0.0.0:9090",
    });
    expect(listAt(containerOf(await setOf()), "ports")).toEqual([
      { name: "rpc", containerPort: 50002 },
      { name: "admin", containerPort: 50003 },
      { name: "p2p", containerPort: 9001 },
      { name: "metrics", containerPort: 9090 },
    ]);
  });

  test("has the knobs, by the names that the program reads", async () => {
    expect(await configOf({ networkId: 7, runVdf: true, metricsEnabled: false })).toMatchObject({
      networkID: 7,
      runVDF: true,
      metricsEnabled: false,
    });
  });

  test.each([20, 5, 3])("%i s from block to block are the sum of the eight phases, each scaled alike", async (blockSeconds) => {
    const phases = Object.entries(await configOf({ blockSeconds })).filter(([key]) => key.endsWith("TimeoutMS"));
    expect(phases).toHaveLength(8);
    expect(phases.reduce((sum, [, ms]) => sum + Number(ms), 0)).toBe(blockSeconds * 1000);
    expect(Object.fromEntries(phases)).toMatchObject({ newHeightTimeoutMS: 225 * blockSeconds, proposeVoteTimeoutMS: 200 * blockSeconds });
  });

  test("is rendered to the file that the init container copies", async () => {
    const bed = await withNode({ networkId: 7 });
    const { inputs } = bed.get("ConfigMap", "canopy-node-config");
    expect(JSON.parse(textAt(mapAt(inputs, "data")["config.json"], ""))).toMatchObject({ networkID: 7 });
    const pod = at(bed.get("StatefulSet", "canopy-node").inputs, "spec.template.spec");
    expect(at(pod, "volumes.0")).toEqual({ name: "rendered", configMap: { name: "canopy-node-config-auto" } });
    expect(listAt(pod, "initContainers.0.volumeMounts")).toContainEqual({ name: "rendered", mountPath: "/rendered", readOnly: true });
  });
});

describe("the init container", () => {
  const KEY = "00".repeat(16) + "ab".repeat(16);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "canopy-"));
    for (const folder of ["data", "secret", "rendered"]) mkdirSync(join(root, folder));
    writeFileSync(join(root, "rendered", "config.json"), '{"chainId":1}');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (key: string) => {
    writeFileSync(join(root, "secret", "key"), key);
    const script = render.configScript().replaceAll(/\/(data|secret|rendered)\//g, `${root}/$1/`);
    const { status, stderr } = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
    return { status, stderr: stderr.trim() };
  };
  const file = (name: string) => readFileSync(join(root, "data", "canopy", name), "utf8");

  test("makes a folder that the node may write, with the configuration and its key as JSON", () => {
    expect(run(KEY)).toEqual({ status: 0, stderr: "" });
    expect(file("config.json")).toBe('{"chainId":1}');
    expect(JSON.parse(file("validator_key.json"))).toBe(KEY);
    expect(statSync(join(root, "data", "canopy", "validator_key.json")).mode & 0o77).toBe(0);
  });

  test("of a restart brings a new configuration, and the same key", () => {
    run(KEY);
    writeFileSync(join(root, "rendered", "config.json"), '{"chainId":2}');
    expect(run(KEY)).toEqual({ status: 0, stderr: "" });
    expect(file("config.json")).toBe('{"chainId":2}');
    expect(JSON.parse(file("validator_key.json"))).toBe(KEY);
  });

  test("refuses another key for a chain that began with one, and says what to do", () => {
    run(KEY);
    expect(run("01" + KEY.slice(2))).toEqual({
      status: 1,
      stderr: "canopyNodeValidatorKey: the chain in this claim began with another key; give that one, or take the claim away",
    });
    expect(JSON.parse(file("validator_key.json"))).toBe(KEY);
  });

  test.each([
    ["too short", "00ab", "canopyNodeValidatorKey: has 4 digits, needs 64"],
    ["no hexadecimal number", `${"0".repeat(63)}g`, "canopyNodeValidatorKey: 64 digits of 0-9 and a-f, lower case"],
    ["empty", "", "canopyNodeValidatorKey: has 0 digits, needs 64"],
    ["greater than any key", "f".repeat(64), "canopyNodeValidatorKey: greater than any key of the curve"],
  ])("refuses a key that is %s: the node would not start with it", (_, key, says) => {
    expect(run(key)).toEqual({ status: 1, stderr: says });
  });

  test("has the Secret's one key, the claim and no environment", async () => {
    const pod = at((await setOf()).inputs, "spec.template.spec");
    expect(at(pod, "volumes.1")).toEqual({
      name: "secret",
      secret: { secretName: "canopy-node-validator", items: [{ key: "validator-key", path: "key" }] },
    });
    expect(listAt(pod, "initContainers.0.volumeMounts")).toEqual(
      expect.arrayContaining([
        { name: "data", mountPath: "/data" },
        { name: "secret", mountPath: "/secret", readOnly: true },
      ]),
    );
    expect(at(pod, "initContainers.0.env")).toBe(undefined);
    expect(at(pod, "initContainers.0.command.2")).toBe(render.configScript());
  });
});

describe("the validator key", () => {
  test("is generated as a number below the curve's order: 31 random bytes after a zero", async () => {
    const bed = await withNode();
    expect(bed.get("RandomBytes", "canopy-node-validator").inputs).toEqual({ length: 31 });
    expect(bed.get("Secret", "canopy-node-validator").inputs["stringData"]).toEqual({
      secret: { "validator-key": `00${generatedPassword("canopy-node-validator")}` },
    });
  });

  test("that is given takes its place, and is as secret", async () => {
    const bed = await withNode({}, "dev", { canopyNodeValidatorKey: "given" });
    expect(bed.ofKind("RandomBytes")).toEqual([]);
    expect(at(bed.get("Secret", "canopy-node-validator").inputs, "stringData.secret.validator-key")).toBe("given");
  });

  test("in clear is refused, by the name that it has", async () => {
    await expect(runProgram("dev", { config: { canopyNodeValidatorKey: "00" } })).rejects.toThrow(
      /canopyNodeValidatorKey: a password in clear; run `pulumi config set --secret canopyNodeValidatorKey`/,
    );
  });

  test("is kept with the chain that lives by it", async () => {
    const bed = await withNode({}, "prod");
    for (const [kind, name] of [
      ["StatefulSet", "canopy-node"],
      ["Secret", "canopy-node-validator"],
      ["RandomBytes", "canopy-node-validator"],
    ] as const) {
      expect(bed.get(kind, name).protect).toBe(true);
    }
    expect((bed.outputs as { staysAfterDestroy: string[] }).staysAfterDestroy).toContain("testbed-prod/data-canopy-node-0");
    const slices = { canopyNode: { image }, platform: { unprotectSets: true } };
    expect((await runProgram("prod", { slices })).get("StatefulSet", "canopy-node").protect).toBe(false);
  });
});

describe("the node", () => {
  test("starts in its folder, with a home that it may write, and asks no terminal for anything", async () => {
    const container = containerOf(await setOf());
    expect(container["args"]).toEqual(["start", "--data-dir", "/data/canopy"]);
    expect(plainEnv(container)).toEqual({ HOME: "/data" });
    expect(listAt(container, "volumeMounts")).toEqual([{ name: "data", mountPath: "/data" }]);
    expect(container["stdin"]).toBe(undefined);
  });

  test("is asked for its version: the other paths take POST alone", async () => {
    const container = containerOf(await setOf());
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(at(container, `${probe}.httpGet`)).toEqual({ path: "/v1/", port: "rpc" });
    }
  });

  test("runs as a user that is not root, although its image names none, and has a claim", async () => {
    const { inputs } = await setOf({ storage: { size: "3Gi" } });
    expect(at(inputs, "spec.template.spec.securityContext.runAsUser")).toBe(1000);
    expect(at(inputs, "spec.replicas")).toBe(1);
    expect(at(inputs, "spec.volumeClaimTemplates.0.spec.resources.requests.storage")).toBe("3Gi");
  });

  test("is reached on its RPC alone: the admin port hands out keys", async () => {
    const bed = await withNode();
    expect(listAt(bed.get("Service", "canopy-node").inputs, "spec.ports")).toEqual([{ name: "rpc", port: 50002 }]);
    expect(at(bed.get("StatefulSet", "canopy-node").inputs, "spec.serviceName")).toBe("canopy-node");
    const host = "canopy-node.testbed-dev.svc";
    expect((bed.outputs as { endpoints: object }).endpoints).toMatchObject({
      canopyNode: { chainId: 1, host, port: 50002, workload: "canopy-node", url: `http://${host}:50002` },
    });
  });

  test.each([
    [true, ["rpc", "admin", "p2p", "metrics"], [{ workload: "canopy-node", port: 9090, path: "/metrics" }]],
    [false, ["rpc", "admin", "p2p"], []],
  ])("with metricsEnabled %s serves what it says that it serves", async (metricsEnabled, names, scrapes) => {
    const ports = listAt(containerOf(await setOf({ metricsEnabled })), "ports");
    expect(ports.map(({ name }) => name)).toEqual(names);

    const { values, bed, identities } = await settings("dev", { canopyNode: { image, metricsEnabled } });
    const validatorKey = { secretName: "canopy-node-validator", key: "validator-key" };
    const args = { bed, values: values.canopyNode, image, identity: identities.canopyNode, validatorKey };
    const node = new CanopyNode("canopy-node", args, {});
    await drain();
    expect(node.scrapes).toEqual(scrapes);
    expect(node.flows).toEqual([]);
  });

  test("is never pulled again where somebody has loaded its image", async () => {
    const pod = at((await setOf()).inputs, "spec.template.spec");
    for (const container of ["containers.0", "initContainers.0"]) expect(at(pod, `${container}.imagePullPolicy`)).toBe("IfNotPresent");
  });
});

test.each([
  [{ blockSeconds: 1 }, /canopyNode.blockSeconds: 1.*allowed is 2 or more/],
  [{ networkId: 0 }, /canopyNode.networkId: 0.*allowed is 1 or more/],
  [{ chainId: 5 }, /canopyNode.chainId: unknown key/],
  [{ image: { tag: "v1" } }, /canopyNode.image.repository: missing/],
])("%j is refused", async (canopyNode, says) => {
  await expect(settings("dev", { canopyNode })).rejects.toThrow(says);
});
