import { everyImageNamed } from "../../ops/lib/demo-config";
import { Bed } from "./support/bed";
import { type Inventory, type Recording } from "./support/cluster";
import { declaredOrder, outOfOrder } from "./support/declared-order";
import { labUp, type Lab } from "./support/lab";
import { Program } from "./support/program";
import { changes, Stack, succeeded } from "./support/stack";
import { left } from "./support/left";

/** The layout of the 2025 reports, with every image named. */

const EVERYTHING = everyImageNamed("october-2025");

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: Bed;
let baseline: Inventory;
let recording: Recording;

beforeAll(async () => {
  lab = await labUp("october");
  program = new Program();
  stack = await new Stack(program, "october-2025", lab.env).init(EVERYTHING);
  bed = new Bed(lab.cluster, "october-2025");
  baseline = await lab.cluster.inventory();
  recording = await lab.cluster.watch(["/apis/batch/v1/jobs", "/apis/apps/v1/deployments", "/apis/apps/v1/statefulsets"]);
});

afterAll(async () => {
  recording?.stop();
  program?.remove();
  await lab?.down();
});

test("comes up in one go, with MongoDB, the query service and a single ClickHouse without Keeper", async () => {
  succeeded(await stack.up());
  const workloads = new Set((await bed.pods()).map(({ metadata }) => metadata.labels?.["app.kubernetes.io/name"]));
  for (const there of ["mongodb", "canopyx-query", "clickhouse"]) expect(workloads).toContain(there);
  for (const absent of ["clickhouse-keeper", "redis", "chronik"]) expect(workloads).not.toContain(absent);
  expect(await bed.complaints("FailedCreate")).toEqual([]);
  expect(await bed.restarts()).toBe(0);
});

test("in the declared order", async () => {
  expect(outOfOrder(await declaredOrder(EVERYTHING), recording.changes)).toEqual([]);
});

test("a second up changes nothing", async () => {
  const { unchanged, ...rest } = changes(succeeded(await stack.up()));
  expect(rest).toEqual({});
  expect(unchanged).toBeGreaterThan(60);
});

test("destroy leaves nothing, counted over the whole API server", async () => {
  succeeded(await stack.destroy());
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
});
