import { RULES } from "../../components/canopyx/controller";
import { nginxConf } from "../../components/canopyx/nginx";
import * as render from "../../components/canopyx/render";
import { jobScript } from "../../components/kit/run-once";
import { loadStack } from "../../values";
import { whatIsOff, warnings } from "../../values/off";
import { knobs } from "../../values/reflect";
import { allNamed, everythingOn } from "../support/everything";
import { bedOf, type Captured, configure, runProgram, startEngine } from "../support/harness";
import { at, listAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();

type Layer = "dev" | "prod" | "october-2025";
const beds = new Map<string, Promise<Captured>>();
/** A layer with every image named. */
function named(layer: Layer): Promise<Captured> {
  const known = beds.get(layer) ?? runProgram(layer, { slices: allNamed(layer) });
  beds.set(layer, known);
  return known;
}
const withCanopyx = (canopyx: object, layer: Layer = "dev") =>
  runProgram(layer, { slices: { ...ROOM, canopyx: { ...(allNamed(layer)["canopyx"] as object), ...canopyx } } });
const refused = async (canopyx: object, layer: Layer = "dev") => {
  await startEngine(layer);
  configure(layer, { slices: { canopyx } });
  try {
    loadStack();
  } catch (error) {
    return String(error);
  }
  return "";
};
const envOf = async (layer: Layer, deployment: string) => plainEnv(containerOf((await named(layer)).get("Deployment", deployment)));
const secretsOf = (bed: Captured, deployment: string) =>
  Object.fromEntries(
    listAt(containerOf(bed.get("Deployment", deployment)), "env").flatMap((each) => {
      const ref = at(each, "valueFrom.secretKeyRef") as { name: string; key: string } | undefined;
      return ref === undefined ? [] : [[textAt(each, "name"), `${ref.name}/${ref.key}`]];
    }),
  );

/** What is looked at is not the sum. */
const ROOM = { platform: { budget: { cpu: "500", memory: "2Ti" } } };

describe("what it cannot do without", () => {
  const told = async (more: object) => {
    await startEngine("dev");
    configure("dev", { slices: { ...allNamed("dev"), ...more } });
    try {
      loadStack();
      return "";
    } catch (error) {
      return String(error);
    }
  };

  test.each([
    [{ clickhouse: { enabled: false } }, /clickhouse\.enabled: false given; allowed is true while CanopyX's images are named/],
    [{ redis: { enabled: false } }, /redis\.enabled: false given; allowed is true for the current generation/],
    [
      { clickhouse: { cluster: false } },
      /clickhouse\.cluster: false given; allowed is true for the current generation .*ON CLUSTER canopyx/,
    ],
  ])("is asked for: %j", async (more, says) => {
    expect(await told(more)).toMatch(says);
  });

  test("and with it, nothing is", async () => {
    expect(await told({})).toBe("");
  });
});

describe("without images", () => {
  test.each(["dev", "prod", "october-2025"] as const)("%s has nothing of it, and says what is off and how to get it", async (layer) => {
    const bed = await bedOf(layer);
    expect(bed.all.filter(({ name }) => name.includes("canopyx"))).toEqual([]);
    const off = (bed.outputs as { off: { component: string; why: string; how: string }[] }).off.find(
      ({ component }) => component === "canopyx",
    );
    const last = layer === "october-2025" ? "canopyx.images.query" : "canopyx.images.adminWeb";
    expect(off?.why).toContain(last);
    expect(off?.how).toMatch(
      /docker build -f Dockerfile\.admin .*kind load docker-image.*pulumi config set --path testbed:canopyx\.images\.admin\.repository/,
    );
    expect(off?.how).toContain(layer === "october-2025" ? "git checkout feddbaf" : "git checkout 03d4c27");
  });

  test("one warning says the same; with images there is none of it", async () => {
    const { values } = await settings("dev");
    expect(warnings(values)).toHaveLength(1);
    expect(warnings(values)[0]).toContain("canopyx: no image is named");
    expect(whatIsOff((await settings("dev", everythingOn("dev"))).values)).toEqual([]);
  });

  test("asks nothing of Temporal, passwords and budget", async () => {
    const [off, on] = [await settings("dev"), await settings("dev", allNamed("dev"))];
    expect(Object.keys(off.temporalNamespaces)).toEqual(["default"]);
    expect(on.temporalNamespaces).toMatchObject({ canopyx: { retention: "168h" }, default: {} });
    expect(off.passwords.filter((name) => name.startsWith("canopyx"))).toEqual([]);
    expect(on.passwords).toEqual(expect.arrayContaining(["canopyxAdmin", "canopyxToken", "canopyxSession"]));
    // admin, controller, web, proxy, an indexer and a re-index worker; the node and the mock
    expect(on.requests.pods - off.requests.pods).toBe(8);
  });
});

describe("settings", () => {
  const image = { repository: "example.com/a", tag: "v1" };

  test("some images but not all are refused by the names of those that miss", async () => {
    expect(await refused({ images: { admin: image } })).toMatch(/canopyx\.images: .*missing: controller, indexer, adminWeb/);
    expect(await refused({ images: { admin: image, controller: image, indexer: image, adminWeb: image } }, "october-2025")).toMatch(
      /missing: query/,
    );
  });

  test.each([
    ["dev", { query: {} }, /canopyx\.query: unknown key; only canopyx\.generation october-2025 reads it; leave it out/],
    ["dev", { images: { query: image } }, /canopyx\.images\.query: unknown key; only canopyx\.generation october-2025 reads it/],
    ["october-2025", { indexer: { liveParallelBlocks: 3 } }, /liveParallelBlocks: unknown key; only canopyx\.generation current reads it/],
    ["october-2025", { proxy: {} }, /canopyx\.proxy: unknown key; only canopyx\.generation current reads it/],
    ["dev", { indexer: { liveParalelBlocks: 3 } }, /did you mean liveParallelBlocks\?/],
    ["dev", { generation: "october" }, /canopyx\.generation: "october" given; allowed is one of current, october-2025/],
    ["dev", { chains: { mock: { chainId: "canopy_local" } } }, /chains\.mock\.chainId: "canopy_local" given; allowed is a number/],
    ["october-2025", { chains: { "canopy-local": { chainId: 7 } } }, /chainId: 7 given; allowed is text/],
    ["dev", { indexer: { hpa: { maxReplicas: 6 } } }, /uses them nowhere; use canopyx\.chains\.<name>\.minReplicas/],
    ["dev", { indexer: { hpaMin: 1 } }, /uses them nowhere/],
    ["dev", { indexer: { taskQueuePrefix: "x" } }, /no code of this CanopyX uses it/],
    ["dev", { crossChainDb: "x" }, /hands this on to no indexer/],
    ["dev", { chains: { mock: { rpcEndpoints: ["http://a:1"] } } }, /canopyx\.chains\.mock: .*either of .* or rpcEndpoints/],
    ["dev", { chains: { mock: { minReplicas: 3 } } }, /chains\.mock\.maxReplicas: .*3 or more/],
    ["dev", { chains: { mock: { reindex: { minReplicas: 3 } } } }, /reindex\.maxReplicas: .*3 or more/],
  ] as const)("%s refuses %j", async (layer, canopyx, message) => {
    expect(await refused(canopyx, layer)).toMatch(message);
  });

  test("two chains cannot have one id", async () => {
    const chain = {
      rpcEndpoints: ["http://a:1"],
      chainId: 5,
      minReplicas: 1,
      maxReplicas: 1,
      reindex: { minReplicas: 1, maxReplicas: 1, scaleThreshold: 1 },
    };
    expect(await refused({ chains: { one: chain, two: chain } })).toMatch(/chains\.two\.chainId: .*one has it/);
  });

  test("every knob stands once in the table, with the generation that alone reads it", () => {
    const all = knobs().filter(({ key }) => key.startsWith("canopyx."));
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    const of = (key: string) => all.find((knob) => knob.key === key);
    expect(of("canopyx.generation")?.allowed).toBe("current, october-2025");
    expect(of("canopyx.query.resources.requests.cpu")?.description).toMatch(/^Only for canopyx\.generation october-2025\. /);
    expect(of("canopyx.proxy.image.tag")?.description).toMatch(/^Only for canopyx\.generation current\. /);
    expect(of("canopyx.adminUser")?.description).not.toMatch(/Only for/);
    expect(of("canopyx.chains.<name>.chainId")?.allowed).toMatch(/^current: whole number.*; october-2025: /);
  });
});

describe("admin", () => {
  test("is told its stores, with every password by reference and the one in the address put in by Kubernetes", async () => {
    const bed = await named("dev");
    expect(await envOf("dev", "canopyx-admin")).toEqual({
      ADDR: ":3000",
      LOG_LEVEL: "info",
      ADMIN_USER: "admin",
      CLICKHOUSE_ADDR: "clickhouse://canopyx:$(CLICKHOUSE_PASSWORD)@clickhouse.testbed-dev.svc:9000?secure=false",
      INDEXER_DB: "canopyx_indexer",
      CROSSCHAIN_DB: "canopyx_cross_chain",
      TEMPORAL_HOSTPORT: "temporal-frontend.testbed-dev.svc:7233",
      TEMPORAL_ADMIN_NAMESPACE: "canopyx",
      REDIS_ENABLED: "true",
      REDIS_HOST: "redis.testbed-dev.svc",
      REDIS_PORT: "6379",
    });
    expect(secretsOf(bed, "canopyx-admin")).toEqual({
      CLICKHOUSE_PASSWORD: "clickhouse/password",
      ADMIN_PASSWORD: "canopyx-admin/password",
      ADMIN_TOKEN: "canopyx-token/password",
      SESSION_SECRET: "canopyx-session/password",
      REDIS_PASSWORD: "redis/redis-password",
    });
    // Kubernetes only knows what stands before.
    const names = listAt(containerOf(bed.get("Deployment", "canopyx-admin")), "env").map(({ name }) => name);
    expect(names.indexOf("CLICKHOUSE_PASSWORD")).toBeLessThan(names.indexOf("CLICKHOUSE_ADDR"));
  });

  test("of October 2025 knows no Redis and no cross-chain database", async () => {
    expect(await envOf("october-2025", "canopyx-admin")).toEqual({
      ADDR: ":3000",
      LOG_LEVEL: "warn",
      ADMIN_USER: "admin",
      CLICKHOUSE_ADDR: "clickhouse://canopyx:$(CLICKHOUSE_PASSWORD)@clickhouse.testbed-october-2025.svc:9000?sslmode=disable",
      INDEXER_DB: "canopyx_indexer",
      REPORTS_DB: "canopyx_reports",
      TEMPORAL_HOSTPORT: "temporal-frontend.testbed-october-2025.svc:7233",
      TEMPORAL_NAMESPACE: "canopyx",
    });
    expect(Object.keys(secretsOf(await named("october-2025"), "canopyx-admin"))).not.toContain("REDIS_PASSWORD");
  });

  test("marks its cookie secure only when it is told", async () => {
    const bed = await withCanopyx({ secureCookies: true });
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-admin")))["ENVIRONMENT"]).toBe("production");
  });

  test("is asked for its stores to be ready, and for its port alone to be alive", async () => {
    const container = containerOf((await named("dev")).get("Deployment", "canopyx-admin"));
    expect(at(container, "readinessProbe.httpGet")).toEqual({ path: "/api/health", port: "http" });
    expect(at(container, "livenessProbe.tcpSocket")).toEqual({ port: "http" });
    expect(at(container, "livenessProbe.httpGet")).toBeUndefined();
  });
});

describe.each([
  ["dev", "canopyx-admin", 3000],
  ["dev", "canopyx-controller", 3002],
] as const)("in %s, %s", (layer, name, port) => {
  test("may start for as long as it retries, and stop for as long as its worker takes", async () => {
    const bed = await runProgram(layer, { slices: { ...allNamed(layer), platform: { podDeadlineSeconds: 60 } } });
    const deployment = bed.get("Deployment", name);
    const probe = at(containerOf(deployment), "startupProbe") as { periodSeconds: number; failureThreshold: number };
    expect(probe.periodSeconds * probe.failureThreshold).toBeGreaterThanOrEqual(2 * 300 + 30);
    expect(Number(at(deployment.inputs, "spec.template.spec.terminationGracePeriodSeconds"))).toBeGreaterThanOrEqual(75);
    expect(listAt(containerOf(deployment), "ports")).toEqual([{ name: "http", containerPort: port }]);
  });
});

describe("the controller", () => {
  test("may do in the indexers' namespace what it does, and nothing else anywhere", async () => {
    const bed = await named("dev");
    const keep = ["get", "list", "watch", "create", "update", "patch", "delete"];
    expect(RULES).toEqual([
      { apiGroups: ["apps"], resources: ["deployments"], verbs: keep },
      { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: keep },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
    ]);
    expect(bed.ofKind("ClusterRole", "ClusterRoleBinding")).toEqual([]);
    for (const kind of ["Role", "RoleBinding"]) {
      const own = bed.ofKind(kind).filter(({ name }) => name.startsWith("canopyx-"));
      expect(own.map(({ inputs }) => at(inputs, "metadata.namespace"))).toEqual(["testbed-dev-indexers"]);
    }
    const [binding] = bed.ofKind("RoleBinding").filter(({ name }) => name.startsWith("canopyx-"));
    expect(at(binding?.inputs ?? {}, "roleRef.name")).toBe("canopyx-controller-role-auto");
    expect(listAt(binding?.inputs ?? {}, "subjects")).toEqual([
      { kind: "ServiceAccount", name: "canopyx-controller-account-auto", namespace: "testbed-dev" },
    ]);
    const spec = at(bed.get("Deployment", "canopyx-controller").inputs, "spec.template.spec") as Record<string, unknown>;
    expect(spec).toMatchObject({ serviceAccountName: "canopyx-controller-account-auto", automountServiceAccountToken: true });
  });

  test("hands on what the indexers read", async () => {
    const bed = await withCanopyx({
      indexer: {
        cpu: "150m",
        memory: "1Gi",
        hpa: { enabled: false, cpuTarget: 70 },
        pullPolicy: "Never",
        liveParallelBlocks: 3,
        historicalParallelBlocks: 4,
        reindexParallelBlocks: 6,
        scheduler: { catchupThreshold: 11, directBatchSize: 12, batchSize: 13, blockTimeSeconds: 14, batchMaxParallelism: 15 },
      },
      clickhouse: { connStrategy: "random", connMaxLifetime: "30m" },
    });
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-controller")))).toMatchObject({
      PROVIDER: "k8s",
      K8S_NAMESPACE: "testbed-dev-indexers",
      INDEXER_IMAGE: "registry.example.com/canopyx-indexer:demo",
      INDEXER_CPU: "150m",
      INDEXER_MEM: "1Gi",
      INDEXER_ENABLE_HPA: "false",
      INDEXER_HPA_CPU_TARGET: "70",
      INDEXER_PULL_POLICY: "Never",
      LIVE_PARALLEL_BLOCKS: "3",
      HISTORICAL_PARALLEL_BLOCKS: "4",
      REINDEX_PARALLEL_BLOCKS: "6",
      SCHEDULER_CATCHUP_THRESHOLD: "11",
      DIRECT_SCHEDULE_BATCH_SIZE: "12",
      SCHEDULER_BATCH_SIZE: "13",
      BLOCK_TIME_SECONDS: "14",
      SCHEDULER_BATCH_MAX_PARALLELISM: "15",
      CLICKHOUSE_CONN_STRATEGY: "random",
      CLICKHOUSE_CONN_MAX_LIFETIME: "30m",
      TEMPORAL_NAMESPACE: "canopyx",
      REDIS_HOST: "redis.testbed-dev.svc",
    });
  });

  test("leaves what is unset to the indexers, and of October 2025 hands on what that reads", async () => {
    const current = await envOf("dev", "canopyx-controller");
    for (const unset of ["SCHEDULER_BATCH_SIZE", "BLOCK_TIME_SECONDS", "CLICKHOUSE_CONN_STRATEGY", "INDEXER_PULL_SECRET"]) {
      expect(Object.keys(current)).not.toContain(unset);
    }
    const october = Object.keys(await envOf("october-2025", "canopyx-controller"));
    expect(october).toContain("REPORTS_DB");
    expect(october.filter((name) => /REDIS|PARALLEL|PULL|CROSSCHAIN|TEMPORAL_ADMIN/.test(name))).toEqual([]);
  });

  test("goes by a call of its own and before the namespace of what it makes", async () => {
    const bed = await named("dev");
    const stage = (name: string) => bed.stages().find((each) => each.name === name);
    expect(stage("canopyx-controller")?.deletedWith).toBe("");
    expect(stage("canopyx-controller")?.dependencies).toContain(bed.get("Namespace", "indexers-namespace").urn);
    expect(stage("canopyx-admin")?.deletedWith).not.toBe("");
  });

  test("is never two, also in prod", async () => {
    const { inputs } = (await named("prod")).get("Deployment", "canopyx-controller");
    expect(at(inputs, "spec.replicas")).toBe(1);
    expect(at(inputs, "spec.strategy.rollingUpdate")).toEqual({ maxSurge: 0, maxUnavailable: 1 });
  });

  test("the first of the pull Secrets is handed on", async () => {
    const bed = await runProgram("dev", { slices: { ...allNamed("dev"), images: { pullSecrets: ["one", "two"] } } });
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-controller")))["INDEXER_PULL_SECRET"]).toBe("one");
  });

  test("the level of Pod Security is the knob's, and what is above it is still warned of", async () => {
    const labels = async (podSecurity: string) =>
      at((await withCanopyx({ indexer: { podSecurity } })).get("Namespace", "indexers-namespace").inputs, "metadata.labels") as Record<
        string,
        string
      >;
    const baseline = await labels("baseline");
    expect(baseline["pod-security.kubernetes.io/enforce"]).toBe("baseline");
    expect(baseline["pod-security.kubernetes.io/warn"]).toBe("restricted");
    expect((await labels("restricted"))["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    expect(warnings((await settings("dev", allNamed("dev"))).values).join()).toMatch(/restricted.*canopyx\.indexer\.podSecurity baseline/);
  });
});

describe("who talks to whom", () => {
  const allowed = async (workload: string, layer: Layer = "dev") =>
    JSON.stringify(at((await named(layer)).get("NetworkPolicy", `network-${workload}`).inputs, "spec.egress"));

  test("the controller reaches the API server, ClickHouse and Temporal, and Redis is the indexers' alone", async () => {
    const controller = await allowed("canopyx-controller");
    for (const port of [443, 6443, 9000, 7233]) expect(controller).toContain(`{"port":${port}}`);
    expect(controller).not.toContain("6379");
    const indexers = await allowed("indexers");
    for (const port of [9000, 7233, 6379, 60000]) expect(indexers).toContain(`{"port":${port}}`);
  });

  test("a chain outside opens its port, to admin and indexers", async () => {
    const chain = { rpcEndpoints: ["https://a.example.com", "http://b.example.com:50002"], minReplicas: 1, maxReplicas: 1 };
    const reindex = { minReplicas: 1, maxReplicas: 1, scaleThreshold: 1 };
    const bed = await withCanopyx({ chains: { outside: { ...chain, reindex } } });
    for (const workload of ["canopyx-admin", "indexers"]) {
      expect(at(bed.get("NetworkPolicy", `network-${workload}`).inputs, "spec.egress")).toEqual(
        expect.arrayContaining([{ ports: [{ port: 443 }] }, { ports: [{ port: 50002 }] }]),
      );
    }
  });
});

describe("the UI", () => {
  test("of the current generation stands behind the proxy, which runs without privilege", async () => {
    const bed = await named("dev");
    const proxy = bed.get("Deployment", "canopyx-web-proxy");
    expect(at(proxy.inputs, "metadata.name")).toBe("canopyx-admin-web-proxy");
    expect(at(proxy.inputs, "spec.template.spec.securityContext.runAsUser")).toBe(101);
    expect(listAt(containerOf(proxy), "ports")).toEqual([{ name: "http", containerPort: 8080 }]);
    expect((bed.outputs as { endpoints: Record<string, { host: string; port: number }> }).endpoints["canopyxWeb"]).toMatchObject({
      host: "canopyx-admin-web-proxy.testbed-dev.svc",
      port: 8080,
    });
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-web")))).toEqual({
      NODE_ENV: "production",
      PORT: "3003",
      HOSTNAME: "0.0.0.0",
      ADMIN_API_BASE: "http://canopyx-admin.testbed-dev.svc:3000",
    });
  });

  test("of October 2025 has no proxy and knows the query service", async () => {
    const bed = await named("october-2025");
    expect(bed.all.filter(({ name }) => name.includes("proxy"))).toEqual([]);
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-web")))["QUERY_SERVICE_URL"]).toBe(
      "http://canopyx-query.testbed-october-2025.svc:3001",
    );
    expect(plainEnv(containerOf(bed.get("Deployment", "canopyx-query")))).toMatchObject({ ADDR: ":3001", REPORTS_DB: "canopyx_reports" });
    expect(at(containerOf(bed.get("Deployment", "canopyx-query")), "readinessProbe.httpGet.path")).toBe("/health");
  });

  test("the proxy knows this bed's names, needs no resolver and writes to /tmp alone", () => {
    const conf = nginxConf(render.canopyxEndpoint("admin", "bed"), render.canopyxEndpoint("web", "bed"));
    expect(conf).not.toMatch(/resolver|\.default\.|kube-dns/);
    expect([...conf.matchAll(/location (\S+) \{\n\s+proxy_pass (\S+);/g)].map(([, from, to]) => [from, to])).toEqual([
      ["/api/admin/ws", "http://canopyx-admin.bed.svc:3000/api/ws"],
      ["/api/admin/", "http://canopyx-admin.bed.svc:3000/api/"],
      ["/api/", "http://canopyx-admin.bed.svc:3000"],
      ["/", "http://canopyx-admin-web.bed.svc:3003"],
    ]);
    expect(conf).toContain("listen 8080;");
    expect([...conf.matchAll(/(pid|\w+_temp_path) (\S+);/g)].map(([, , path]) => path?.startsWith("/tmp/"))).toEqual(Array(6).fill(true));
  });
});

describe("the registration of chains", () => {
  const row: render.ChainRow = {
    chain_id: 7,
    chain_name: "mock",
    rpc_endpoints: ["http://rpc-mock:1"],
    image: "indexer:v1",
    min_replicas: 1,
    max_replicas: 6,
  };
  const stored = `[{"chain_id":3,"chain_name":"other","rpc_endpoints":[],"paused":0,"deleted":0,"image":"indexer:v1","min_replicas":1,"max_replicas":9,"notes":""},{"chain_id":7,"chain_name":"mock","rpc_endpoints":["http://rpc-mock:1"],"paused":0,"deleted":0,"image":"indexer:v1","min_replicas":1,"max_replicas":6,"notes":""}]`;
  /** Admin whose POSTs answer as `POSTS` says, one word each, the last one for ever; a POST stores the row unless it is refused. */
  const curl = `
out=; body=; auth=
while [ $# -gt 0 ]; do
  case "$1" in
    -o) out=$2; shift;;
    -H) case "$2" in @*) auth=$(cat "\${2#@}");; esac; shift;;
    --data-binary) body=\${2#@}; shift;;
    --max-time|-w) shift;;
  esac
  shift
done
[ "$auth" = "Authorization: Bearer tok-SECRET" ] || { echo 401; exit 0; }
if [ -z "$body" ]; then
  if [ -f "$STATE/stored" ]; then printf '%s' "$LISTED" > "$out"; else echo '[]' > "$out"; fi
  echo 200; exit 0
fi
cp "$body" "$STATE/body"
set -- $POSTS
n=$(cat "$STATE/n" 2>/dev/null || echo 0); echo $(( n + 1 )) > "$STATE/n"
[ "$n" -lt $# ] && shift "$n" || shift $(( $# - 1 ))
case "$1" in
  400) echo "\${REFUSAL:-{\\"error\\":\\"bad\\"}}" > "$out";;
  *) : > "$STATE/stored"; echo '{}' > "$out";;
esac
echo "$1"
`;
  const run = (more: Readonly<Record<string, string>> = {}) =>
    sandbox().run(jobScript(render.chainsScript([row])), {
      fakes: { curl },
      env: { ADMIN_TOKEN: "tok-SECRET", ADMIN_URL: "http://admin:3000", POSTS: "200", LISTED: stored, ...more },
    });
  const posts = (calls: readonly string[]) => calls.filter((call) => call.includes("--data-binary"));

  test("sends the row once, finds it in the list, and shows the token to no process list", () => {
    const ran = run();
    expect(ran).toMatchObject({ status: 0, reason: "" });
    expect(posts(ran.calls)).toHaveLength(1);
    expect(posts(ran.calls)[0]).toMatch(/http:\/\/admin:3000\/api\/chains$/);
    expect(ran.calls.join()).not.toContain("SECRET");
    expect(ran.output).not.toContain("SECRET");
  });

  test("a 500 after the row was stored is tried again until all of it went well", () => {
    const ran = run({ POSTS: "500 500 200" });
    expect(ran).toMatchObject({ status: 0, seconds: 2 });
    expect(posts(ran.calls)).toHaveLength(3);
  });

  test("nodes that do not answer yet are tried again", () => {
    const ran = run({ POSTS: "400 200", REFUSAL: '{"error":"failed to validate RPC endpoints: timeout"}' });
    expect(ran).toMatchObject({ status: 0, seconds: 1 });
  });

  test.each([
    ["a row that admin refuses", { POSTS: "400", REFUSAL: '{"error":"chain ID mismatch"}' }, /^admin refuses the chain: .*mismatch/],
    ["a token that admin refuses", { ADMIN_TOKEN: "other" }, /gave up waiting for admin to take the token after 140 s: answer 401/],
    ["a 500 that stays", { POSTS: "500" }, /^gave up waiting for chain mock after 140 s: answer 500/],
    [
      "a row that is not in the list",
      { LISTED: stored.replace('"max_replicas":6', '"max_replicas":60') },
      /^gave up waiting for chain mock in the list .*no chain has "max_replicas":6,/,
    ],
  ])("%s fails with the reason", (_, more, reason) => {
    const ran = run(more);
    expect(ran.status).toBe(1);
    expect(ran.reason).toMatch(reason);
  });

  test("rows are those of the settings, with the address of the bed's own node and the indexer's image", async () => {
    const mock = { host: "mock", workload: "rpc-mock" };
    const nodes = [
      { ...mock, port: 5, chainId: 1, url: "http://mock:5" },
      { ...mock, port: 6, chainId: 2, url: "http://mock:6" },
    ];
    const { values } = await settings("dev");
    expect(render.chainRows(values.canopyx, nodes, "i:v1")).toEqual([
      {
        chain_name: "mock",
        rpc_endpoints: ["http://mock:5"],
        image: "i:v1",
        min_replicas: 1,
        max_replicas: 2,
        reindex_min_replicas: 1,
        reindex_max_replicas: 1,
        reindex_scale_threshold: 100,
      },
    ]);
    const second = { ...values.canopyx, chains: { second: { ...values.canopyx.chains["mock"], chainId: 2 } } } as typeof values.canopyx;
    expect(render.chainRows(second, nodes, "i:v1")).toMatchObject([{ chain_id: 2, rpc_endpoints: ["http://mock:6"] }]);
    expect(render.chainRows(values.canopyx, [], "i:v1")).toEqual([]);
    const october = (await settings("october-2025")).values;
    expect(render.chainRows(october.canopyx, nodes, "i:v1")).toEqual([
      {
        chain_id: "canopy_local",
        chain_name: "canopy-local",
        rpc_endpoints: ["http://mock:5"],
        image: "i:v1",
        min_replicas: 1,
        max_replicas: 6,
      },
    ]);
  });

  test("has the token by reference", async () => {
    const container = containerOf((await named("dev")).get("Job", "canopyx-chains"));
    expect(JSON.stringify(listAt(container, "env"))).toContain('{"secretKeyRef":{"key":"password","name":"canopyx-token"}}');
    expect(container["image"]).toBe("docker.io/curlimages/curl:8.16.0");
  });
});
