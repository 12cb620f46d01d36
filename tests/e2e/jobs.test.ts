import { Bed } from "./support/bed";
import { missingFrom, type Inventory } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import { Program } from "./support/program";
import { changes, Stack, succeeded } from "./support/stack";
import type { Outcome } from "./support/process";
import { until } from "./support/wait";

/**
 * A job that fails and a job that never ends, by simulated kubelets that say so (lab/README.md, "Jobs that fail or hang").
 * Why a real one would is shown with real servers.
 */

const STAGES = "/apis/kwok.x-k8s.io/v1alpha1/stages";
const REASON = "set up schema failed: no such keyspace";
/** The least that platform.jobDeadlineSeconds may be. */
const DEADLINE = 60;

let lab: Lab;
let program: Program;
let baseline: Inventory;
/** The bed whose job hangs takes a minute of waiting, so it waits beside the others. */
let hanging: Stack;
let hung: Promise<Outcome>;

beforeAll(async () => {
  lab = await labUp("jobs");
  program = new Program();
  baseline = await lab.cluster.inventory();
  await lab.cluster.create(
    STAGES,
    stage("hangs", "testbed-hang", "temporal-visibility", { delay: { durationMilliseconds: 86_400_000 }, next: {} }),
  );
  hanging = await new Stack(program, "hang", lab.env).init({ layer: "dev", platform: { jobDeadlineSeconds: DEADLINE } });
  hung = hanging.up();
});

afterAll(async () => {
  await hung?.catch(() => undefined);
  program?.remove();
  await lab?.down();
});

describe("a job that fails", () => {
  let stack: Stack;

  beforeAll(async () => {
    await lab.cluster.create(STAGES, failing("fails", "testbed-fail", "temporal-schema"));
    stack = await new Stack(program, "fail", lab.env).init({ layer: "dev", platform: { jobDeadlineSeconds: DEADLINE } });
  });

  test("ends the up within its deadline, non-zero, with its own reason in the text", async () => {
    const { code, text, seconds } = await stack.up();
    expect(code).not.toBe(0);
    expect(text).toContain("temporal-schema");
    expect(text).toContain(REASON);
    expect(seconds).toBeLessThan(DEADLINE + 30);
    // What waits for it was not made.
    const pods = (await new Bed(lab.cluster, "fail").pods()).map(({ metadata }) => metadata.name);
    expect(pods.filter((name) => /^(temporal-(frontend|history|matching|worker|namespaces)|load)/.test(name))).toEqual([]);
  });

  test("once mended, the next up finishes the bed", async () => {
    await lab.cluster.remove(`${STAGES}/fails`);
    const { replaced, ...others } = changes(succeeded(await stack.up()));
    expect(replaced).toBe(1);
    expect(others.errored).toBeUndefined();
    succeeded(await stack.pulumi("preview", "--expect-no-changes", "--non-interactive"));
    succeeded(await stack.destroy());
    expect(await left("fail")).toEqual([]);
  });
});

test("a destroy right after a failed job leaves nothing", async () => {
  await lab.cluster.create(STAGES, failing("fails-too", "testbed-doomed", "cassandra-roles"));
  const stack = await new Stack(program, "doomed", lab.env).init({ layer: "dev", platform: { jobDeadlineSeconds: DEADLINE } });
  const { code, text } = await stack.up();
  expect(code).not.toBe(0);
  expect(text).toContain(REASON);
  succeeded(await stack.destroy());
  expect(await stack.resources()).toEqual([]);
  await lab.cluster.remove(`${STAGES}/fails-too`);
  expect(await left("doomed")).toEqual([]);
});

describe("a job that never ends", () => {
  test("ends the up within its deadline, non-zero, with the job and the deadline in the text", async () => {
    const { code, text, seconds } = await hung;
    expect(code).not.toBe(0);
    expect(text).toContain("temporal-visibility");
    expect(text).toMatch(/DeadlineExceeded|longer than specified deadline/);
    expect(seconds).toBeGreaterThan(DEADLINE);
    expect(seconds).toBeLessThan(DEADLINE + 60);
  });

  test("a destroy right after leaves nothing", async () => {
    succeeded(await hanging.destroy());
    expect(await hanging.resources()).toEqual([]);
    await lab.cluster.remove(`${STAGES}/hangs`);
    expect(await left("hang")).toEqual([]);
  });
});

/** What of a bed is still on the API server when its last volume is gone. */
function left(stack: string): Promise<string[]> {
  return until("the last volume to go", 30, async () => {
    const now = await lab.cluster.inventory();
    const claims = await lab.cluster.list("/api/v1/persistentvolumes");
    const ofTheBed = claims.filter(({ spec }) => (spec as { claimRef?: { namespace: string } }).claimRef?.namespace === `testbed-${stack}`);
    return ofTheBed.length > 0 ? undefined : missingFrom(baseline, now).filter((key) => key.includes(`testbed-${stack}`));
  });
}

/** A simulated kubelet's rule for the running pods of one job of one bed; it wins over the lab's own. */
function stage(name: string, instance: string, job: string, spec: object): object {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      weight: 1,
      resourceRef: { apiGroup: "v1", kind: "Pod" },
      selector: {
        matchLabels: { "app.kubernetes.io/instance": instance, "batch.kubernetes.io/job-name": job },
        matchExpressions: [
          { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
          { key: ".status.phase", operator: "In", values: ["Running"] },
        ],
      },
      ...spec,
    },
  };
}

/** The container of the job ends with exit code 1 and a termination message, as the job's own script does. */
function failing(name: string, instance: string, job: string): object {
  const terminated = `{ exitCode: 1, reason: Error, message: "${REASON}", startedAt: {{ Now | Quote }}, finishedAt: {{ Now | Quote }} }`;
  const container = "name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: '', ready: false, started: false, restartCount: 0";
  const statusTemplate = `
phase: Failed
conditions:
- { type: ContainersReady, status: "False", reason: PodFailed, lastTransitionTime: {{ Now | Quote }} }
- { type: Ready, status: "False", reason: PodFailed, lastTransitionTime: {{ Now | Quote }} }
containerStatuses:
{{ range .spec.containers }}
- { ${container}, state: { terminated: ${terminated} } }
{{ end }}
`;
  return stage(name, instance, job, { next: { statusTemplate } });
}
