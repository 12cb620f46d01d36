import { jobScript } from "../../components/kit/run-once";
import * as render from "../../components/load/render";
import { bedOf, type Captured, type Json, runProgram } from "../support/harness";
import { at, listAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";

const sandbox = sandboxes();
const ROOM = { budget: { cpu: "200", memory: "512Gi" } };

const listOfText = (json: Json | undefined): string[] => (Array.isArray(json) ? json.filter((each) => typeof each === "string") : []);
const withLoad = (load: object, layer = "dev"): Promise<Captured> => runProgram(layer, { slices: { load, platform: ROOM } });

describe("the worker", () => {
  test("reaches every frontend pod, on the namespace and task queue of the values", async () => {
    const bed = await runProgram("dev", {
      slices: { load: { namespace: "orders", taskQueue: "pay" }, temporal: { namespaces: { orders: { retention: "24h" } } } },
    });
    expect(plainEnv(containerOf(bed.get("Deployment", "load-worker")))).toEqual({
      TEMPORAL_GRPC_ENDPOINT: "dns:///temporal-frontend.testbed-dev.svc:7233",
      TEMPORAL_NAMESPACE: "orders",
      TEMPORAL_TASK_QUEUE: "pay",
      PROMETHEUS_ENDPOINT: ":9090",
    });
    expect((bed.outputs as { endpoints: object }).endpoints).toMatchObject({ load: { namespace: "orders", taskQueue: "pay" } });
  });

  test("polls as it likes unless it is told a maximum, by the names that its version reads", async () => {
    const env = plainEnv(containerOf((await bedOf("dev")).get("Deployment", "load-worker")));
    expect(Object.keys(env).filter((name) => name.includes("POLLERS"))).toEqual([]);
    const told = await withLoad({ worker: { maxWorkflowTaskPollers: 16, maxActivityTaskPollers: 8 } });
    expect(plainEnv(containerOf(told.get("Deployment", "load-worker")))).toMatchObject({
      TEMPORAL_MAX_WORKFLOW_TASK_POLLERS: "16",
      TEMPORAL_MAX_ACTIVITY_TASK_POLLERS: "8",
    });
  });

  test("is asked for its metrics where it serves them: the image has no shell", async () => {
    const container = containerOf((await bedOf("dev")).get("Deployment", "load-worker"));
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      expect(at(container, `${probe}.httpGet`)).toEqual({ path: "/metrics", port: "metrics" });
    }
    const [port] = listAt(container, "ports");
    expect(plainEnv(container)["PROMETHEUS_ENDPOINT"]).toBe(`:${Number(port?.["containerPort"])}`);
    expect(container["command"]).toEqual(["/usr/local/bin/worker"]);
  });
});

describe("the runner", () => {
  test("is no object until it has replicas", async () => {
    expect((await bedOf("dev")).ofKind("Deployment").map(({ name }) => name)).not.toContain("load-runner");
  });

  test("keeps workflows of the worker in flight, on the same queue", async () => {
    const bed = await withLoad({ runner: { replicas: 2, concurrentWorkflows: 25, activities: 5 } });
    const runner = bed.get("Deployment", "load-runner");
    expect(at(runner.inputs, "spec.replicas")).toBe(2);
    const input = '{"Count":5,"Activity":"Echo","Input":{"Message":"testbed"}}';
    expect(containerOf(runner)["command"]).toEqual(["/usr/local/bin/runner", "-c", "25", "-w=true", "-t", "ExecuteActivity", input]);
    expect(plainEnv(containerOf(runner))).toEqual(plainEnv(containerOf(bed.get("Deployment", "load-worker"))));
  });

  test.each([
    [{ wait: false }, "-w=false"],
    [{ backoff: false }, "-disable-backoff"],
  ])("knob %j reaches the command line", async (knob, flag) => {
    const { values } = await settings("dev", { load: { runner: knob } });
    const before = render.runnerCommand((await settings("dev")).values.load.runner);
    expect(before).not.toContain(flag);
    expect(render.runnerCommand(values.load.runner)).toContain(flag);
  });
});

describe("the soak test of the 2025 reports", () => {
  const SOAK = { worker: { maxWorkflowTaskPollers: 16, maxActivityTaskPollers: 8 }, runner: { replicas: 1, concurrentWorkflows: 3 } };

  test("is the runner, flag by flag as in upstream's deployment.yaml", async () => {
    const [program, ...flags] = listOfText(containerOf((await withLoad(SOAK)).get("Deployment", "load-runner"))["command"]);
    expect(program).toBe("/usr/local/bin/runner");
    expect(flags.slice(0, -1)).toEqual(["-c", "3", "-w=true", "-t", "ExecuteActivity"]);
    expect(JSON.parse(flags.at(-1) ?? "")).toEqual({ Count: 3, Activity: "Echo", Input: { Message: "testbed" } });
  });

  test("keeps upstream's ten workflows in flight unless it is told otherwise", async () => {
    const { values } = await settings("dev");
    expect(values.load.runner).toMatchObject({ concurrentWorkflows: 10, activities: 3, wait: true });
  });

  test("is scaled up in place: nothing but the runner changes", async () => {
    const before = await withLoad(SOAK);
    const after = await withLoad({ ...SOAK, runner: { ...SOAK.runner, concurrentWorkflows: 6 } });
    const changed = after.all.filter((each) => JSON.stringify(before.byUrn(each.urn)) !== JSON.stringify(each));
    expect(changed.map(({ type, name }) => `${type} ${name}`)).toEqual(["kubernetes:apps/v1:Deployment load-runner"]);
  });

  test("sets none of the variables that its manifest sets and no program reads", async () => {
    const bed = await withLoad(SOAK);
    for (const name of ["load-worker", "load-runner"]) {
      const env = Object.keys(plainEnv(containerOf(bed.get("Deployment", name))));
      for (const dead of ["CONCURRENT_WORKFLOWS", "TEMPORAL_WORKFLOW_TASK_POLLERS", "TEMPORAL_ACTIVITY_TASK_POLLERS"]) {
        expect(env).not.toContain(dead);
      }
    }
  });
});

describe("the check", () => {
  const env = { TEMPORAL_ADDRESS: "t:7233", TEMPORAL_NAMESPACE: "default", TASK_QUEUE: "benchmark", WORKFLOWS: "1", WORKER: "bench:v1" };
  const script = jobScript(render.checkScript());
  /** A worker that polls from second 3 on, and a server whose workflows do as `EXECUTE` says. */
  const temporal = `
shift 2 # --command-timeout
case "$1 $2" in
  "task-queue describe")
    [ -z "\${DOWN:-}" ] || { echo "connection refused" >&2; exit 1; }
    [ "$(date +%s)" -ge "\${POLLED_AFTER:-3}" ] || { echo '{"pollers": null}'; exit 0; }
    echo '{"pollers": [{"taskQueueType": "workflow", "identity": "1@load-worker"}]}';;
  "workflow execute") eval "\${EXECUTE:-:}";;
esac
`;
  const run = (more: Readonly<Record<string, string>> = {}) => sandbox().run(script, { fakes: { temporal }, env: { ...env, ...more } });
  const executed = (calls: readonly string[]) => calls.filter((call) => call.includes("workflow execute"));

  test("waits for a worker, then runs one workflow to its end, in the time that is left", () => {
    const ran = run();
    expect(ran).toMatchObject({ status: 0, reason: "", seconds: 3 });
    expect(executed(ran.calls)).toEqual([
      "temporal --command-timeout 137s workflow execute --workflow-id load-check-0-1 --type ExecuteActivity --task-queue benchmark" +
        ' --input {"Count":1,"Activity":"Echo","Input":{"Message":"testbed"}} --execution-timeout 134s',
    ]);
  });

  test("runs as many workflows as it is told, each under an id of its own", () => {
    const ids = executed(run({ WORKFLOWS: "3" }).calls).map((call) => / --workflow-id (\S+)/.exec(call)?.[1]);
    expect(ids).toEqual(["load-check-0-1", "load-check-0-2", "load-check-0-3"]);
  });

  test("fails with the reason when a workflow does not complete, and starts no other", () => {
    const ran = run({ WORKFLOWS: "3", EXECUTE: 'echo "Status: FAILED"; echo "Error: workflow failed" >&2; exit 1' });
    expect(ran).toMatchObject({
      status: 1,
      reason: "workflow load-check-0-1 of 3 failed: Status: FAILED\nError: workflow failed",
    });
    expect(executed(ran.calls)).toHaveLength(1);
  });

  test.each([
    ["nothing polls the queue", { POLLED_AFTER: "999" }, "nothing polls it"],
    ["the server does not answer", { DOWN: "1" }, "connection refused"],
  ])("gives up in time when %s, and names worker, queue and cause", (_, more, cause) => {
    const ran = run({ ...more, GIVE_UP_AFTER: "5" });
    expect(ran).toMatchObject({ status: 1, seconds: 5 });
    expect(ran.reason).toBe(`gave up waiting for a worker (bench:v1) on task queue benchmark of namespace default after 5 s: ${cause}`);
    expect(executed(ran.calls)).toEqual([]);
  });

  test("gives up in time when the workflows together take too long", () => {
    const ran = run({ WORKFLOWS: "9", EXECUTE: "sleep 4", GIVE_UP_AFTER: "10" });
    expect(ran).toMatchObject({ status: 1, reason: "1 of 9 workflows completed in 10 s" });
  });

  test("is told by the values what to check, and uses the client of the admin tools", async () => {
    const bed = await withLoad({ check: { workflows: 5 }, taskQueue: "pay" });
    const container = containerOf(bed.get("Job", "load-check"));
    expect(plainEnv(container)).toMatchObject({
      TEMPORAL_ADDRESS: "temporal-frontend.testbed-dev.svc:7233",
      TEMPORAL_NAMESPACE: "default",
      TASK_QUEUE: "pay",
      WORKFLOWS: "5",
    });
    const { values } = await settings("dev");
    expect(container["image"]).toBe(`docker.io/temporalio/admin-tools:${values.temporal.adminToolsImage.tag}`);
  });

  test.each([
    ["another worker", { image: { tag: "v1.6.2" } }, ["load-check", "load-worker"]],
    ["more workflows", { check: { workflows: 2 } }, ["load-check"]],
    ["more pods", { worker: { replicas: 2 } }, ["load-worker"]],
  ])("%s changes exactly what it has to", async (_, load, names) => {
    const before = await bedOf("dev");
    const after = await runProgram("dev", { slices: { load } });
    const changed = after.all.filter((each) => JSON.stringify(before.byUrn(each.urn)) !== JSON.stringify(each));
    expect(changed.map(({ name }) => name).sort()).toEqual(names);
  });
});

describe("switched off", () => {
  test("leaves no object, no endpoint and no request", async () => {
    const [on, off] = [await bedOf("dev"), await withLoad({ enabled: false })];
    expect(off.all.filter(({ name }) => name.startsWith("load"))).toEqual([]);
    expect(Object.keys((off.outputs as { endpoints: object }).endpoints)).not.toContain("load");
    const pods = ({ outputs }: Captured) => (outputs as { requests: { pods: number } }).requests.pods;
    expect(pods(on) - pods(off)).toBe(1);
  });

  test("asks nothing of its namespace", async () => {
    const { values } = await settings("dev", { load: { enabled: false, namespace: "nowhere" } });
    expect(values.load.namespace).toBe("nowhere");
  });
});
