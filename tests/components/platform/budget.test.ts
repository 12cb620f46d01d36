import { bytes, millicores } from "../../../components/kit/units";
import { overBudget, sumRequests } from "../../../components/platform/budget";
import { bedOf, type Captured, runProgram } from "../../support/harness";
import { at, mapAt, textAt } from "../../support/json";
import { pods } from "../../support/pods";
import { listAt } from "../../support/json";
import { settings } from "../../support/values";
import { LAYERS } from "../../../values/layers";

/** What the captured pods ask for; jobs run two at a time at most. */
function asked(bed: Captured): { milliCpu: number; memoryBytes: number; pods: number } {
  const sum = { milliCpu: 0, memoryBytes: 0, pods: 0 };
  const add = (spec: Parameters<typeof listAt>[0], replicas: number) => {
    for (const container of listAt(spec, "containers")) {
      sum.milliCpu += replicas * (millicores(textAt(container, "resources.requests.cpu")) ?? 0);
      sum.memoryBytes += replicas * (bytes(textAt(container, "resources.requests.memory")) ?? 0);
    }
    sum.pods += replicas;
  };
  const [long, jobs] = [pods(bed).filter(({ kind }) => kind !== "Job"), pods(bed).filter(({ kind }) => kind === "Job")];
  for (const { owner, spec } of long) add(spec, Number(at(owner.inputs, "spec.replicas")));
  for (const { spec } of jobs.slice(0, 2)) add(spec, 1);
  return sum;
}

test.each(LAYERS)("the sum of %s is what its pods ask for", async (layer) => {
  const { requests } = await settings(layer);
  expect({ milliCpu: requests.milliCpu, memoryBytes: requests.memoryBytes, pods: requests.pods }).toEqual(asked(await bedOf(layer)));
});

/** Without what later systems add. */
const CORE_ONLY = {
  clickhouse: { enabled: false },
  redis: { enabled: false },
  chronik: { enabled: false },
  monitoring: { enabled: false },
};

test("the core of dev, jobs included, fits 1 CPU and 5 GiB", async () => {
  const { milliCpu, memoryBytes } = asked(await runProgram("dev", { slices: CORE_ONLY }));
  expect(milliCpu).toBeLessThanOrEqual(1000);
  expect(memoryBytes).toBeLessThanOrEqual(5 * 2 ** 30);
});

test("the whole of dev has a budget of 1.5 CPU and 8 GiB, which the cluster holds it to", async () => {
  const quota = (await bedOf("dev")).get("ResourceQuota", "platform-budget");
  expect(mapAt(quota.inputs, "spec.hard")).toEqual({ "requests.cpu": "1500m", "requests.memory": "8Gi" });
});

test("prod fits its budget, and says what it asks for", async () => {
  const bed = await bedOf("prod");
  const { milliCpu, memoryBytes } = asked(bed);
  const { requests } = bed.outputs as { requests: { cpu: string; memory: string; budget: { cpu: string; memory: string } } };
  expect(millicores(requests.cpu)).toBe(milliCpu);
  expect(bytes(requests.memory)).toBe(memoryBytes);
  expect(milliCpu).toBeLessThanOrEqual(millicores(requests.budget.cpu) ?? 0);
});

test("a rollout in prod, which adds a pod before it takes one away, fits the quota too", async () => {
  const bed = await bedOf("prod");
  const surge = Math.max(
    ...bed
      .ofKind("Deployment")
      .map(({ inputs }) => millicores(textAt(inputs, "spec.template.spec.containers.0.resources.requests.cpu")) ?? 0),
  );
  const quota = millicores(textAt(mapAt(bed.get("ResourceQuota", "platform-budget").inputs, "spec.hard")["requests.cpu"], "")) ?? 0;
  expect(asked(bed).milliCpu + surge).toBeLessThanOrEqual(quota);
});

test("the budget of a stack config is the quota", async () => {
  const bed = await runProgram("dev", { slices: { platform: { budget: { cpu: "2", memory: "9Gi" } } } });
  expect(mapAt(bed.get("ResourceQuota", "platform-budget").inputs, "spec.hard")).toEqual({ "requests.cpu": "2", "requests.memory": "9Gi" });
});

const half = { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" } };

test("requests add up over replicas", () => {
  expect(sumRequests([{ name: "a", replicas: 3, resources: half }])).toEqual({
    milliCpu: 1500,
    memoryBytes: 1536 * 2 ** 20,
    cpu: "1500m",
    memory: "1536Mi",
    pods: 3,
  });
});

test("a bed that fills its budget exactly is let through, one that does not is not", () => {
  const requests = sumRequests([{ name: "a", replicas: 2, resources: half }]);
  expect(overBudget(requests, { cpu: "1", memory: "1Gi" })).toEqual([]);
  expect(overBudget(requests, { cpu: "999m", memory: "1Gi" }).map(({ path }) => path.at(-1))).toEqual(["cpu"]);
  expect(overBudget(requests, { cpu: "1", memory: "1023Mi" }).map(({ path }) => path.at(-1))).toEqual(["memory"]);
});
