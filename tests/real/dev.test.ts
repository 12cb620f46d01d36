import { REAL_DEV } from "../../ops/lib/demo-config";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Inventory, type KubeObject } from "../e2e/support/cluster";
import { ROOT } from "../e2e/support/engine";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { changes, Stack, succeeded } from "../e2e/support/stack";
import { until } from "../e2e/support/wait";
import { timelineText } from "../../ops/lib/timeline";
import { timelineSvg } from "../../ops/lib/timeline-svg";
import { configOf, settingsOf } from "./knobs";
import { expectRead } from "./support/expect-read";
import { kill } from "./support/kills";
import { realLab, restartNode } from "./support/lab";
import { limitsTests } from "./support/limits-command";
import { merged } from "./support/merged";
import { monitoringTests } from "./support/monitoring";
import { podTimes, podTimesText } from "./support/pod-times";
import { isReady, RealBed, type Pod } from "./support/real-bed";
import * as read from "./support/read-back";
import { completedWorkflows, cql, elasticsearch, temporal } from "./support/servers";
import { exhausted, offerUntil } from "./support/throttle";
import { timedUp } from "./support/timed-up";
import { left } from "../e2e/support/left";

/** A dev bed of real servers, from the first `up` to the last object. The tests build on each other, in this order. */

const RESULTS = join(ROOT, ".testbed", "real");
/** `make soak` does in full what CI has no time for. */
const FULL = process.env["TESTBED_SOAK"] === "1";
const JOBS = ["cassandra-roles", "temporal-schema", "temporal-visibility", "temporal-cluster", "temporal-namespaces", "load-check"];

let lab: Lab;
let program: Program;
let dev: Stack;
let bed: RealBed;
let baseline: Inventory;
let config: Record<string, unknown> = REAL_DEV;

beforeAll(async () => {
  mkdirSync(RESULTS, { recursive: true });
  lab = await realLab("dev");
  program = new Program();
  dev = await new Stack(program, "dev", lab.env).init(config);
  bed = new RealBed(lab, "dev");
  baseline = await lab.cluster.inventory();
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

describe("a cold start", () => {
  test("comes up in one go, and says where each second went", async () => {
    const times = await timedUp(lab, program, "dev");
    const pods = podTimesText(await podTimes(bed));
    writeFileSync(
      join(RESULTS, "timeline.svg"),
      timelineSvg(times, `Start-up of a dev bed with real servers: ${times.seconds.toFixed(1)} s`),
    );
    writeFileSync(join(RESULTS, "timeline.txt"), `${timelineText(times, 110).join("\n")}\n\n${pods}\n`);
    process.stdout.write(`\n${timelineText(times, 110).join("\n")}\n\n${pods}\n`);
    // The last stage is the check that workflows complete.
    expect(times.bars.at(-1)?.stage).toBe("load-check");
  });

  test("a workflow has completed, and visibility knows it", async () => {
    const completed = await until(
      "the check's workflow in visibility",
      30,
      async () => (await completedWorkflows(bed, "default", "WorkflowType = 'ExecuteActivity'")) || undefined,
    );
    expect(completed).toBe(1);
  });

  test("no container restarted, and no probe failed once its pod was ready", async () => {
    expect(await bed.bed.restarts()).toBe(0);
    expect(await failedProbesOfReadyPods()).toEqual([]);
  });

  test("keyspace, schema, index, namespaces and shards are what the layer says", async () => {
    expect(await cql(bed, "SELECT curr_version FROM temporal.schema_version WHERE keyspace_name = 'temporal'")).toMatchObject([
      { curr_version: "1.13" },
    ]);
    expect(await read.visibilityIndex(bed)).toBe("temporal_visibility_v1");
    expect(await read.namespaceRetention(bed, "default")).toBe("72h");
    expect(await read.historyShards(bed)).toBe(4);
    expect(await read.replicationFactor(bed, "temporal")).toBe(1);
  });

  test("a second up changes nothing", async () => {
    const { unchanged, ...others } = changes(succeeded(await dev.up()));
    expect(others).toEqual({});
    expect(unchanged).toBeGreaterThan(45);
  });

  test("running every job again by hand changes nothing", async () => {
    const before = await whatJobsMade();
    for (const job of JOBS) await runAgain(job);
    expect(await whatJobsMade()).toEqual(before);
    succeeded(await dev.pulumi("preview", "--expect-no-changes", "--non-interactive"));
  });
});

monitoringTests(() => bed);

describe("the pods run as the program says", () => {
  test("no root, no capability, no new privilege, seccomp, a root file system that cannot be written", async () => {
    const pods = await bed.serving();
    const seen = pods.flatMap((pod) =>
      bed.mainProcesses(pod).map(({ container, process: { status, rootMount } }) => ({
        container: `${pod.metadata.name} ${container}`,
        root: status["Uid"]?.split("\t").includes("0"),
        capabilities: Number.parseInt(status["CapEff"] ?? "", 16) + Number.parseInt(status["CapBnd"] ?? "", 16),
        noNewPrivileges: status["NoNewPrivs"],
        seccomp: status["Seccomp"],
        readOnly: rootMount.includes("ro"),
      })),
    );
    expect(seen).toHaveLength(pods.length);
    expect(seen).toEqual(
      seen.map(({ container }) => ({ container, root: false, capabilities: 0, noNewPrivileges: "1", seccomp: "2", readOnly: true })),
    );
  });

  test("a store that stops answering is taken out of its Service, and comes back", async () => {
    const { metadata } = await bed.pod("cassandra");
    await bed.exec(metadata.name, "nodetool", "disablebinary");
    await until("cassandra to be unready", 60, async () => ((await bed.pods("cassandra")).some(isReady) ? undefined : true));
    await serviceHas([]);
    await bed.exec(metadata.name, "nodetool", "enablebinary");
    const back = await bed.pod("cassandra", 60);
    expect(back.metadata.uid).toBe(metadata.uid);
    await serviceHas([back.status.podIP]);
    await bed.settled();
    expect(await bed.bed.restarts()).toBe(0);
  });

  test.each(FULL ? ["frontend", "history", "matching"] : ["history"])(
    "%s turns unready when it hangs, and ready when it goes on",
    async (role) => {
      const pod = await bed.pod(`temporal-${role}`);
      const { pid } = await bed.mainProcess(`temporal-${role}`);
      process.kill(pid, "SIGSTOP");
      try {
        await until(`${role} to be unready`, 60, async () => ((await bed.pods(`temporal-${role}`)).some(isReady) ? undefined : true));
      } finally {
        process.kill(pid, "SIGCONT");
      }
      expect((await bed.pod(`temporal-${role}`, 60)).metadata.uid).toBe(pod.metadata.uid);
    },
  );
});

describe("knobs", () => {
  test("every limit and raw key is read by the servers, and no pod restarts", async () => {
    const before = await bed.uids();
    const settings = await settingsOf("hot", bed);
    config = { ...config, ...configOf(settings) };
    dev.configure(config);
    const { unchanged, ...others } = changes(succeeded(await dev.up()));
    expect({ others, some: (unchanged ?? 0) > 0 }).toEqual({ others: { updated: 1 }, some: true });
    await expectRead(bed, settings, 40);
    expect(await bed.uids()).toEqual(before);
    expect(await bed.bed.restarts()).toBe(0);
  });

  test("cluster-wide limits are read instead of those of the pods, and no pod restarts", async () => {
    const before = await bed.uids();
    const settings = await settingsOf("cluster", bed);
    dev.configure(merged({ ...REAL_DEV, temporal: { namespaces: { quiet: { retention: "24h" } } } }, configOf(settings)));
    succeeded(await dev.up());
    await expectRead(bed, settings, 40);
    expect(await bed.uids()).toEqual(before);
  });

  test("one edit of everything else that can be edited is in force after one up", async () => {
    const settings = await settingsOf("edited", bed);
    config = merged({ ...REAL_DEV, temporal: { namespaces: { quiet: { retention: "24h" } } } }, configOf(settings));
    dev.configure(config);
    succeeded(await dev.up());
    await expectRead(bed, settings, 40);
    expect(await bed.bed.restarts()).toBe(0);
    // The runner has shown that it runs; the tests below want the cores.
    config = merged(config, { load: { runner: { replicas: 0 } } });
    dev.configure(config);
    succeeded(await dev.up());
  });
});

describe("a limit", () => {
  const LIMITED = { namespaces: { quiet: { rps: 5 } } };

  test("bites within the worst-case lag, goes as it came, and restarts nothing", async () => {
    const before = await bed.uids();
    const free = await offerUntil(bed, "quiet", 40, "calls to go through", 20, ({ throttled }) => throttled === 0);
    expect(free.last.accepted).toBe(40);

    dev.configure(merged(config, { temporal: { limits: LIMITED } }));
    succeeded(await dev.up());
    const refused = await exhausted(bed, "quiet");
    // One frontend pod of two: each has its own limit.
    const on = await offerUntil(bed, "quiet", 40, "calls to be throttled", 100, ({ throttled }) => throttled > 20);
    expect(await exhausted(bed, "quiet")).toBeGreaterThan(refused);

    dev.configure(config);
    succeeded(await dev.up());
    const off = FULL ? await offerUntil(bed, "quiet", 40, "calls to go through again", 100, ({ throttled }) => throttled === 0) : undefined;
    process.stdout.write(
      `\nlimit in force after ${on.lag.toFixed(0)} s (5 of 40 calls/s through), gone after ${off?.lag.toFixed(0) ?? "(make soak)"} s\n`,
    );
    expect(await bed.uids()).toEqual(before);
  });
});

limitsTests(() => ({
  bed,
  folder: program.folder,
  edit: async (limits) => {
    dev.configure(merged(config, { temporal: { limits } }));
    succeeded(await dev.up());
  },
}));

describe("data", () => {
  test("SIGTERM ends a server inside its grace period, with exit code 0", async () => {
    for (const workload of FULL
      ? ["temporal-history", "temporal-frontend", "elasticsearch", "cassandra"]
      : ["temporal-history", "cassandra"]) {
      const pod = await bed.pod(workload);
      const { exitCode, seconds } = await ended(pod);
      process.stdout.write(`\n${workload} ended in ${seconds.toFixed(1)} s with exit code ${exitCode}\n`);
      // A JVM that was told to end says so: 128 + SIGTERM.
      expect({ workload, exitCode }).toEqual({ workload, exitCode: workload.startsWith("temporal") ? 0 : 143 });
      expect(seconds).toBeLessThan(pod.spec.terminationGracePeriodSeconds + 1);
    }
    await bed.settled();
  });

  test("stores and servers killed while workflows run: every workflow that was started completes", async () => {
    const { started, lost } = await kill(bed, "killed", ["cassandra", "temporal-history"], () => 3);
    process.stdout.write(`\n${started} workflows started, ${lost.length} lost\n`);
    expect(lost).toEqual([]);
    expect(started).toBeGreaterThan(20);
  });
});

if (FULL) {
  test("rows survive the restart of the node", async () => {
    const rows = async () => ({
      host: await cql(bed, "SELECT host_id FROM system.local"),
      namespaces: await cql(bed, "SELECT name, id FROM temporal.namespaces"),
      completed: await completedWorkflows(bed, "default"),
    });
    const before = await rows();
    const began = Date.now();
    await restartNode(lab);
    // All pods start at once, so servers may end and start again until Cassandra answers.
    await bed.settled(300);
    process.stdout.write(
      `\nsettled ${((Date.now() - began) / 1000).toFixed(0)} s after the node was killed, ${await bed.bed.restarts()} restarts\n`,
    );
    expect(await rows()).toEqual(before);
  });
}

describe("destroy", () => {
  test("leaves nothing, counted over the whole API server", async () => {
    succeeded(await dev.destroy());
    expect(await left(lab.cluster, baseline, 60)).toEqual([]);
  });
});

/** Waits for what Cassandra's Service leads to: its slices follow the pod a moment later. */
async function serviceHas(wanted: readonly string[]): Promise<void> {
  const seen = () => endpoints("cassandra");
  await until("the Service to follow", 30, async () => ((await seen()).join() === wanted.join() ? true : undefined)).catch(() => undefined);
  expect(await seen()).toEqual(wanted);
}

/** Addresses behind a Service. */
async function endpoints(service: string): Promise<string[]> {
  const slices = await lab.cluster.list(
    `/apis/discovery.k8s.io/v1/namespaces/${bed.namespace}/endpointslices?labelSelector=${encodeURIComponent(`kubernetes.io/service-name=${service}`)}`,
  );
  return (slices as unknown as { endpoints?: { addresses: string[]; conditions: { ready: boolean } }[] }[])
    .flatMap((slice) => slice.endpoints ?? [])
    .filter(({ conditions }) => conditions.ready)
    .flatMap(({ addresses }) => addresses);
}

/** Events of failed probes that came after their pod was ready for the first time. */
async function failedProbesOfReadyPods(): Promise<string[]> {
  const ready = new Map(
    (await bed.serving()).map(({ metadata, status }) => [
      metadata.name,
      Date.parse(status.conditions.find(({ type }) => type === "Ready")?.lastTransitionTime ?? ""),
    ]),
  );
  const events = (await bed.bed.events()) as unknown as {
    reason: string;
    message: string;
    lastTimestamp: string | null;
    involvedObject: { name: string };
  }[];
  return events
    .filter(
      ({ reason, involvedObject, lastTimestamp }) =>
        reason === "Unhealthy" && Date.parse(lastTimestamp ?? "") > (ready.get(involvedObject.name) ?? Infinity),
    )
    .map(({ involvedObject, message }) => `${involvedObject.name}: ${message}`);
}

/** Runs a Job's pod once more, under another name. */
async function runAgain(name: string): Promise<void> {
  const path = `/apis/batch/v1/namespaces/${bed.namespace}/jobs`;
  const { spec } = await lab.cluster.get<{
    spec: { selector?: object; manualSelector?: boolean; template: { metadata: { labels: Record<string, string> } } };
  }>(`${path}/${name}`);
  delete spec.selector;
  const own = Object.entries(spec.template.metadata.labels).filter(([key]) => !/controller-uid|job-name/.test(key));
  spec.template.metadata.labels = Object.fromEntries(own);
  const again = `${name}-again`;
  await lab.cluster.create(path, { metadata: { name: again }, spec });
  await until(`job ${again} to end`, 120, async () => {
    const { status } = await lab.cluster.get<KubeObject>(`${path}/${again}`);
    const ended = status?.conditions?.find(({ type, status: met }) => met === "True" && (type === "Complete" || type === "Failed"));
    if (ended?.type === "Failed") throw new Error(`${again} failed\n${await bed.logs(`job/${again}`)}`);
    return ended;
  });
  await lab.cluster.remove(`${path}/${again}?propagationPolicy=Background`);
}

/** What the jobs leave in the servers; the check leaves one more workflow, which is its work. */
async function whatJobsMade(): Promise<unknown> {
  const namespaces = await temporal(bed, "default", async ({ workflowService }) => {
    const { namespaces: all } = await workflowService.listNamespaces({});
    return all
      ?.map(({ namespaceInfo, config: settings }) => [namespaceInfo?.name, String(settings?.workflowExecutionRetentionTtl?.seconds)])
      .sort();
  });
  return {
    roles: await cql(bed, "SELECT role, can_login, is_superuser, salted_hash FROM system_auth.roles"),
    permissions: await cql(bed, "SELECT * FROM system_auth.role_permissions"),
    keyspaces: await cql(bed, "SELECT * FROM system_schema.keyspaces"),
    schema: await cql(bed, "SELECT * FROM temporal.schema_version"),
    updates: await cql(bed, "SELECT * FROM temporal.schema_update_history"),
    mapping: await elasticsearch(bed, "/temporal_visibility_v1/_mapping"),
    templates: await elasticsearch(bed, "/_template/temporal*"),
    attributes: await read.searchAttributes(bed),
    namespaces,
  };
}

/** Deletes a pod as a rollout does, and waits until it is gone: how long that took, and the exit code of its first container. */
async function ended(pod: Pod): Promise<{ readonly exitCode: number | undefined; readonly seconds: number }> {
  const { name, uid } = pod.metadata;
  const recording = await lab.cluster.watch([`/api/v1/namespaces/${bed.namespace}/pods`]);
  const began = Date.now();
  await bed.deletePod(name);
  const states = () => recording.changes.filter(({ object }) => object.metadata.uid === uid);
  await until(`pod ${name} to be gone`, 120, () => (states().some(({ type }) => type === "DELETED") ? true : undefined));
  recording.stop();
  const codes = states().map(({ object }) => (object as Pod).status.containerStatuses[0]?.state?.terminated?.exitCode);
  return { exitCode: codes.find((code) => code !== undefined), seconds: (Date.now() - began) / 1000 };
}
