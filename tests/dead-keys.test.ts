import { RunError } from "@pulumi/pulumi";
import { loadStack } from "../values";
import { LIVE_KEYS } from "../values/dead-keys";
import { knobs } from "../values/reflect";
import { configure, type RunOptions, startEngine } from "./support/harness";

/**
 * What the 2025 reports set and nothing read: whoever pastes it is told what is read instead. The rows are the ones that the charts
 * of that month ignore; tests/values-bad-input.test.ts has the rest of what can go wrong.
 */

/** The lines of the refusal. */
async function refused(slices: NonNullable<RunOptions["slices"]>): Promise<string[]> {
  await startEngine("dev");
  configure("dev", { slices });
  try {
    loadStack();
  } catch (error) {
    if (error instanceof RunError) return error.message.split("\n");
    throw error;
  }
  throw new Error("taken");
}

const POLLERS = "benchmark-workers v1.7.0 reads no such variable any more; use load.worker";
const LIMITS = "no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps";
const RPC = "no Temporal server reads limits under rpc; use temporal.limits.<role>.rps";
const WORKER = "no Temporal server reads it, and a worker answers no requests; use temporal.limits.worker.persistenceMaxQps";
const NAMESPACE = "use temporal.limits.frontend.namespaceRps";
const STATE = "no Temporal server has namespaceStateRPS; use temporal.limits.history.rps or temporal.limits.frontend.namespaceRps";
const ACTION = "no Temporal server has namespaceActionRPS; use temporal.limits.frontend.namespaceRps";
const SOAK =
  "the soak test is load.runner: load.runner.replicas 1, load.runner.concurrentWorkflows, load.runner.activities, load.runner.wait";

test.each<[string, NonNullable<RunOptions["slices"]>, string]>([
  ["temporal.server", { temporal: { server: { config: { limits: { rpc: { frontend: { rps: 1e5 } } } } } } }, LIMITS],
  ["testbed:server", { server: { config: { limits: { rpc: { history: { rps: 2e5 } } } } } }, LIMITS],
  ["testbed:limits", { limits: { rpc: { matching: { rps: 150_000 } } } }, LIMITS],
  ["temporal.limits.rpc", { temporal: { limits: { rpc: { matching: { rps: 150_000 } } } } }, RPC],
  [
    "temporal.limits.namespaceStateRPS",
    { temporal: { limits: { namespaceStateRPS: 1e5 } } },
    "no Temporal server has namespaceStateRPS; use temporal.limits.history.rps or temporal.limits.frontend.namespaceRps",
  ],
  [
    "testbed:limits",
    { limits: { namespaceActionRPS: 1e5 } },
    "no Temporal server has namespaceActionRPS; use temporal.limits.frontend.namespaceRps",
  ],
  ...["rpc", "limits"].map((name): [string, NonNullable<RunOptions["slices"]>, string] => [
    `temporal.limits.${name === "rpc" ? "rpc" : "worker.rps"}`,
    { temporal: { limits: name === "rpc" ? { rpc: { worker: { rps: 50_000 } } } : { worker: { rps: 50_000 } } } },
    WORKER,
  ]),
  ["testbed:rpc", { rpc: { frontend: { rps: 100_000 } } }, RPC],
  ["temporal.rpc", { temporal: { rpc: { history: { rps: 200_000 } } } }, RPC],
  ["temporal.config", { temporal: { config: { limits: { rpc: { frontend: { rps: 1e5 } } } } } }, RPC],
  ["testbed:namespaceRPS", { namespaceRPS: 1e5 }, NAMESPACE],
  ["temporal.namespaceRPS", { temporal: { namespaceRPS: 1e5 } }, NAMESPACE],
  ["temporal.limits.namespaceRPS", { temporal: { limits: { namespaceRPS: 1e5 } } }, NAMESPACE],
  ["temporal.namespaceStateRPS", { temporal: { namespaceStateRPS: 1e5 } }, STATE],
  ["testbed:namespaceActionRPS", { namespaceActionRPS: 1e5 }, ACTION],
  ["temporal.limits.namespaceActionRPS", { temporal: { limits: { namespaceActionRPS: 1e5 } } }, ACTION],
  ["temporal.dynamicConfig.limits", { temporal: { dynamicConfig: { limits: { rpc: { frontend: { rps: 1e5 } } } } } }, LIMITS],
  ["temporal.dynamicConfig.rpc", { temporal: { dynamicConfig: { rpc: { matching: { rps: 1e5 } } } } }, RPC],
  ["temporal.dynamicConfig.namespaceRPS", { temporal: { dynamicConfig: { namespaceRPS: 1e5 } } }, NAMESPACE],
  ["temporal.dynamicConfig.namespaceStateRPS", { temporal: { dynamicConfig: { namespaceStateRPS: 1e5 } } }, STATE],
  ["temporal.dynamicConfig.namespaceActionRPS", { temporal: { dynamicConfig: { namespaceActionRPS: 1e5 } } }, ACTION],
  ...(
    [
      ["frontend.namespaceStateRPS", STATE],
      ["namespaceActionRPS", ACTION],
      ["matching.namespaceRPS", NAMESPACE],
      ["limits.rpc.frontend.rps", LIMITS],
      ["server.config.limits.rpc.matching.rps", LIMITS],
      ["rpc.history.rps", RPC],
      ["limits.rpc.worker.rps", WORKER],
      ["worker.rps", WORKER],
    ] as const
  ).map(([key, live]): [string, NonNullable<RunOptions["slices"]>, string] => [
    `temporal.dynamicConfig.${key}`,
    { temporal: { dynamicConfig: { [key]: [{ value: 1e5 }] } } },
    live,
  ]),
  ["temporal.server", { temporal: { server: { config: { numHistoryShards: 512 } } } }, "use temporal.numHistoryShards"],
  [
    "testbed:defaultNamespaces",
    { defaultNamespaces: { name: "canopyx", retention: "168h" } },
    "use temporal.namespaces, such as {default: {retention: 72h}}",
  ],
  ["testbed:dynamicConfig", { dynamicConfig: { "matching.maxTaskQueueIdleTime": [{ value: "5m" }] } }, "use temporal.dynamicConfig"],
  ["temporal.server", { temporal: { server: { dynamicConfig: { "frontend.rps": [{ value: 1 }] } } } }, "use temporal.dynamicConfig"],
  [
    "cassandra.config",
    { cassandra: { config: { concurrent_writes: 256 } } },
    "no chart template reads concurrent_writes; use cassandra.concurrentWrites",
  ],
  [
    "cassandra.config",
    { cassandra: { config: { concurrent_reads: 128 } } },
    "no chart template reads concurrent_reads; use cassandra.concurrentReads",
  ],
  ["cassandra.config", { cassandra: { config: { cluster_size: 3 } } }, "use cassandra.replicas"],
  ["cassandra.config", { cassandra: { config: { max_heap_size: "8G" } } }, "use cassandra.heap; G1 sizes its young generation by itself"],
  [
    "cassandra.persistence",
    { cassandra: { persistence: { enabled: true } } },
    "use cassandra.storage.size; a claim is always made, cassandra.storage.whenDeleted says whether it stays",
  ],
  [
    "elasticsearch.persistence",
    { elasticsearch: { persistence: { size: "20Gi" } } },
    "no chart template reads persistence.size; use elasticsearch.storage.size",
  ],
  ["elasticsearch.esJavaOpts", { elasticsearch: { esJavaOpts: "-Xmx1g" } }, "use elasticsearch.heap"],
  ["load.CONCURRENT_WORKFLOWS", { load: { CONCURRENT_WORKFLOWS: 6 } }, "use load.runner.concurrentWorkflows"],
  ["load.soakTest", { load: { soakTest: { concurrentWorkflows: 6 } } }, "use load.runner.concurrentWorkflows"],
  ["load.soakTest", { load: { soakTest: { enabled: true } } }, SOAK],
  [
    "load.worker.TEMPORAL_WORKFLOW_TASK_POLLERS",
    { load: { worker: { TEMPORAL_WORKFLOW_TASK_POLLERS: 16 } } },
    `${POLLERS}.maxWorkflowTaskPollers`,
  ],
  ["load.worker.activityTaskPollers", { load: { worker: { activityTaskPollers: 8 } } }, `${POLLERS}.maxActivityTaskPollers`],
])("%s %j", async (where, slices, live) => {
  expect(await refused(slices)).toContain(`  Pulumi.dev.yaml: ${where}: unknown key; ${live}`);
});

test.each([
  ["frontend.perNamespaceWorkerCount", "worker.perNamespaceWorkerCount"],
  ["matching.perTaskQueuePartitionMaxConcurrentPollers", "frontend.namespaceCount, which is temporal.limits.frontend.concurrentPollers"],
  [
    "matching.taskQueueLimitPerBuildIdRatePerSecond",
    "admin.matchingNamespaceTaskqueueToPartitionDispatchRate, which is temporal.limits.taskQueues[].dispatchRps",
  ],
])("the invented dynamic-config key %s", async (key, live) => {
  const [, ...lines] = await refused({ temporal: { dynamicConfig: { [key]: [{ value: 500 }] } } });
  expect(lines.join("\n")).toContain(`temporal.dynamicConfig.${key}: `);
  expect(lines.join("\n")).toContain(`a key that Temporal 1.31.2 reads; did you mean ${live}?`);
});

test("every knob that an answer names exists", () => {
  const known = knobs().map(({ key }) => key);
  const named = LIVE_KEYS.flatMap((text) =>
    [...text.matchAll(/\b(?:cassandra|elasticsearch|temporal|load)(?:\.[\w<>{},]*\w[>}]?)+/g)].map(([key]) => key),
  );
  const spelled = named
    .flatMap((key) => {
      const [, before = "", list = "", after = ""] = /^(.*)\{(.*)\}(.*)$/.exec(key) ?? [];
      return list === "" ? [key] : list.split(",").map((each) => `${before}${each}${after}`);
    })
    .map((key) => key.replace("<role>", "history"));
  expect(spelled.length).toBeGreaterThan(15);
  expect(spelled.filter((key) => !known.some((knob) => knob === key || knob.startsWith(`${key}.`)))).toEqual([]);
});
