import { load } from "js-yaml";
import * as render from "../../components/elasticsearch/render";
import { bedOf, type Json, type JsonMap, runProgram } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { settings } from "../support/values";

async function ymlOf(layer: string, elasticsearch: object = {}): Promise<JsonMap> {
  const { values } = await settings(layer, { elasticsearch, platform: { budget: { cpu: "99", memory: "999Gi" } } });
  return load(render.renderElasticsearchYml(values.elasticsearch, "peers.example")) as JsonMap;
}

describe("elasticsearch.yml", () => {
  test("needs no privileged sysctl and no download", async () => {
    expect(await ymlOf("dev")).toMatchObject({ "node.store.allow_mmap": false, "ingest.geoip.downloader.enabled": false });
  });

  test("asks for a password", async () => {
    expect(await ymlOf("dev")).toMatchObject({ "xpack.security.enabled": true });
  });

  test("opens the readiness port that the probe asks", async () => {
    const container = containerOf((await bedOf("dev")).get("StatefulSet", "elasticsearch"));
    const port = listAt(container, "ports").find(({ name }) => name === at(container, "readinessProbe.tcpSocket.port"));
    expect((await ymlOf("dev"))["readiness.port"]).toBe(port?.["containerPort"]);
  });

  test("a single node elects itself and encrypts nothing", async () => {
    const yml = await ymlOf("dev");
    expect(yml["discovery.type"]).toBe("single-node");
    // There is no other node to move to, and a bed on a laptop's full disk would refuse every password.
    expect(yml["cluster.routing.allocation.disk.threshold_enabled"]).toBe(false);
    expect(Object.keys(yml).filter((key) => /transport\.ssl|seed_hosts|initial_master/.test(key))).toEqual([]);
  });

  test("several nodes find each other by the peers and encrypt what they say", async () => {
    expect(await ymlOf("prod")).toMatchObject({
      "discovery.seed_hosts": ["peers.example"],
      "cluster.initial_master_nodes": ["elasticsearch-0", "elasticsearch-1", "elasticsearch-2"],
      "xpack.security.transport.ssl.enabled": true,
      "xpack.security.transport.ssl.verification_mode": "none",
      "xpack.security.transport.ssl.keystore.path": "transport.p12",
    });
    expect((await ymlOf("prod"))["discovery.type"]).toBe(undefined);
    expect((await ymlOf("prod"))["cluster.routing.allocation.disk.threshold_enabled"]).toBe(undefined);
  });

  test("a fourth node and more change no configuration, so a scale-up rolls no pod", async () => {
    expect(await ymlOf("prod", { replicas: 5 })).toEqual(await ymlOf("prod", { replicas: 3 }));
  });

  test("the name of the cluster reaches the file", async () => {
    expect((await ymlOf("dev", { clusterName: "orders" }))["cluster.name"]).toBe("orders");
  });
});

test("the heap reaches both flags, in the JVM's spelling", async () => {
  const { values } = await settings("dev", { elasticsearch: { heap: "256Mi" } });
  expect(render.javaOptions(values.elasticsearch)).toBe("-Xms256m -Xmx256m");
});

describe("the init container", () => {
  test("of a single node makes no certificate", async () => {
    const { values } = await settings("dev");
    expect(render.configScript(values.elasticsearch)).not.toContain("certutil");
  });

  test("of several nodes makes one, once", async () => {
    const { values } = await settings("prod");
    expect(render.configScript(values.elasticsearch)).toMatch(
      /\n\[ -s \/config\/transport\.p12 \] \|\| \S+elasticsearch-certutil cert --self-signed .* --out \/config\/transport\.p12\n/,
    );
  });

  test("writes where the server reads", async () => {
    const set = (await bedOf("prod")).get("StatefulSet", "elasticsearch");
    const [init] = listAt(set.inputs, "spec.template.spec.initContainers");
    const volume = (mounts: JsonMap[], path: string) => mounts.find(({ mountPath }) => mountPath === path)?.["name"];
    expect(volume(listAt(init, "volumeMounts"), "/config")).toBe("config");
    expect(volume(listAt(containerOf(set), "volumeMounts"), render.CONFIG_DIR)).toBe("config");
    expect(volume(listAt(init, "volumeMounts"), "/rendered")).toBe("rendered");
    expect(at(set.inputs, "spec.template.spec.volumes.0.configMap.name")).toBe("elasticsearch-config-auto");
  });

  test("bounds the heap of the certificate tool by the variable that the tool reads", async () => {
    const [init] = listAt((await bedOf("prod")).get("StatefulSet", "elasticsearch").inputs, "spec.template.spec.initContainers");
    expect(plainEnv(init ?? {})).toEqual({ CLI_JAVA_OPTS: "-Xmx128m" });
  });

  test("asks for no more than the server, so that it costs the node nothing", async () => {
    const set = (await bedOf("prod")).get("StatefulSet", "elasticsearch");
    const [init] = listAt(set.inputs, "spec.template.spec.initContainers");
    expect(init?.["resources"]).toEqual(containerOf(set)["resources"]);
  });
});

describe("the set", () => {
  test("starts all nodes at once: none becomes ready alone", async () => {
    expect(at((await bedOf("prod")).get("StatefulSet", "elasticsearch").inputs, "spec.podManagementPolicy")).toBe("Parallel");
  });

  test("its peers answer before they are ready, its clients' address only when they are", async () => {
    const bed = await bedOf("prod");
    expect(at(bed.get("Service", "elasticsearch-peers").inputs, "spec.publishNotReadyAddresses")).toBe(true);
    expect(at(bed.get("Service", "elasticsearch").inputs, "spec.publishNotReadyAddresses")).toBe(undefined);
    expect(at(bed.get("StatefulSet", "elasticsearch").inputs, "spec.serviceName")).toBe("elasticsearch-peers");
    const yml = textAt(mapAt(bed.get("ConfigMap", "elasticsearch-config").inputs, "data")["elasticsearch.yml"], "");
    expect(mapAt(load(yml) as Json, "")["discovery.seed_hosts"]).toEqual(["elasticsearch-peers.testbed-prod.svc"]);
  });

  test("is not restarted when the master is lost: liveness asks another port than readiness", async () => {
    const container = containerOf((await bedOf("prod")).get("StatefulSet", "elasticsearch"));
    expect(at(container, "livenessProbe.tcpSocket.port")).toBe("transport");
    expect(at(container, "readinessProbe.tcpSocket.port")).toBe("readiness");
  });

  test("gets its password by reference and its heap in clear", async () => {
    const container = containerOf((await bedOf("dev")).get("StatefulSet", "elasticsearch"));
    expect(plainEnv(container)["ES_JAVA_OPTS"]).toBe("-Xms512m -Xmx512m");
    expect(listAt(container, "env").find(({ name }) => name === "ELASTIC_PASSWORD")).toEqual({
      name: "ELASTIC_PASSWORD",
      valueFrom: { secretKeyRef: { name: "elasticsearch-elastic", key: "password" } },
    });
  });

  test("the storage class of the platform holds where the set names none, and the set's wins", async () => {
    const slices = { platform: { storageClass: "slow" }, elasticsearch: { storage: { className: "fast" } } };
    const bed = await runProgram("dev", { slices });
    const classOf = (name: string) => at(bed.get("StatefulSet", name).inputs, "spec.volumeClaimTemplates.0.spec.storageClassName");
    expect([classOf("cassandra"), classOf("elasticsearch")]).toEqual(["slow", "fast"]);
  });
});
