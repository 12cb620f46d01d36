import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import * as render from "../../components/cassandra/render";
import { jobScript } from "../../components/kit/run-once";
import { bedOf, type Json, runProgram } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { type RunScript, sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();

async function yamlOf(layer: string, cassandra: object = {}): Promise<Json> {
  const { values } = await settings(layer, { cassandra });
  return load(render.renderCassandraYaml(values.cassandra, "seed.example")) as Json;
}

describe("cassandra.yaml", () => {
  test("asks for a password, and for leave", async () => {
    const yaml = await yamlOf("dev");
    expect(at(yaml, "authenticator.class_name")).toBe("org.apache.cassandra.auth.PasswordAuthenticator");
    expect(at(yaml, "authorizer.class_name")).toBe("org.apache.cassandra.auth.CassandraAuthorizer");
    expect(at(yaml, "role_manager.class_name")).toBe("org.apache.cassandra.auth.CassandraRoleManager");
  });

  test("names the seed with its port", async () => {
    expect(at(await yamlOf("dev"), "seed_provider.0.parameters.0.seeds")).toBe("seed.example:7000");
  });

  test("a single node with one token gets the first one; more nodes let Cassandra choose for the factor", async () => {
    const [one, three] = [await yamlOf("dev"), await yamlOf("prod")];
    expect([at(one, "num_tokens"), at(one, "initial_token")]).toEqual([1, "0"]);
    expect(at(one, "allocate_tokens_for_local_replication_factor")).toBe(undefined);
    expect([at(three, "num_tokens"), at(three, "allocate_tokens_for_local_replication_factor")]).toEqual([16, 3]);
    expect(at(three, "initial_token")).toBe(undefined);
  });

  test("leaves the addresses blank, so that a node listens on its pod's", async () => {
    expect(Object.keys((await yamlOf("dev")) as object)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/(listen|rpc|broadcast)_?(rpc_)?address/)]),
    );
  });

  test("keeps all data below the claim's mount", async () => {
    const yaml = await yamlOf("dev");
    const folders = ["data_file_directories.0", "commitlog_directory", "saved_caches_directory", "hints_directory"];
    expect(folders.map((key) => textAt(yaml, key).startsWith(`${render.DATA_DIR}/`))).toEqual([true, true, true, true]);
  });

  test.each([
    ["clusterName", "orders", "cluster_name"],
    ["concurrentReads", 7, "concurrent_reads"],
    ["concurrentWrites", 9, "concurrent_writes"],
    ["paxosVariant", "v1", "paxos_variant"],
    ["numTokens", 4, "num_tokens"],
  ])("knob %s reaches the file", async (knob, value, key) => {
    expect(at(await yamlOf("dev", { [knob]: value }), key)).toBe(value);
  });
});

test("the datacenter reaches the snitch", async () => {
  const { values } = await settings("dev", { cassandra: { datacenter: "east" } });
  expect(render.renderRackDc(values.cassandra)).toBe("dc=east\nrack=rack1\n");
});

describe("the set", () => {
  test("reads the rendered files, and no entry point edits them", async () => {
    const bed = await bedOf("dev");
    const container = containerOf(bed.get("StatefulSet", "cassandra"));
    expect(container["command"]).toEqual(["/bin/bash", "-c", render.startScript("cassandra-peers.testbed-dev.svc")]);
    const files = Object.keys(mapAt(bed.get("ConfigMap", "cassandra-config").inputs, "data")).sort();
    const mounted = listAt(container, "volumeMounts").filter(({ name }) => name === "config");
    expect(mounted.map((mount) => textAt(mount, "subPath")).sort()).toEqual(files);
    expect(mounted.map((mount) => textAt(mount, "mountPath")).sort()).toEqual(files.map((file) => `/etc/cassandra/${file}`));
  });

  test("a new configuration rolls the pods: the volume names the ConfigMap that the engine names", async () => {
    const set = (await bedOf("dev")).get("StatefulSet", "cassandra");
    expect(at(set.inputs, "spec.template.spec.volumes.0.configMap.name")).toBe("cassandra-config-auto");
  });

  test("finds its seed by a Service that answers for pods that are not ready", async () => {
    const bed = await bedOf("prod");
    const set = bed.get("StatefulSet", "cassandra");
    const peers = bed.get("Service", textAt(set.inputs, "spec.serviceName"));
    expect(at(peers.inputs, "spec.clusterIP")).toBe("None");
    expect(at(peers.inputs, "spec.publishNotReadyAddresses")).toBe(true);
    const yaml = textAt(mapAt(bed.get("ConfigMap", "cassandra-config").inputs, "data")["cassandra.yaml"], "");
    expect(at(load(yaml) as Json, "seed_provider.0.parameters.0.seeds")).toBe("cassandra-0.cassandra-peers.testbed-prod.svc:7000");
  });

  test("starts one node after the other, each with its deadline", async () => {
    const set = (await bedOf("prod")).get("StatefulSet", "cassandra");
    // Kubernetes starts them together, so that a stuck rollout can be mended; each waits for the one before it.
    expect(at(set.inputs, "spec.podManagementPolicy")).toBe("Parallel");
    expect(set.customTimeouts.create).toBe("32m");
  });

  test("a node without data waits for the one before it; the first one and one with data do not", () => {
    const folder = mkdtempSync(join(tmpdir(), "testbed-join-"));
    const script = render
      .startScript("peers.ns.svc")
      .replaceAll(render.DATA_DIR, folder)
      .replace(/^ *until.*$/m, "")
      .replace("/opt/cassandra/bin/cassandra -f", "echo started");
    const run = (host: string) => spawnSync("bash", ["-c", script], { env: { HOSTNAME: host }, encoding: "utf8" }).stdout;
    expect(run("cassandra-0")).toBe("started\n");
    expect(run("cassandra-2")).toBe("waiting for cassandra-1.peers.ns.svc\nstarted\n");
    mkdirSync(join(folder, "data", "system"), { recursive: true });
    expect(run("cassandra-2")).toBe("started\n");
    expect(render.startScript("peers.ns.svc")).toContain('until (exec 3<> "/dev/tcp/$before/9042")');
    rmSync(folder, { recursive: true });
  });

  test("heap and limits reach the JVM and the pod", async () => {
    const { values } = await settings("dev");
    const container = containerOf((await bedOf("dev")).get("StatefulSet", "cassandra"));
    expect(plainEnv(container)).toMatchObject({ MAX_HEAP_SIZE: "512M", MAX_DIRECT_MEMORY_SIZE: "512M" });
    expect(container["resources"]).toEqual(values.cassandra.resources);
  });

  test("a single node waits for no gossip; three do", async () => {
    const [dev, prod] = [await bedOf("dev"), await bedOf("prod")].map((bed) => plainEnv(containerOf(bed.get("StatefulSet", "cassandra"))));
    expect(dev?.["JVM_EXTRA_OPTS"]).toContain("-Dcassandra.skip_wait_for_gossip_to_settle=0");
    expect(prod?.["JVM_EXTRA_OPTS"]).not.toContain("skip_wait_for_gossip_to_settle");
  });

  test("the claim's mount is the data folder", async () => {
    const set = (await bedOf("dev")).get("StatefulSet", "cassandra");
    const claim = textAt(set.inputs, "spec.volumeClaimTemplates.0.metadata.name");
    const mount = listAt(containerOf(set), "volumeMounts").find(({ name }) => name === claim);
    expect(mount?.["mountPath"]).toBe(render.DATA_DIR);
  });

  test("the switch lifts the protection of the sets, and of nothing else", async () => {
    const bed = await runProgram("prod", { slices: { platform: { unprotectSets: true } } });
    const protectedNow = bed.all.filter(({ protect }) => protect).map(({ name }) => name);
    const before = (await bedOf("prod")).all.filter(({ protect }) => protect).map(({ name }) => name);
    expect(before.filter((name) => !protectedNow.includes(name)).sort()).toEqual(["cassandra", "elasticsearch", "prometheus"]);
  });
});

/** A fake server: `$STATE` holds a file per role that may log in, with its password. */
const CQLSH = `
while [ $# -gt 0 ]; do
  case $1 in
    --credentials) user=$(sed -n 's/^username = //p' "$2" | head -n 1); password=$(sed -n 's/^password = //p' "$2" | head -n 1); shift 2;;
    -f) file=$2; shift 2;;
    *) shift;;
  esac
done
[ -e "$STATE/$user" ] && [ "$(cat "$STATE/$user")" = "$password" ] || { echo "Bad credentials for $user" >&2; exit 1; }
[ -n "\${file:-}" ] || exit 0
{ echo "-- $user"; cat "$file"; } >> "$STATE/statements"
case $file in
  *superuser.cql) sed -n "s/.*PASSWORD = '\\(.*\\)';/\\1/p" "$file" | sed "s/''/'/g" > "$STATE/testbed";;
  *roles.cql) [ -z "\${FAIL:-}" ] || { echo "$FAIL" >&2; exit 2; }; rm -f "$STATE/cassandra"; echo app > "$STATE/temporal"; echo '$2a$10$hash';;
esac
exit 0
`;

describe("the role job", () => {
  const env = { CASSANDRA_HOST: "cassandra", CASSANDRA_PORT: "9042", SUPERUSER_PASSWORD: "it's", APPLICATION_PASSWORD: "app" };
  const FRESH = 'case "$*" in *) [ -e "$STATE/made" ] || { echo cassandra > "$STATE/cassandra"; : > "$STATE/made"; };; esac';
  const fresh: RunScript = { fakes: { cqlsh: `${FRESH}\n${CQLSH}` }, env };

  async function script(layer = "dev"): Promise<string> {
    const { values } = await settings(layer);
    return jobScript(render.rolesScript(values.cassandra, ["temporal"]));
  }

  test("on a new cluster makes its superuser with the built-in one, and everything else with its own", async () => {
    const box = sandbox();
    expect(box.run(await script(), fresh)).toMatchObject({ status: 0, reason: "" });
    const statements = box.state("statements").split("\n");
    expect(statements.filter((line) => line.startsWith("-- "))).toEqual(["-- cassandra", "-- testbed"]);
    expect(statements[1]).toBe("CREATE ROLE IF NOT EXISTS testbed WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = 'it''s';");
  });

  test("raises the replication before it repairs, and takes the built-in superuser out last", async () => {
    const box = sandbox();
    box.run(await script("prod"), fresh);
    const statements = box.state("statements").split("\n");
    const position = (start: string) => statements.findIndex((line) => line.startsWith(start));
    const order = [
      "ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3};",
      "CONSISTENCY ALL",
      "SELECT * FROM system_auth.roles;",
      "ALTER KEYSPACE IF EXISTS temporal WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3};",
      "CREATE ROLE IF NOT EXISTS temporal WITH LOGIN = true",
      "GRANT CREATE ON ALL KEYSPACES TO temporal;",
      "ALTER ROLE cassandra WITH SUPERUSER = false AND LOGIN = false;",
    ].map(position);
    expect(order).not.toContain(-1);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });

  test("a second run needs the built-in superuser no more", async () => {
    const box = sandbox();
    box.run(await script(), fresh);
    expect(box.run(await script(), fresh)).toMatchObject({ status: 0, reason: "" });
    expect(box.state("statements").match(/^-- .*/gm)).toEqual(["-- cassandra", "-- testbed", "-- testbed"]);
  });

  test("sets the application's password where it differs", async () => {
    const box = sandbox();
    box.run(await script(), { ...fresh, env: { ...env, APPLICATION_PASSWORD: "new'one" } });
    expect(box.state("statements")).toContain("ALTER ROLE temporal WITH PASSWORD = 'new''one';");
  });

  test("leaves an equal password alone", async () => {
    const box = sandbox();
    box.run(await script(), fresh);
    expect(box.state("statements")).not.toContain("ALTER ROLE temporal WITH PASSWORD");
  });

  test("shows no password and no hash, and leaves none behind", async () => {
    const ran = sandbox().run(await script(), fresh);
    expect(ran.calls.join("\n")).not.toMatch(/it's|\bapp\b/);
    expect(ran.output).not.toMatch(/it's|\bapp\b|\$2a\$/);
    expect(ran.left.filter((name) => /cql|credentials/.test(name))).toEqual([]);
  });

  test("a statement that fails is the reason", async () => {
    const ran = sandbox().run(await script(), { ...fresh, env: { ...env, FAIL: "Cannot achieve consistency level ALL" } });
    expect(ran).toMatchObject({
      status: 1,
      reason: "roles, replication and repair of system_auth failed: Cannot achieve consistency level ALL",
    });
  });

  test("a cluster that nobody may log in to is the reason, in time", async () => {
    const ran = sandbox().run(await script(), {
      fakes: { cqlsh: "echo Connection refused >&2; exit 1" },
      env: { ...env, GIVE_UP_AFTER: "2" },
    });
    expect(ran).toMatchObject({ status: 1, seconds: 2 });
    expect(ran.reason).toMatch(/^gave up waiting for Cassandra at cassandra:9042 after 2 s: .*Connection refused/s);
  });

  test("gets its passwords by reference and its address in clear", async () => {
    const container = containerOf((await bedOf("dev")).get("Job", "cassandra-roles"));
    expect(plainEnv(container)).toMatchObject({ CASSANDRA_HOST: "cassandra.testbed-dev.svc", CASSANDRA_PORT: "9042" });
    const references = listAt(container, "env").flatMap((variable) => {
      const reference = mapAt(variable, "valueFrom.secretKeyRef");
      return Object.keys(reference).length === 0 ? [] : [[variable["name"], reference["name"], reference["key"]]];
    });
    expect(references).toEqual([
      ["SUPERUSER_PASSWORD", "cassandra-superuser", "password"],
      ["APPLICATION_PASSWORD", "cassandra-temporal", "password"],
    ]);
  });
});
