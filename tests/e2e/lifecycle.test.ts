import { everyImageNamed } from "../../ops/lib/demo-config";
import { Bed } from "./support/bed";
import { differences, ofNamespace, type Change, type Inventory, type Recording } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import { declaredOrder, outOfOrder, type Declared } from "./support/declared-order";
import { Program } from "./support/program";
import { changes, Stack, succeeded } from "./support/stack";
import { left } from "./support/left";

/** A dev bed from the first `up` to the last object, beside another stack on the same cluster. */

const DEV = everyImageNamed("dev");
const LIMITED = { ...DEV, temporal: { limits: { matching: { rps: 5000 } } } };
const ROLES = ["frontend", "history", "matching", "worker"];

let lab: Lab;
let program: Program;
let dev: Stack;
let bed: Bed;
let baseline: Inventory;
let recording: Recording;
let declared: Declared;

beforeAll(async () => {
  lab = await labUp("lifecycle");
  program = new Program();
  dev = await new Stack(program, "dev", lab.env).init(DEV);
  bed = new Bed(lab.cluster, "dev");
  baseline = await lab.cluster.inventory();
  declared = await declaredOrder(DEV);
  recording = await lab.cluster.watch(["/api/v1/pods", "/apis/batch/v1/jobs", "/apis/apps/v1/deployments", "/apis/apps/v1/statefulsets"]);
});

afterAll(async () => {
  recording?.stop();
  program?.remove();
  await lab?.down();
});

describe("up", () => {
  test("comes up in one go", async () => {
    const { created, ...others } = changes(succeeded(await dev.up()));
    expect(others).toEqual({});
    expect(created).toBeGreaterThan(40);
  });

  test("every pod is admitted under Pod Security restricted, which both namespaces enforce", async () => {
    expect(await bed.complaints("FailedCreate")).toEqual([]);
    const pods = await bed.pods();
    const counts: Record<string, number> = {};
    for (const { metadata } of pods) {
      const workload = metadata.labels?.["app.kubernetes.io/name"] ?? metadata.name;
      counts[workload] = (counts[workload] ?? 0) + 1;
    }
    expect(counts).toEqual(declared.pods);
    expect(pods.filter(({ status }) => !["Running", "Succeeded"].includes(status?.phase ?? ""))).toEqual([]);
    const rootPod = {
      metadata: { name: "root" },
      spec: { containers: [{ name: "main", image: "none", securityContext: { runAsUser: 0 } }] },
    };
    for (const namespace of ["testbed-dev", "testbed-dev-indexers"]) {
      // Admission decides before a dry run ends.
      await expect(lab.cluster.create(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, rootPod)).rejects.toThrow(
        /403 .*violates PodSecurity "restricted:latest"/,
      );
    }
  });

  test("nothing is created before all that it waits for is ready, by the versions of the objects, over the whole bed", () => {
    expect(Object.values(declared.edges).flat().length).toBeGreaterThan(60);
    expect(outOfOrder(declared, recording.changes)).toEqual([]);
  });

  test("an order that nobody kept is seen: the same record, with one more edge", () => {
    const edges = { ...declared.edges, cassandra: [...(declared.edges["cassandra"] ?? []), "temporal"] };
    expect(outOfOrder({ ...declared, edges }, recording.changes)).toContain(
      "StatefulSet cassandra was created before Deployment temporal-history was ready",
    );
  });

  test("no container restarted", async () => {
    expect(await bed.restarts()).toBe(0);
  });

  test("a second up changes nothing, and a preview that expects that says so", async () => {
    const { unchanged, ...others } = changes(succeeded(await dev.up()));
    expect(others).toEqual({});
    expect(unchanged).toBeGreaterThan(40);
    succeeded(await dev.pulumi("preview", "--expect-no-changes", "--non-interactive"));
  });
});

describe("a limit", () => {
  test("is one update, reaches the file that the servers read, and touches no pod", async () => {
    const before = await bed.pods();
    succeeded(await dev.pulumi("config", "set", "--path", "testbed:temporal.limits.matching.rps", "5000"));
    const { unchanged, ...others } = changes(succeeded(await dev.up()));
    expect(others).toEqual({ updated: 1 });
    expect(unchanged).toBeGreaterThan(40);
    expect((await bed.pods()).map(identity)).toEqual(before.map(identity));
    expect(await bed.restarts()).toBe(0);

    const { data } = (await bed.configMaps()).find(({ metadata }) => metadata.name === "temporal-dynamic-config") ?? {};
    expect(data?.["dynamic-config.yaml"]).toMatch(/matching\.rps:\n\s+- .*\n?\s+value: 5000\n/);
    const readers = before.filter(({ spec }) => spec?.volumes?.some(({ configMap }) => configMap?.name === "temporal-dynamic-config"));
    expect(readers).toHaveLength(ROLES.length);
  });

  test("of partitions is refused in an order that would leave tasks unread, by what the running bed has", async () => {
    const taskQueues = [{ readPartitions: 8, writePartitions: 8 }];
    dev.configure({ ...DEV, temporal: { limits: { ...LIMITED.temporal.limits, taskQueues } } });
    const { code, text } = await dev.up();
    expect(code).not.toBe(0);
    expect(text).toContain("refused, nothing was changed");
    expect(text).toContain("writePartitions cannot become 8 while readPartitions is 4 in the running bed");
  });

  test("comes from the stack config alone: the same text, written as a file, changes nothing", async () => {
    dev.configure(LIMITED);
    succeeded(await dev.pulumi("preview", "--expect-no-changes", "--non-interactive"));
  });
});

describe("secrets", () => {
  test("no password is in the state, the outputs, config maps, pods, jobs, events or anything that was printed", async () => {
    const passwords = Object.values(await bed.passwords());
    expect(passwords.length).toBeGreaterThan(8);
    for (const password of passwords) expect(password).toMatch(/^(\w{32}|[0-9a-f]{64})$/);

    const workloads = [
      "apps/v1/statefulsets",
      "apps/v1/deployments",
      "apps/v1/replicasets",
      "apps/v1/controllerrevisions",
      "batch/v1/jobs",
    ];
    const seen: Record<string, unknown> = {
      state: await dev.state(),
      outputs: await dev.outputs(),
      "config maps": await bed.configMaps(),
      pods: await bed.pods(),
      events: await bed.events(),
      workloads: await Promise.all(workloads.map((path) => lab.cluster.list(`/apis/${path}`))),
      "a preview with all differences": (await dev.pulumi("preview", "--diff", "--show-sames", "--non-interactive")).text,
    };
    seen["what every command printed"] = dev.printed;
    const revealing = Object.entries(seen).filter(([, content]) => {
      const text = JSON.stringify(content);
      return passwords.some((password) => text.includes(password) || text.includes(Buffer.from(password).toString("base64")));
    });
    expect(revealing.map(([place]) => place)).toEqual([]);
  });
});

describe("two stacks on one cluster", () => {
  let before: Inventory;
  let alice: Stack;

  test("the second comes up and does not touch the first", async () => {
    before = ofNamespace(await lab.cluster.inventory(), bed.namespace);
    alice = await new Stack(program, "alice", lab.env).init(DEV);
    succeeded(await alice.up());
    expect(differences(before, ofNamespace(await lab.cluster.inventory(), bed.namespace))).toEqual([]);
  });

  test("destroying the second leaves the first whole, and nothing of its own", async () => {
    succeeded(await alice.destroy());
    const after = await lab.cluster.inventory();
    expect(differences(before, ofNamespace(after, bed.namespace))).toEqual([]);
    expect([...after.keys()].filter((key) => key.includes("alice"))).toEqual([]);
    succeeded(await dev.pulumi("preview", "--expect-no-changes", "--non-interactive"));
  });

  test.each([
    ["carries another stack's label", { "testbed.dev/stack": "bob" }, /testbed-eve exists and belongs to stack bob/],
    ["carries no label of ours", {}, /testbed-eve exists and was not made by this program/],
  ])("a namespace that %s is refused", async (_, labels, message) => {
    const namespace = "/api/v1/namespaces";
    await lab.cluster.create(namespace, { metadata: { name: "testbed-eve", labels } });
    const before = await lab.cluster.inventory();
    const eve = await new Stack(program, "eve", lab.env).init(DEV);
    const { code, text } = await eve.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(message);
    expect(differences(before, await lab.cluster.inventory())).toEqual([]);
    succeeded(await eve.pulumi("stack", "rm", "--yes"));
    await lab.cluster.remove(`${namespace}/testbed-eve`);
    await lab.cluster.removed(`${namespace}/testbed-eve`);
  });
});

describe("destroy", () => {
  test("leaves nothing, counted over the whole API server", async () => {
    succeeded(await dev.destroy());
    expect(await dev.resources()).toEqual([]);
    expect(await left(lab.cluster, baseline, 30)).toEqual([]);
  });

  test("the next up makes the bed anew", async () => {
    const { created, ...others } = changes(succeeded(await dev.up()));
    expect(others).toEqual({});
    expect(created).toBeGreaterThan(40);
    succeeded(await dev.destroy());
  });
});

function identity({ metadata, status }: Change["object"]) {
  return { name: metadata.name, uid: metadata.uid, restarts: status?.containerStatuses?.map(({ restartCount }) => restartCount) };
}
