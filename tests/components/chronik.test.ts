import { parse } from "smol-toml";
import { jobScript } from "../../components/kit/run-once";
import { claimNames, podNames } from "../../components/kit/storage";
import * as render from "../../components/chronik/render";
import { CONTRACTS } from "../contract/chronik";
import { rules } from "../policy/rules";
import { bedOf, type Captured, runProgram } from "../support/harness";
import { at, listAt, mapAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();
const STANDALONE = {
  mode: "standalone",
  replicas: 1,
  replicationFactor: 1,
  minInsyncReplicas: 1,
  topics: { "chronik-bench": { partitions: 3, replicationFactor: 1 } },
};
const STORE = {
  bucket: "segments",
  region: "eu-west-1",
  endpoint: "http://minio.example.com:9000",
  prefix: "bed",
  pathStyle: true,
  credentials: { secretName: "minio", accessKey: "user", secretKey: "password" },
};

const withChronik = (chronik: object, layer = "dev"): Promise<Captured> => runProgram(layer, { slices: { chronik } });
const setOf = (bed: Captured) => bed.get("StatefulSet", "chronik");
const files = (bed: Captured): Record<string, string> =>
  mapAt(bed.get("ConfigMap", "chronik-config").inputs, "data") as Record<string, string>;
const valuesOf = async (chronik: object = {}, layer = "dev") => (await settings(layer, { chronik })).values.chronik;
const secretEnv = (bed: Captured) =>
  listAt(containerOf(setOf(bed)), "env").flatMap((variable) =>
    at(variable, "valueFrom.secretKeyRef") === undefined ? [] : [[variable["name"], at(variable, "valueFrom.secretKeyRef")]],
  );

describe("the cluster file", () => {
  test("is one for every broker, and says key by key what the version reads", async () => {
    const rendered = files(await bedOf("dev"));
    expect(Object.keys(rendered)).toEqual(["chronik-1.toml", "chronik-2.toml", "chronik-3.toml"]);
    const peer = (id: number) => {
      const host = `chronik-${id}.testbed-dev.svc`;
      return { kafka: `${host}:9092`, wal: `${host}:9291`, raft: `${host}:5001` };
    };
    for (const id of [1, 2, 3]) {
      expect(parse(rendered[`chronik-${id}.toml`] ?? "")).toEqual({
        enabled: true,
        node_id: id,
        data_dir: "/data",
        replication_factor: 3,
        min_insync_replicas: 2,
        auto_recover: false,
        peers: [1, 2, 3].map((each) => ({ id: each, ...peer(each) })),
        bind: { kafka: "0.0.0.0:9092", wal: "0.0.0.0:9291", raft: "0.0.0.0:5001" },
        advertise: peer(id),
      });
    }
  });

  test("holds no key that 2.10.4 does not parse, and every one that it needs", async () => {
    const contract = CONTRACTS[0]?.files?.["chronik-1.toml"];
    const keys = contract?.parse(files(await bedOf("dev"))["chronik-1.toml"] ?? "") ?? [];
    expect(keys.sort()).toEqual(Object.keys(contract?.keys ?? {}).sort());
  });

  test("says what the values say", async () => {
    const file = parse(files(await withChronik({ replicas: 5, replicationFactor: 4, minInsyncReplicas: 3 }))["chronik-5.toml"] ?? "");
    expect(file).toMatchObject({ node_id: 5, replication_factor: 4, min_insync_replicas: 3 });
    expect(file["peers"]).toHaveLength(5);
  });

  test("is chosen by the name of the pod, whose numbers count from 1 as node ids do", async () => {
    const set = setOf(await bedOf("dev"));
    const container = containerOf(set);
    expect(at(set.inputs, "spec.ordinals.start")).toBe(1);
    expect(listAt(container, "volumeMounts")).toContainEqual({ name: "config", mountPath: "/etc/chronik", readOnly: true });
    const { identities, values } = await settings("dev");
    expect(podNames(identities.chronik)).toEqual(render.nodesOf(values.chronik).map(({ name }) => name));
    expect(claimNames(identities.chronik)).toEqual(["data-chronik-1", "data-chronik-2", "data-chronik-3"]);
  });

  test("rolls the brokers when it changes, and is never edited in place", async () => {
    const config = (await bedOf("dev")).get("ConfigMap", "chronik-config");
    expect(config.inputs["immutable"]).toBe(true);
    expect(at(config.inputs, "metadata.name")).toBeUndefined();
    expect(listAt(setOf(await bedOf("dev")).inputs, "spec.template.spec.volumes")).toContainEqual({
      name: "config",
      configMap: { name: "chronik-config-auto" },
    });
  });
});

describe("addresses and ports", () => {
  test("every broker has a Service of its own, ready or not, that is there before it", async () => {
    const bed = await bedOf("dev");
    const set = setOf(bed);
    for (const id of [1, 2, 3]) {
      const service = bed.get("Service", `chronik-${id}`);
      expect(mapAt(service.inputs, "spec")).toEqual({
        publishNotReadyAddresses: true,
        selector: {
          "app.kubernetes.io/name": "chronik",
          "app.kubernetes.io/instance": "testbed-dev",
          "statefulset.kubernetes.io/pod-name": `chronik-${id}`,
        },
        ports: [
          { name: "kafka", port: 9092 },
          { name: "wal", port: 9291 },
          { name: "raft", port: 5001 },
          { name: "api", port: 6091 + id },
        ],
      });
      expect(set.dependencies).toContain(service.urn);
    }
    expect(at(set.inputs, "spec.podManagementPolicy")).toBe("Parallel");
  });

  test("peers find each other before they are ready, clients only those that are", async () => {
    const bed = await bedOf("dev");
    expect(mapAt(bed.get("Service", "chronik-peers").inputs, "spec")).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: true });
    const clients = mapAt(bed.get("Service", "chronik").inputs, "spec");
    expect(clients["clusterIP"]).toBe("None");
    expect(clients["publishNotReadyAddresses"]).toBeUndefined();
    expect(at(setOf(bed).inputs, "spec.serviceName")).toBe("chronik-peers");
  });

  test("a broker's own ports follow from its id", () => {
    expect(render.nodePorts(1)).toEqual({ api: 6092, admin: 10001, metrics: 13001 });
    expect(render.nodePorts(7)).toEqual({ api: 6098, admin: 10007, metrics: 13007 });
  });

  test("the container names the ports of every broker, and none twice", async () => {
    const ports = listAt(containerOf(setOf(await bedOf("dev"))), "ports").map(({ name, containerPort }) => [name, containerPort]);
    expect(ports).toEqual([
      ["kafka", 9092],
      ["wal", 9291],
      ["raft", 5001],
      ["api-1", 6092],
      ["metrics-1", 13001],
      ["api-2", 6093],
      ["metrics-2", 13002],
      ["api-3", 6094],
      ["metrics-3", 13003],
    ]);
    const highest = render.nodesOf(await valuesOf({ replicas: 9 })).flatMap((node) => Object.values<number>({ ...node.ports }));
    expect(new Set([...highest, ...Object.values(render.PORTS)]).size).toBe(9 * 3 + 3);
  });

  test("clients are told of every broker", async () => {
    const endpoint = (await bedOf("dev")).outputs as { endpoints: { chronik: render.ChronikEndpoint } };
    expect(endpoint.endpoints.chronik).toEqual({
      host: "chronik.testbed-dev.svc",
      port: 9092,
      workload: "chronik",
      bootstrap: [1, 2, 3].map((id) => `chronik-${id}.testbed-dev.svc:9092`).join(","),
      brokers: 3,
    });
  });

  test("brokers reach each other on the ports that they use, and on no other", async () => {
    const values = await valuesOf();
    expect(render.memberPorts(values)).toEqual([9092, 9291, 5001, 6092, 6093, 6094]);
    const policy = (await bedOf("dev")).get("NetworkPolicy", "network-chronik");
    const ingress = listAt(policy.inputs, "spec.ingress").map((rule) => [
      at(listAt(rule, "ports")[0], "port"),
      listAt(rule, "from").map((peer) => mapAt(peer, "podSelector.matchLabels")["app.kubernetes.io/name"]),
    ]);
    expect(ingress).toEqual([
      [5001, ["chronik"]],
      [6092, ["chronik"]],
      [6093, ["chronik"]],
      [6094, ["chronik"]],
      [9092, ["chronik", "chronik-topics"]],
      [9291, ["chronik"]],
      ...[13_001, 13_002, 13_003].map((port) => [port, ["prometheus"]]),
    ]);
  });
});

describe("a broker", () => {
  test("is told by its environment only what 2.10.4 reads", async () => {
    const bed = await bedOf("dev");
    expect(plainEnv(containerOf(setOf(bed)))).toEqual({
      RUST_LOG: "info",
      CHRONIK_DATA_DIR: "/data",
      CHRONIK_WAL_PROFILE: "low",
      CHRONIK_METADATA_WAL_PROFILE: "high",
      CHRONIK_PRODUCE_PROFILE: "low-latency",
      CHRONIK_WATERMARK_FLUSH_MS: "100",
      CHRONIK_DEFAULT_SEARCHABLE: "false",
      CHRONIK_DEFAULT_COLUMNAR: "false",
      CHRONIK_HOT_TEXT_ENABLED: "false",
      CHRONIK_SASL_NO_DEFAULTS: "1",
    });
    expect(secretEnv(bed)).toEqual([["CHRONIK_ADMIN_API_KEY", { name: "chronik-admin", key: "api-key" }]]);
  });

  test.each([
    [{ walProfile: "ultra" }, "CHRONIK_WAL_PROFILE", "ultra"],
    [{ metadataWalProfile: "low" }, "CHRONIK_METADATA_WAL_PROFILE", "low"],
    [{ produceProfile: "extreme" }, "CHRONIK_PRODUCE_PROFILE", "extreme"],
    [{ watermarkFlushMs: 250 }, "CHRONIK_WATERMARK_FLUSH_MS", "250"],
    [{ defaultSearchable: true }, "CHRONIK_DEFAULT_SEARCHABLE", "true"],
    [{ defaultColumnar: true }, "CHRONIK_DEFAULT_COLUMNAR", "true"],
    [{ hotText: true }, "CHRONIK_HOT_TEXT_ENABLED", "true"],
    [{ logLevel: "debug" }, "RUST_LOG", "debug"],
  ])("knob %j reaches %s", async (knob, variable, value) => {
    expect(render.serverEnv(await valuesOf(knob), "ns")[variable]).toBe(value);
  });

  test("starts only when DNS knows every peer, with the file of its own pod", async () => {
    const script = (containerOf(setOf(await bedOf("dev")))["command"] as string[])[2] ?? "";
    // The third peer is known from the third question on.
    const getent = `case "$2" in chronik-3.*) n=$(cat "$STATE/n" 2>/dev/null || echo 0); echo $(( n + 1 )) > "$STATE/n"; [ "$n" -ge 2 ];; esac`;
    const ran = sandbox().run(script, { fakes: { getent, "chronik-server": "" }, env: { HOSTNAME: "chronik-2" } });
    expect(ran).toMatchObject({ status: 0, seconds: 2 });
    expect(ran.calls).toEqual([
      ...[1, 2, 3, 3, 3].map((id) => `getent hosts chronik-${id}.testbed-dev.svc`),
      "chronik-server start --config /etc/chronik/chronik-2.toml --bind 0.0.0.0",
    ]);
    expect(ran.output).toContain("chronik-3.testbed-dev.svc: no address yet");
  });

  test("is probed where it opens a port, writes to its claim and /tmp alone, and runs as its own user", async () => {
    const set = setOf(await bedOf("dev"));
    const container = containerOf(set);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(at(container, `${probe}.tcpSocket`)).toEqual({ port: "kafka" });
    }
    expect(listAt(container, "volumeMounts").filter((mount) => mount["readOnly"] !== true)).toEqual([
      { name: "data", mountPath: "/data" },
      { name: "tmp", mountPath: "/tmp" },
    ]);
    expect(mapAt(set.inputs, "spec.template.spec.securityContext")).toMatchObject({ runAsUser: 1001, fsGroup: 1001 });
    expect(container["terminationMessagePolicy"]).toBe("FallbackToLogsOnError");
  });

  test.each([
    ["dev", 30],
    ["prod", 120],
  ])("has time to seal its log in %s", async (layer, seconds) => {
    expect(at(setOf(await bedOf(layer)).inputs, "spec.template.spec.terminationGracePeriodSeconds")).toBe(seconds);
  });

  test("serves metrics on a port of its own", async () => {
    expect(render.scrapesOf(await valuesOf())).toEqual(
      [1, 2, 3].map((id) => ({ workload: "chronik", port: 13_000 + id, path: "/metrics", pod: `chronik-${id}` })),
    );
  });
});

describe("an object store", () => {
  test("is reached with keys that only a Secret holds", async () => {
    const bed = await withChronik({ objectStore: STORE });
    expect(plainEnv(containerOf(setOf(bed)))).toMatchObject({
      OBJECT_STORE_BACKEND: "s3",
      S3_BUCKET: "segments",
      S3_REGION: "eu-west-1",
      S3_ENDPOINT: "http://minio.example.com:9000",
      S3_PREFIX: "bed",
      S3_PATH_STYLE: "true",
    });
    expect(secretEnv(bed).slice(1)).toEqual([
      ["S3_ACCESS_KEY", { name: "minio", key: "user" }],
      ["S3_SECRET_KEY", { name: "minio", key: "password" }],
    ]);
    expect(listAt(bed.get("NetworkPolicy", "network-chronik").inputs, "spec.egress")).toContainEqual({ ports: [{ port: 9000 }] });
  });

  test.each([
    [{}, "s3.eu-west-1.amazonaws.com", 443],
    [{ endpoint: "http://store" }, "store", 80],
    [{ endpoint: "https://store" }, "store", 443],
  ])("%j is at %s:%i", async (endpoint, host, port) => {
    const { bucket, region, pathStyle, credentials } = STORE;
    const values = await valuesOf({ objectStore: { bucket, region, pathStyle, credentials, ...endpoint } });
    expect(render.objectStoreEndpoint(values)).toEqual({ host, port, workload: "outside" });
  });

  test("is none unless it is asked for", async () => {
    expect(render.objectStoreEndpoint(await valuesOf())).toBeUndefined();
  });
});

describe("standalone", () => {
  test("is one broker without a file, at the fixed ports, under the name of the clients' Service", async () => {
    const bed = await withChronik(STANDALONE);
    const container = containerOf(setOf(bed));
    expect(bed.ofKind("ConfigMap").map(({ name }) => name)).not.toContain("chronik-config");
    expect(bed.ofKind("Service").flatMap(({ name }) => (name.startsWith("chronik") ? [name] : []))).toEqual(["chronik", "chronik-peers"]);
    expect(container["command"]).toEqual(["chronik-server", "start", "--bind", "0.0.0.0"]);
    expect(plainEnv(container)["CHRONIK_ADVERTISE"]).toBe("chronik.testbed-dev.svc");
    expect(listAt(container, "ports").map(({ containerPort }) => containerPort)).toEqual([9092, 6092, 13092]);
    expect(listAt(bed.get("Service", "chronik").inputs, "spec.ports")).toEqual([
      { name: "kafka", port: 9092 },
      { name: "api", port: 6092 },
    ]);
    expect(render.memberPorts(await valuesOf(STANDALONE))).toEqual([]);
    expect(plainEnv(containerOf(bed.get("Job", "chronik-topics")))).toMatchObject({
      BOOTSTRAP: "chronik.testbed-dev.svc:9092",
      BROKERS: "1",
    });
  });

  test.each(["dev", "prod"] as const)("keeps every rule in %s", async (layer) => {
    const bed = await withChronik(STANDALONE, layer);
    for (const [name, rule] of Object.entries(rules)) expect([name, rule(bed, layer)]).toEqual([name, []]);
  });
});

describe("switched off", () => {
  test("leaves no object, no password, no endpoint and no request", async () => {
    const off = await withChronik({ enabled: false });
    expect(off.all.filter(({ name }) => name.includes("chronik"))).toEqual([]);
    expect(Object.keys((off.outputs as { endpoints: object }).endpoints)).not.toContain("chronik");
    const pods = ({ outputs }: Captured) => (outputs as { requests: { pods: number } }).requests.pods;
    expect(pods(await bedOf("dev")) - pods(off)).toBe(3);
    const { sets, facts } = await settings("dev", { chronik: { enabled: false } });
    expect(sets.map(({ name }) => name)).not.toContain("chronik");
    expect(Object.keys(facts).filter((fact) => fact.startsWith("chronik"))).toEqual([]);
  });

  test("is how the October 2025 layout has it", async () => {
    expect((await settings("october-2025")).values.chronik.enabled).toBe(false);
  });
});

describe("what cannot work is refused in words", () => {
  test.each([
    [{ image: { tag: "2.2.7" } }, /chronik\.image\.tag: "2\.2\.7" given; allowed is 2\.10\.4 or newer/],
    [{ image: { tag: "2.10" } }, /2\.10\.4 or newer, in full/],
    [{ image: { tag: "v2.10.4" } }, /without a v/],
    [{ replicas: 2, replicationFactor: 2, topics: {} }, /chronik\.replicas: 2 given; allowed is .*3 or more in a cluster/],
    [{ mode: "standalone" }, /chronik\.replicas: 3 given; allowed is .*1 in standalone mode/],
    [{ replicationFactor: 4 }, /chronik\.replicationFactor: 4 given; allowed is .*3 or less: chronik\.replicas is 3/],
    [{ minInsyncReplicas: 4 }, /chronik\.minInsyncReplicas: 4 given; allowed is .*refuses to start above replicationFactor 3/],
    [
      { topics: { orders: { partitions: 1, replicationFactor: 5 } } },
      /chronik\.topics\.orders\.replicationFactor: 5 given; allowed is .*a copy needs a broker/,
    ],
    [{ topics: { __mine: { partitions: 1, replicationFactor: 1 } } }, /a topic name/],
    [{ topics: { "a b": { partitions: 1, replicationFactor: 1 } } }, /a topic name/],
    [{ objectStore: { ...STORE, endpoint: "minio:9000" } }, /a URL such as http:/],
    [{ CHRONIK_DISABLE_REALTIME_INDEX: true }, /unknown key; no chronik-server ever read it; use chronik\.hotText/],
    [{ CHRONIK_FSYNC_BATCH_TIMEOUT_MS: 10 }, /unknown key; no chronik-server ever read it; chronik\.walProfile/],
    [{ CHRONIK_ADVERTISED_ADDR: "x" }, /addresses and node ids follow/],
    [{ CHRONIK_METRICS_PORT: 1 }, /ports follow from the node id/],
    [{ CHRONIK_KAFKA_PORT: 1 }, /ports follow from the node id/],
    [{ CHRONIK_REPLICATION_FOLLOWERS: "x" }, /the cluster file/],
    [{ CHRONIK_SNAPSHOT_COMPRESSION: "x" }, /no chronik-server reads it/],
    [{ CHRONIK_WAL_PROFILE: "ultra" }, /use chronik\.walProfile/],
    [{ CHRONIK_PRODUCE_PROFILE: "ultra" }, /use chronik\.produceProfile/],
    [{ walRotationSize: "1Gi" }, /segments of the data end at 128 MiB/],
    [{ fetchFromFollowers: true }, /uses it nowhere/],
    [{ fetchFollowerMaxWaitMs: 1 }, /uses it nowhere/],
    [{ autoRecover: true }, /starts no recovery/],
    [{ min_insync_replicas: 2 }, /use chronik\.minInsyncReplicas/],
    [{ objectStore: { ...STORE, disableSsl: true } }, /http:\/\/ in chronik\.objectStore\.endpoint/],
  ])("%j", async (chronik, reason) => {
    await expect(settings("dev", { chronik })).rejects.toThrow(reason);
  });

  test.each(["2.10.4", "2.10.5", "2.11.0", "3.0.0"])("version %s is new enough", async (tag) => {
    expect((await valuesOf({ image: { tag } })).image.tag).toBe(tag);
  });

  test("brokers neither come nor go while their data exists", async () => {
    const { facts, identities } = await settings("dev");
    expect(facts).toMatchObject({ "chronik.mode": "cluster", "chronik.replicas": 3 });
    expect(identities.chronik.scaleDown).toBe("never");
  });
});

describe("the topics job", () => {
  const TOPICS = { orders: { partitions: 3, replicationFactor: 2 }, "pay.v1": { partitions: 1, replicationFactor: 3 } };
  const env = { BOOTSTRAP: "a:9092,b:9092", BROKERS: "3" };
  /** Three brokers from second `READY` on, and topics as files in $STATE: name, partitions, copies. */
  const fakes = {
    "kafka-broker-api-versions.sh": `
[ "$(date +%s)" -ge "\${READY:-0}" ] || { echo "a:9092 (id: 1 rack: null) -> ("; echo ")"; echo "b:9092 (id: 2 rack: null) -> ERROR: disconnected"; exit 0; }
for id in 1 2 3; do echo "host-$id:9092 (id: $id rack: null) -> ("; echo "  Produce(0): 0 to 9 [usable: 9]"; echo ")"; done`,
    "kafka-topics.sh": `
case "$3" in
  --describe)
    for file in "$STATE"/*.topic; do
      [ -e "$file" ] || continue
      read -r name partitions copies < "$file"
      printf 'Topic: %s\\tTopicId: x\\tPartitionCount: %s\\tReplicationFactor: %s\\tConfigs: \\n' "$name" "$partitions" "$copies"
      p=0
      while [ "$p" -lt "$partitions" ]; do
        leader=1; [ "$(date +%s)" -ge "\${LED:-0}" ] || leader=none
        printf '\\tTopic: %s\\tPartition: %s\\tLeader: %s\\tReplicas: 1,2\\tIsr: 1,2\\n' "$name" "$p" "$leader"
        p=$(( p + 1 ))
      done
    done;;
  --create) [ -z "\${DENY:-}" ] || { echo "Error: $DENY"; exit 1; }; echo "$6 $8 \${10}" > "$STATE/$6.topic";;
  --alter) read -r name partitions copies < "$STATE/$5.topic"; echo "$name $7 $copies" > "$STATE/$5.topic";;
esac`,
  };
  const run = (box: ReturnType<typeof sandbox>, topics: typeof TOPICS | object = TOPICS, more: Readonly<Record<string, string>> = {}) =>
    box.run(jobScript(render.topicsScript(topics as typeof TOPICS)), { fakes, env: { ...env, ...more } });
  const changes = (calls: readonly string[]) =>
    calls.filter((call) => / --(create|alter) /.test(call)).map((call) => call.replace(/^.* --(create|alter)/, "$1"));

  test("waits for every broker, makes every topic, and ends when all partitions have a leader", () => {
    const ran = run(sandbox(), TOPICS, { READY: "4", LED: "7" });
    expect(ran).toMatchObject({ status: 0, reason: "", seconds: 7 });
    expect(changes(ran.calls)).toEqual([
      "create --if-not-exists --topic orders --partitions 3 --replication-factor 2",
      "create --if-not-exists --topic pay.v1 --partitions 1 --replication-factor 3",
    ]);
    expect(ran.calls.every((call) => call.includes("--bootstrap-server a:9092,b:9092"))).toBe(true);
  });

  test("changes nothing the second time", () => {
    const box = sandbox();
    run(box);
    const again = run(box);
    expect(again.status).toBe(0);
    expect(changes(again.calls)).toEqual([]);
  });

  test("adds partitions", () => {
    const box = sandbox();
    run(box);
    const more = run(box, { ...TOPICS, orders: { partitions: 6, replicationFactor: 2 } });
    expect(more.status).toBe(0);
    expect(changes(more.calls)).toEqual(["alter --topic orders --partitions 6"]);
    expect(box.state("orders.topic")).toBe("orders 6 2\n");
  });

  test.each([
    [
      { partitions: 2, replicationFactor: 2 },
      "topic orders has 3 partitions and cannot go down to 2: set chronik.topics.orders.partitions to 3 or more, or delete the topic",
    ],
    [
      { partitions: 3, replicationFactor: 3 },
      "topic orders has 2 copies of each partition, and that is fixed: set chronik.topics.orders.replicationFactor to 2, or delete the topic",
    ],
  ])("says why %j cannot be, and changes nothing", (orders, reason) => {
    const box = sandbox();
    run(box);
    const ran = run(box, { orders });
    expect(ran).toMatchObject({ status: 1, reason });
    expect(changes(ran.calls)).toEqual([]);
  });

  test("names the brokers that are missing", () => {
    expect(run(sandbox(), TOPICS, { READY: "999", GIVE_UP_AFTER: "10" })).toMatchObject({
      status: 1,
      reason: "gave up waiting for 3 brokers after 10 s: 1 of 3 brokers answer",
    });
  });

  test("names the topic that has no leader", () => {
    const ran = run(sandbox(), TOPICS, { LED: "999", GIVE_UP_AFTER: "10" });
    expect(ran.reason).toBe("gave up waiting for a leader for every partition after 10 s: topic orders: 0 of 3 partitions have a leader");
  });

  test("hands on what the broker says against a topic", () => {
    expect(run(sandbox(), TOPICS, { DENY: "InvalidReplicationFactor" }).reason).toContain("InvalidReplicationFactor");
  });

  test("needs no topic to prove the brokers", () => {
    expect(run(sandbox(), {})).toMatchObject({ status: 0 });
  });

  test("runs Kafka's own client, small enough for a job, after the brokers and again when they are replaced", async () => {
    const bed = await bedOf("dev");
    const job = bed.get("Job", "chronik-topics");
    const container = containerOf(job);
    expect(container["image"]).toBe("docker.io/apache/kafka:3.7.0");
    expect(plainEnv(container)).toMatchObject({
      KAFKA_HEAP_OPTS: "-Xms32m -Xmx96m",
      BOOTSTRAP: "chronik-1.testbed-dev.svc:9092,chronik-2.testbed-dev.svc:9092,chronik-3.testbed-dev.svc:9092",
      BROKERS: "3",
    });
    expect((container["command"] as string[])[2]).toContain("topic chronik-bench 3 3");
    expect(job.replaceWith).toContain(setOf(bed).urn);
  });
});
