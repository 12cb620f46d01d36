import { allNamed } from "../support/everything";
import { Bed } from "./support/bed";
import { type Inventory } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import type { Running } from "./support/process";
import { Program } from "./support/program";
import { Stack, succeeded } from "./support/stack";
import { StandInController } from "./support/stand-in-controller";
import { until } from "./support/wait";
import { left } from "./support/left";

/** What the CanopyX controller makes at run time goes with the bed, although it is in nobody's state and the controller makes it anew. */

const CHAINS = [
  { id: "1", minReplicas: 1, maxReplicas: 6 },
  { id: "2", minReplicas: 2, maxReplicas: 2 },
];
const CHILDREN = CHAINS.flatMap(({ id }) => [
  `deployments.apps canopyx-indexer-${id}`,
  `deployments.apps canopyx-indexer-reindex-${id}`,
  `horizontalpodautoscalers.autoscaling canopyx-indexer-${id}`,
]).sort();

let lab: Lab;
let program: Program;
let baseline: Inventory;
const standIns: StandInController[] = [];
const reapers: Running[] = [];

beforeAll(async () => {
  lab = await labUp("canopyx");
  program = new Program();
});

beforeEach(async () => {
  baseline = await lab.cluster.inventory();
});

afterEach(async () => {
  await Promise.all(standIns.splice(0).map((standIn) => standIn.stop()));
});

afterAll(async () => {
  for (const running of reapers) running.reap();
  program?.remove();
  await lab?.down();
});

/** A dev bed with every image named, and children of its controller in the second namespace. */
async function bedWithChildren(name: string): Promise<{ stack: Stack; standIn: StandInController; indexers: string }> {
  const standIn = new StandInController(lab.cluster, `testbed-${name}`, CHAINS);
  standIns.push(standIn);
  const stack = await new Stack(program, name, lab.env).init({ layer: "dev", ...allNamed("dev") });
  succeeded(await stack.up());
  const indexers = `testbed-${name}-indexers`;
  await until("the children", 30, async () => ((await children(indexers)).length === CHILDREN.length ? true : undefined));
  return { stack, standIn, indexers };
}

async function children(indexers: string): Promise<string[]> {
  const [deployments, autoscalers] = await Promise.all([
    lab.cluster.list(`/apis/apps/v1/namespaces/${indexers}/deployments`),
    lab.cluster.list(`/apis/autoscaling/v2/namespaces/${indexers}/horizontalpodautoscalers`),
  ]);
  return [
    ...deployments.map(({ metadata }) => `deployments.apps ${metadata.name}`),
    ...autoscalers.map(({ metadata }) => `horizontalpodautoscalers.autoscaling ${metadata.name}`),
  ].sort();
}

test("children come back while the controller runs, and destroy takes controller, children and all", async () => {
  const { stack, standIn, indexers } = await bedWithChildren("whole");
  const bed = new Bed(lab.cluster, "whole");
  expect(await children(indexers)).toEqual(CHILDREN);
  expect(await bed.complaints("FailedCreate")).toEqual([]);
  expect(await bed.restarts()).toBe(0);
  const pods = await until("pods of the children", 30, async () => {
    const found = await lab.cluster.list(`/api/v1/namespaces/${indexers}/pods`);
    return found.length >= 5 ? found : undefined;
  });
  expect(pods.every(({ metadata }) => metadata.labels?.["managed-by"] === "canopyx-controller")).toBe(true);
  succeeded(await stack.pulumi("preview", "--expect-no-changes", "--non-interactive"));

  // The stand-in fights: what is deleted under it is there again.
  const path = `/apis/apps/v1/namespaces/${indexers}/deployments/canopyx-indexer-1`;
  const { metadata } = await lab.cluster.get<{ metadata: { uid: string } }>(path);
  await lab.cluster.remove(path);
  await until("the Deployment to come back", 30, async () => {
    const now = await lab.cluster.get<{ metadata: { uid: string } }>(path).catch(() => undefined);
    return now !== undefined && now.metadata.uid !== metadata.uid ? true : undefined;
  });
  expect(standIn.made.filter((each) => each === "Deployment canopyx-indexer-1")).toHaveLength(2);

  const refused = standIn.refused.length;
  succeeded(await stack.destroy());
  expect(await stack.resources()).toEqual([]);
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
  // It was gone before its namespace began to go: nothing it wanted to make was ever refused.
  expect(standIn.refused.slice(refused)).toEqual([]);
});

test.each([
  ["the controller is being deleted", "/apis/apps/v1/deployments", "canopyx-controller", "half-first"],
  ["the indexers' namespace is being deleted", "/api/v1/namespaces", "testbed-half-last-indexers", "half-last"],
])("destroy that is killed while %s, and run again, leaves nothing", async (_, path, name, stackName) => {
  const { stack } = await bedWithChildren(stackName);
  const running = { current: undefined as Running | undefined };
  let reached = false;
  const recording = await lab.cluster.watch([path], ({ object }) => {
    if (reached || object.metadata.name !== name || object.metadata.deletionTimestamp === undefined) return;
    reached = true;
    running.current?.signal("SIGKILL");
  });
  try {
    running.current = stack.start("destroy", "--yes", "--non-interactive", "--skip-preview");
    const { code } = await running.current.done;
    expect({ reached, code }).toEqual({ reached: true, code: null });
    running.current.reap();
    reapers.push(running.current);
  } finally {
    recording.stop();
  }
  succeeded(await stack.pulumi("cancel", "--yes"));
  succeeded(await stack.destroy());
  expect(await stack.resources()).toEqual([]);
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
});
