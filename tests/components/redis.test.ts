import { bytes } from "../../components/kit/units";
import * as render from "../../components/redis/render";
import { bedOf, generatedPassword, runProgram, type RunOptions } from "../support/harness";
import { at, listAt, mapAt } from "../support/json";
import { containerOf } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";
import { LAYERS } from "../../values/layers";

const sandbox = sandboxes();

async function confOf(redis: object = {}): Promise<string[]> {
  const { values } = await settings("dev", { redis });
  return render.redisConf(values.redis)["redis.conf"].split("\n");
}

describe("redis.conf", () => {
  test("keeps nothing on disk", async () => {
    expect(await confOf()).toEqual(expect.arrayContaining(['save ""', "appendonly no", "dir /data"]));
  });

  test("has the knobs, the memory in bytes", async () => {
    const knobs = { maxmemory: "128Mi", maxmemoryPolicy: "allkeys-lfu" };
    expect(await confOf(knobs)).toEqual(expect.arrayContaining(["maxmemory 134217728", "maxmemory-policy allkeys-lfu"]));
  });

  test("listens where the Service sends to, and says nothing of a password", async () => {
    const bed = await bedOf("dev");
    const conf = mapAt(bed.get("ConfigMap", "redis-config").inputs, "data")["redis.conf"];
    expect(conf).toMatch(/^port 6379$/m);
    expect(conf).not.toMatch(/pass/);
    expect(listAt(bed.get("Service", "redis").inputs, "spec.ports")).toEqual([{ name: "redis", port: 6379 }]);
    expect(listAt(containerOf(bed.get("Deployment", "redis")), "ports")).toEqual([{ name: "redis", containerPort: 6379 }]);
  });

  test("stands where the server is told to read it", async () => {
    const pod = at((await bedOf("dev")).get("Deployment", "redis").inputs, "spec.template.spec");
    expect(listAt(pod, "volumes")).toEqual([
      { name: "config", configMap: { name: "redis-config-auto" } },
      { name: "data", emptyDir: { sizeLimit: "16Mi" } },
    ]);
    expect(listAt(pod, "containers.0.volumeMounts")).toEqual([
      { name: "config", mountPath: "/etc/redis", readOnly: true },
      { name: "data", mountPath: "/data" },
    ]);
  });
});

describe("the start", () => {
  const fakes = { "redis-server": 'cat > "$STATE/stdin"' };
  const start = (password: string) => {
    const box = sandbox();
    return { ...box.run(render.START, { fakes, env: { REDISCLI_AUTH: password } }), stdin: box.state("stdin") };
  };

  test("hands the password over on standard input, in no argument and no file", () => {
    const ran = start("word");
    expect(ran).toMatchObject({ status: 0, output: "", left: [], calls: ["redis-server /etc/redis/redis.conf -"] });
    expect(ran.stdin).toBe('requirepass "word"\n');
  });

  test("quotes a given password as Redis reads it", () => {
    expect(start(String.raw`a"b\c $HOME`).stdin).toBe(String.raw`requirepass "a\"b\\c $HOME"` + "\n");
  });

  test("fails without a password, instead of starting a server that asks for none", () => {
    const ran = sandbox().run(render.START, { fakes, env: { REDISCLI_AUTH: "" } });
    expect(ran).toMatchObject({ status: 1, calls: [] });
    expect(ran.output).toBe("REDISCLI_AUTH is empty: Redis would ask nobody for a password\n");
  });

  test("is what the pod runs, with the password by reference", async () => {
    const container = containerOf((await bedOf("dev")).get("Deployment", "redis"));
    expect(container["command"]).toEqual(["/bin/sh", "-c", render.START]);
    expect(listAt(container, "env")).toEqual([
      { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: "redis", key: "redis-password" } } },
    ]);
  });
});

describe("the pod", () => {
  test("is ready when Redis says PONG, and with nothing less", async () => {
    const container = containerOf((await bedOf("dev")).get("Deployment", "redis"));
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(at(container, `${probe}.exec.command`)).toEqual(["redis-cli", "-e", "ping"]);
    }
  });

  test.each(LAYERS.filter((layer) => layer !== "october-2025"))("is alone in %s: never two servers behind one name", async (layer) => {
    const { inputs } = (await bedOf(layer)).get("Deployment", "redis");
    expect(at(inputs, "spec.strategy")).toEqual({ type: "Recreate" });
    expect(at(inputs, "spec.replicas")).toBe(1);
  });

  test("runs as the image's user, and takes no longer to stop than it needs", async () => {
    const spec = at((await bedOf("prod")).get("Deployment", "redis").inputs, "spec.template.spec");
    expect(at(spec, "securityContext.runAsUser")).toBe(999);
    expect(at(spec, "terminationGracePeriodSeconds")).toBe(10);
  });

  test("has the image and the resources of the values", async () => {
    const { values } = await settings("prod");
    const container = containerOf((await bedOf("prod")).get("Deployment", "redis"));
    expect(container["image"]).toBe("docker.io/library/redis:7.0.15");
    expect(container["resources"]).toEqual(values.redis.resources);
  });
});

test("the Secret has the name and key that CanopyX prescribes, in both namespaces", async () => {
  const bed = await bedOf("dev");
  for (const [name, namespace] of [
    ["redis", "testbed-dev"],
    ["indexers-credentials-redis", "testbed-dev-indexers"],
  ] as const) {
    const { inputs } = bed.get("Secret", name);
    expect(at(inputs, "metadata.name")).toBe("redis");
    expect(at(inputs, "metadata.namespace")).toBe(namespace);
    expect(inputs["stringData"]).toEqual({ secret: { "redis-password": generatedPassword("redis") } });
  }
});

test("the endpoint is an output, and its workload the Deployment's name", async () => {
  const bed = await bedOf("dev");
  const endpoint = { host: "redis.testbed-dev.svc", port: 6379, workload: "redis" };
  expect((bed.outputs as { endpoints: object }).endpoints).toMatchObject({ redis: endpoint });
  expect(at(bed.get("Deployment", "redis").inputs, "spec.template.metadata.labels")).toMatchObject({ "app.kubernetes.io/name": "redis" });
  expect(at(bed.get("Service", "redis").inputs, "metadata")).toMatchObject({ name: "redis", namespace: "testbed-dev" });
});

describe("an external Redis", () => {
  const slices = { redis: { external: { host: "redis.example.com", port: 6380 } } };
  const given: RunOptions = { slices, secrets: { redisPassword: "given" } };

  test("takes the place of the bed's own, but not of the password", async () => {
    const bed = await runProgram("dev", given);
    expect(bed.all.filter(({ name }) => name.startsWith("redis")).map(({ name }) => name)).toEqual(["redis"]);
    expect(bed.ofKind("Deployment", "Service", "ConfigMap").filter(({ name }) => name.startsWith("redis"))).toEqual([]);
    expect(at(bed.get("Secret", "indexers-credentials-redis").inputs, "stringData.secret.redis-password")).toBe("given");
    expect((bed.outputs as { endpoints: object }).endpoints).toMatchObject({
      redis: { host: "redis.example.com", port: 6380, workload: "outside" },
    });
  });

  test("asks nothing of the cluster", async () => {
    const pods = ({ outputs }: { outputs: unknown }) => (outputs as { requests: { pods: number } }).requests.pods;
    expect(pods(await bedOf("dev")) - pods(await runProgram("dev", given))).toBe(1);
  });

  test("its password must be given: nobody else knows it", async () => {
    await expect(runProgram("dev", { slices })).rejects.toThrow(
      /redisPassword: missing: redis.external has a password already; run `pulumi config set --secret redisPassword`/,
    );
  });
});

describe("switched off", () => {
  test.each([[{ enabled: false }], [{ enabled: false, external: { host: "redis.example.com", port: 6379 } }]])(
    "%j leaves no object, no password, no endpoint and no request",
    async (redis) => {
      const [on, off] = [await bedOf("dev"), await runProgram("dev", { slices: { redis } })];
      expect(off.all.filter(({ name }) => name.startsWith("redis"))).toEqual([]);
      expect(Object.keys((off.outputs as { endpoints: object }).endpoints)).not.toContain("redis");
      const pods = ({ outputs }: { outputs: unknown }) => (outputs as { requests: { pods: number } }).requests.pods;
      expect(pods(on) - pods(off)).toBe(1);
    },
  );

  test("is how October 2025 had it", async () => {
    expect((await bedOf("october-2025")).all.filter(({ name }) => name.startsWith("redis"))).toEqual([]);
  });
});

test.each([
  [{ maxmemory: "300Mi" }, /redis.maxmemory.*at most 3\/4 of resources.limits.memory 384Mi; lower maxmemory or raise the memory/],
  [{ maxmemoryPolicy: "allkeys" }, /redis.maxmemoryPolicy.*allowed is one of noeviction, allkeys-lru/],
  [{ appendonly: true }, /redis.appendonly: unknown key/],
])("%j is refused", async (redis, says) => {
  await expect(settings("dev", { redis })).rejects.toThrow(says);
});

test("exactly 3/4 of the limit is allowed", async () => {
  const { values } = await settings("dev", { redis: { maxmemory: "288Mi" } });
  expect(bytes(values.redis.maxmemory)).toBe(0.75 * (bytes(values.redis.resources.limits.memory) ?? 0));
});
