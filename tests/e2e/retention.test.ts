import { Bed } from "./support/bed";
import { differences, type Inventory } from "./support/cluster";
import { declaredOrder } from "./support/declared-order";
import { labUp, type Lab } from "./support/lab";
import { Program, type Config } from "./support/program";
import { changes, Stack, succeeded } from "./support/stack";
import { until } from "./support/wait";

/** A prod bed: what destroy refuses, what it keeps, and how the next `up` takes that up again. */

let lab: Lab;
let program: Program;
let prod: Stack;
let bed: Bed;
let config: Config;

beforeAll(async () => {
  // One node per data-bearing pod, and room for the layout of the 2025 reports.
  lab = await labUp("retention", "--nodes 6 --cpu 64 --memory 256Gi");
  program = new Program();
  config = { layer: "prod", context: lab.context };
  prod = await new Stack(program, "prod", lab.env).init({ ...config, elasticsearch: { replicas: 5 } });
  bed = new Bed(lab.cluster, "prod");
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

/** Pods of the other kept sets, whose numbers nothing here edits. */
const OTHERS = [
  ...["chronik-1", "chronik-2", "chronik-3", "clickhouse-0", "clickhouse-1"],
  ...["clickhouse-keeper-0", "clickhouse-keeper-1", "clickhouse-keeper-2", "prometheus-0"],
];

const claimsOf = (cassandra: number, elasticsearch: number) =>
  [
    ...Array.from({ length: cassandra }, (_, ordinal) => `data-cassandra-${ordinal}`),
    ...Array.from({ length: elasticsearch }, (_, ordinal) => `data-elasticsearch-${ordinal}`),
    ...OTHERS.map((pod) => `data-${pod}`),
  ].sort();

/** Secrets of kept stores; the others hold passwords that open no data, and go. */
const KEPT_SECRETS = ["cassandra-superuser", "cassandra-temporal", "clickhouse", "elasticsearch-elastic"];
const keptHashes = async () =>
  Object.fromEntries(Object.entries(await bed.passwordHashes()).filter(([name]) => KEPT_SECRETS.includes(name)));

const sortedClaims = async () => Object.keys(await bed.claims()).sort();

test("comes up whole: every pod admitted and on a node, none restarted, and a second up changes nothing", async () => {
  succeeded(await prod.up());
  const pods = await bed.pods();
  const declared = await declaredOrder({ layer: "prod", elasticsearch: { replicas: 5 } });
  expect(pods).toHaveLength(Object.values(declared.pods).reduce((sum, count) => sum + count));
  expect(pods.filter(({ status }) => !["Running", "Succeeded"].includes(status?.phase ?? ""))).toEqual([]);
  expect(await bed.complaints("FailedCreate")).toEqual([]);
  expect(await bed.restarts()).toBe(0);
  for (const set of ["cassandra", "elasticsearch"]) {
    const nodes = pods
      .filter(({ metadata }) => metadata.name.startsWith(`${set}-`) && /-\d$/.test(metadata.name))
      .map(({ spec }) => spec?.nodeName);
    expect(new Set(nodes).size).toBe(nodes.length);
  }
  const { unchanged, ...others } = changes(succeeded(await prod.up()));
  expect(others).toEqual({});
  expect(unchanged).toBeGreaterThan(50);
  succeeded(await prod.pulumi("preview", "--expect-no-changes", "--non-interactive"));
});

describe("whenScaled", () => {
  test("Retain keeps the claims of the nodes that go, and destroy's list names them", async () => {
    const before = await bed.claims();
    prod.configure(config);
    succeeded(await prod.up());
    expect(await podsOf("elasticsearch")).toBe(3);
    expect(await bed.claims()).toEqual(before);
    // Read from the cluster, so it is right after the run that follows the scale-down.
    succeeded(await prod.up());
    expect(await kept()).toEqual(claimsOf(3, 5));
  });

  test("a scale-up takes them up again", async () => {
    const before = await bed.claims();
    prod.configure({ ...config, elasticsearch: { replicas: 5, storage: { whenScaled: "Delete" } } });
    succeeded(await prod.up());
    expect(await podsOf("elasticsearch")).toBe(5);
    expect(await bed.claims()).toEqual(before);
  });

  test("Delete removes them", async () => {
    const before = await bed.claims();
    prod.configure({ ...config, elasticsearch: { replicas: 3, storage: { whenScaled: "Delete" } } });
    succeeded(await prod.up());
    // With their volumes, which go after the claims do: what follows compares the whole API server.
    const after = await until("two claims and their volumes to go", 60, async () => {
      const claims = await bed.claims();
      const volumes = [...(await lab.cluster.inventory()).keys()].filter((key) => key.startsWith("persistentvolumes "));
      return Object.keys(claims).length === claimsOf(3, 3).length && volumes.length === claimsOf(3, 3).length ? claims : undefined;
    });
    expect(Object.keys(after).sort()).toEqual(claimsOf(3, 3));
    expect(before).toMatchObject(after);
    prod.configure(config);
    succeeded(await prod.up());
  });

  test("half of the master-eligible nodes or more cannot go at once", async () => {
    prod.configure({ ...config, elasticsearch: { replicas: 1 } });
    await refused(/elasticsearch: replicas is 3 .* cannot become 1 in one step: the rest would elect no master/);
  });

  test("a Cassandra node cannot go before it is decommissioned", async () => {
    prod.configure({ ...config, cassandra: { replicas: 2, replicationFactor: 2 } });
    await refused(/cassandra: replicas is 3 .* cannot become 2: .*nodetool decommission/);
  });
});

describe("destroy", () => {
  let before: Inventory;
  let claims: Record<string, string>;
  let passwords: Record<string, string>;
  let listed: string[];

  test("is refused by default, in words, and nothing is touched", async () => {
    prod.configure(config);
    before = await lab.cluster.inventory();
    const { code, text } = await prod.destroy();
    expect(code).not.toBe(0);
    expect(text).toMatch(/cannot be deleted\s+because it is protected/);
    expect(text).not.toMatch(/^\s+at .*\(/m);
    expect(differences(before, await lab.cluster.inventory())).toEqual([]);
  });

  test("after the documented step keeps the listed claims, their namespace and the passwords, and nothing else", async () => {
    claims = await bed.claims();
    passwords = await keptHashes();
    expect(Object.keys(passwords)).toEqual(KEPT_SECRETS);

    succeeded(await prod.pulumi("config", "set", "--path", "testbed:platform.unprotectSets", "true"));
    const { unchanged, updated = 0, ...others } = changes(succeeded(await prod.up()));
    expect(others).toEqual({});
    expect(updated).toBeLessThanOrEqual(6);
    expect(unchanged).toBeGreaterThan(50);
    listed = await kept();
    // Unprotected sets do not unprotect the rest.
    const whole = await lab.cluster.inventory();
    expect((await prod.destroy()).code).not.toBe(0);
    expect(differences(whole, await lab.cluster.inventory())).toEqual([]);

    succeeded(await prod.destroy("--exclude-protected"));
    expect(await sortedClaims()).toEqual(listed);
    expect(await bed.claims()).toEqual(claims);
    expect(await keptHashes()).toEqual(passwords);
    const after = await lab.cluster.inventory();
    const ours = [...after.keys()].filter(
      (key) => key.includes("testbed-prod") && !key.includes("kube-root-ca.crt") && !key.endsWith("/default"),
    );
    expect(ours.sort()).toEqual(
      [
        "namespaces testbed-prod",
        // Part of the stage that the passwords depend on, so they stay with them; they hold nothing.
        "networkpolicies.networking.k8s.io testbed-prod/default-deny",
        "resourcequotas testbed-prod/budget",
        ...listed.map((claim) => `persistentvolumeclaims testbed-prod/${claim}`),
        ...Object.keys(passwords).map((secret) => `secrets testbed-prod/${secret}`),
      ].sort(),
    );
    expect([...after.keys()].filter((key) => key.startsWith("persistentvolumes "))).toHaveLength(listed.length);
  });

  test("a second destroy still keeps the namespace", async () => {
    expect((await prod.destroy()).code).not.toBe(0);
    expect(await bed.claims()).toEqual(claims);
  });

  test("what the claims were made with cannot change while they are kept, with no set to compare", async () => {
    prod.configure({ ...config, cassandra: { storage: { size: "600Gi" } }, temporal: { numHistoryShards: 512 } });
    const text = await refused(/cassandra\.storage\.size is 500Gi .* cannot become 600Gi/);
    expect(text).toMatch(/temporal\.numHistoryShards is 2048 .* cannot become 512/);
  });

  test("the next up takes claims and passwords up again", async () => {
    prod.configure(config);
    succeeded(await prod.up());
    expect(await bed.claims()).toEqual(claims);
    expect(await keptHashes()).toEqual(passwords);
    const mounted = (await bed.pods()).flatMap(({ spec }) =>
      (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []),
    );
    expect(mounted.sort()).toEqual(listed);
    const { unchanged, ...others } = changes(succeeded(await prod.up()));
    expect(others).toEqual({});
    expect(unchanged).toBeGreaterThan(50);
    // Protected again, sets included.
    const { code, text } = await prod.destroy();
    expect(code).not.toBe(0);
    expect(text).toMatch(/protect/);
  });
});

/** Claims that the stack output says will stay, without their namespace. */
async function kept(): Promise<string[]> {
  const { staysAfterDestroy } = await prod.outputs();
  return (staysAfterDestroy as string[]).map((claim) => claim.replace(`${bed.namespace}/`, "")).sort();
}

async function podsOf(set: string): Promise<number> {
  return (await bed.pods()).filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ kind, name }) => kind === "StatefulSet" && name === set),
  ).length;
}

async function refused(message: RegExp): Promise<string> {
  const before = await lab.cluster.inventory();
  const { code, text } = await prod.up();
  expect(code).not.toBe(0);
  expect(text).toMatch(message);
  expect(differences(before, await lab.cluster.inventory())).toEqual([]);
  return text;
}
