import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { until } from "../e2e/support/wait";
import { configOf, settingsOf } from "../real/knobs";
import { expectRead } from "../real/support/expect-read";
import { realLab } from "../real/support/lab";
import { merged } from "../real/support/merged";
import { RealBed } from "../real/support/real-bed";
import { completedWorkflows, cql } from "../real/support/servers";
import { ECHO, keepStarting, notCompleted } from "../real/support/workflows";

/** A bed of real servers whose stores are kept, made with values of its own for all that is fixed for the life of the data. */

/** Where this bed's worker looks for work. */
const QUEUE = { namespace: "steady", taskQueue: "line" };

let lab: Lab;
let program: Program;
let kept: Stack;
let bed: RealBed;
let config: Record<string, unknown>;
let completed: readonly string[];

beforeAll(async () => {
  lab = await realLab("kept");
  program = new Program();
  bed = new RealBed(lab, "kept");
  config = merged({ ...REAL_DEV, temporal: { namespaces: { steady: { retention: "72h" } } } }, configOf(await settingsOf("created", bed)));
  kept = await new Stack(program, "kept", lab.env).init(config);
});

afterAll(async () => {
  // Protected on purpose; what the bed leaves goes with the lab, or here when others go on using it.
  for (const name of [bed.namespace, `${bed.namespace}-indexers`])
    await lab?.cluster.remove(`/api/v1/namespaces/${name}`).catch(() => undefined);
  program?.remove();
  await lab?.down();
});

test("comes up, and every knob that is fixed once data exists is what the servers say", async () => {
  succeeded(await kept.up());
  // The servers show how often they look at the file only when there is something new in it.
  kept.configure(merged(config, { temporal: { limits: { matching: { rps: 4321 } } } }));
  succeeded(await kept.up());
  await expectRead(bed, await settingsOf("created", bed), 60);
  expect(await bed.bed.restarts()).toBe(0);
});

test("rows survive an up that changes resources", async () => {
  const starter = keepStarting(bed, QUEUE, "kept", ECHO, 10);
  await until("20 workflows", 60, async () => ((await completedWorkflows(bed, QUEUE.namespace)) >= 20 ? true : undefined));
  completed = await starter.stop();
  expect(await notCompleted(bed, QUEUE, completed)).toEqual([]);
  config = merged(config, {
    cassandra: { concurrentReads: 16, resources: { requests: { cpu: "240m" } } },
    elasticsearch: { heap: "480Mi" },
  });
  kept.configure(config);
  succeeded(await kept.up());
  await bed.settled();
  expect(await notCompleted(bed, QUEUE, completed)).toEqual([]);
  await expectRead(bed, await settingsOf("created", bed), 60);
});

test.each([
  ["a smaller disk", { cassandra: { storage: { size: "2Gi" } } }, /cassandra: storage\.size is 3Gi .* cannot become 2Gi/],
  ["a retention of Delete", { cassandra: { storage: { whenDeleted: "Delete" } } }, /cassandra.*whenDeleted/],
  ["another keyspace", { temporal: { keyspace: "other" } }, /temporal\.keyspace is workflows .* cannot become other/],
])("an edit that would wipe them is refused: %s", async (_, edit, message) => {
  const pods = await bed.uids();
  kept.configure(merged(config, edit));
  const { code, text } = await kept.up();
  expect(code).not.toBe(0);
  expect(text).toMatch(message);
  expect(await bed.uids()).toEqual(pods);
});

test("destroy keeps the claims, and the next up finds every row", async () => {
  const claims = await bed.bed.claims();
  const tables = await fingerprint();
  kept.configure(config);
  expect((await kept.destroy()).code).not.toBe(0);
  kept.configure(merged(config, { platform: { unprotectSets: true } }));
  succeeded(await kept.up());
  succeeded(await kept.destroy("--exclude-protected"));
  expect(await bed.serving()).toEqual([]);
  expect(await bed.bed.claims()).toEqual(claims);
  kept.configure(config);
  succeeded(await kept.up());
  expect(await bed.bed.claims()).toEqual(claims);
  expect(await notCompleted(bed, QUEUE, completed)).toEqual([]);
  expect(await fingerprint()).toEqual(tables);
  expect(await bed.bed.restarts()).toBe(0);
});

/** What identifies the data as the same: the cluster's own id and every shard and namespace. */
async function fingerprint(): Promise<unknown> {
  return {
    host: await cql(bed, "SELECT host_id FROM system.local"),
    cluster: await cql(bed, "SELECT cluster_name, version FROM workflows.cluster_metadata_info"),
    namespaces: await cql(bed, "SELECT name, id FROM workflows.namespaces"),
  };
}
