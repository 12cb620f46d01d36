import { Bed } from "./support/bed";
import { type Inventory } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import type { Outcome, Running } from "./support/process";
import { Program } from "./support/program";
import { Stack, succeeded } from "./support/stack";
import { until } from "./support/wait";
import { left } from "./support/left";

/**
 * An `up` that is killed at each stage in turn, as soon as the API server has the stage's first object: what was in flight is
 * in the cluster and not in the state. Every kill is followed by `pulumi cancel` and an `up`, which is itself killed one stage
 * later; the last one must finish. The lab's provider adopts objects that exist; newer ones do so because the program asks
 * for it (`upsertExistingObjects`), which a unit test looks at.
 */

let lab: Lab;
let program: Program;
let baseline: Inventory;

beforeAll(async () => {
  lab = await labUp("interrupt");
  program = new Program();
});

beforeEach(async () => {
  baseline = await lab.cluster.inventory();
});

/** Commands whose plugins outlive them. */
const reapers: Running[] = [];

afterAll(async () => {
  for (const running of reapers) running.reap();
  program?.remove();
  await lab?.down();
});

/** A stage by its first object: kind and name. */
interface Moment {
  readonly kind: string;
  readonly name: string;
}
const at = (kind: string, name: string): Moment => ({ kind, name });

const PATHS: Readonly<Record<string, string>> = {
  Namespace: "/api/v1/namespaces",
  Secret: "/api/v1/secrets",
  StatefulSet: "/apis/apps/v1/statefulsets",
  Deployment: "/apis/apps/v1/deployments",
  Job: "/apis/batch/v1/jobs",
};

/** The chain to the first workflow. */
const CHAIN = [
  at("Namespace", "testbed-chain"),
  at("StatefulSet", "cassandra"),
  at("Job", "cassandra-roles"),
  at("Job", "temporal-schema"),
  at("Job", "temporal-cluster"),
  at("Deployment", "temporal-history"),
  at("Job", "temporal-namespaces"),
  at("Deployment", "load-worker"),
  at("Job", "load-check"),
];
/** What runs beside it. */
const SIDE = [
  at("Secret", "elasticsearch-elastic"),
  at("StatefulSet", "elasticsearch"),
  at("Job", "temporal-visibility"),
  at("Deployment", "temporal-ui"),
];

test(`killed at ${CHAIN.map(({ name }) => name).join(", ")} in turn, then up converges and destroy leaves nothing`, async () => {
  const stack = await new Stack(program, "chain", lab.env).init({ layer: "dev" });
  for (const moment of CHAIN) {
    // As when the machine dies: plugins too.
    const { code } = await interrupted(stack, moment, "SIGKILL");
    expect({ moment, code }).toEqual({ moment, code: null });
    succeeded(await stack.pulumi("cancel", "--yes"));
  }
  await converges(stack);
  succeeded(await stack.destroy());
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
});

test(`killed at ${SIDE.map(({ name }) => name).join(", ")} in turn, then destroy alone leaves nothing`, async () => {
  const stack = await new Stack(program, "side", lab.env).init({ layer: "dev" });
  for (const moment of SIDE) {
    // The command alone is killed: its plugins finish what they are at, and nobody writes down that they did.
    const { code } = await interrupted(stack, moment, "SIGKILL", "live on");
    expect({ moment, code }).toEqual({ moment, code: null });
    succeeded(await stack.pulumi("cancel", "--yes"));
  }
  succeeded(await stack.destroy());
  expect(await stack.resources()).toEqual([]);
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
});

test("Ctrl-C during up says so, and the next up converges; Ctrl-C during destroy, and the next destroy leaves nothing", async () => {
  const stack = await new Stack(program, "ctrl-c", lab.env).init({ layer: "dev" });
  const { code, text } = await interrupted(stack, at("Deployment", "temporal-frontend"), "SIGINT");
  expect(code).not.toBe(0);
  expect(text).toMatch(/cancel/i);
  await converges(stack);

  const running = stack.start("destroy", "--yes", "--non-interactive", "--skip-preview");
  const namespace = `/apis/apps/v1/namespaces/testbed-ctrl-c/deployments`;
  await until("destroy to take the first Deployment", 60, async () => ((await lab.cluster.list(namespace)).length < 7 ? true : undefined));
  running.signal("SIGINT");
  await running.done;
  succeeded(await stack.destroy());
  expect(await left(lab.cluster, baseline, 30)).toEqual([]);
});

/** Runs an `up` that gets a signal as soon as an object of that kind and name is made in its bed. */
async function interrupted(
  stack: Stack,
  { kind, name }: Moment,
  signal: NodeJS.Signals,
  survivors: "die too" | "live on" = "die too",
): Promise<Outcome> {
  const namespace = `testbed-${stack.name}`;
  let reached = false;
  const running = { current: undefined as Running | undefined };
  const recording = await lab.cluster.watch([PATHS[kind] ?? ""], ({ type, object }) => {
    const { metadata } = object;
    if (type !== "ADDED" || metadata.name !== name || (metadata.namespace ?? namespace) !== namespace) return;
    reached = true;
    running.current?.signal(signal);
  });
  try {
    running.current = stack.start("up", "--yes", "--non-interactive", "--skip-preview");
    const outcome = await running.current.done;
    if (!reached) throw new Error(`${kind} ${name} was not made by this up\n${outcome.text}`);
    if (survivors === "die too") running.current.reap();
    else reapers.push(running.current);
    return outcome;
  } finally {
    recording.stop();
  }
}

async function converges(stack: Stack): Promise<void> {
  succeeded(await stack.up());
  const bed = new Bed(lab.cluster, stack.name);
  const pods = await bed.pods();
  expect(pods.filter(({ status }) => !["Running", "Succeeded"].includes(status?.phase ?? ""))).toEqual([]);
  expect(await bed.restarts()).toBe(0);
  succeeded(await stack.pulumi("preview", "--expect-no-changes", "--non-interactive"));
}
