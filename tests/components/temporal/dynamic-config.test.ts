import { readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { CATALOGUE, catalogued, misfit, nearestKey } from "../../../components/temporal/catalogue";
import { dynamicConfig, type DynamicConfig, inForce, LOOKUPS } from "../../../components/temporal/dynamic-config";
import type { Json } from "../../support/harness";
import { at } from "../../support/json";
import { settings } from "../../support/values";

const root = path.join(__dirname, "../../..");
const SYSTEM_QUEUES = [
  { value: 1, constraints: { taskQueueName: "temporal-sys-per-ns-tq" } },
  { value: 1, constraints: { namespace: "temporal-system", taskQueueName: "temporal-sys-add-search-attributes-activity-tq" } },
  { value: 1, constraints: { namespace: "temporal-system", taskQueueName: "temporal-sys-delete-namespace-activity-tq" } },
  { value: 1, constraints: { namespace: "temporal-system", taskQueueName: "temporal-sys-migration-activity-tq" } },
  { value: 4, constraints: {} },
];

describe("the catalogue", () => {
  test("is that of the server that the bed runs, and of the module that makes it", () => {
    const base = load(readFileSync(path.join(root, "values/base.yaml"), "utf8")) as Json;
    expect(CATALOGUE.server).toBe(at(base, "temporal.image.tag"));
    expect(readFileSync(path.join(root, "lab/catalogue/go.mod"), "utf8")).toContain(`go.temporal.io/server v${CATALOGUE.server}\n`);
  });

  // Types, scopes and defaults: common/dynamicconfig/constants.go of Temporal 1.31.2.
  test.each<[string, string, string, unknown]>([
    ["frontend.rps", "int", "Global", 2400],
    ["frontend.globalRPS", "int", "Global", 0],
    ["frontend.namespaceRPS", "int", "Namespace", 2400],
    ["frontend.namespaceRPS.visibility", "int", "Namespace", 10],
    ["frontend.namespaceBurstRatio", "float", "Namespace", 2],
    ["frontend.namespaceRPS.namespaceReplicationInducingAPIs", "int", "Namespace", 1],
    ["frontend.globalNamespaceRPS.namespaceReplicationInducingAPIs", "int", "Namespace", 10],
    ["frontend.rps.namespaceReplicationInducingAPIs", "int", "Global", 20],
    ["frontend.namespaceCount", "int", "Namespace", 1200],
    ["frontend.pollWaitForNamespaceRateLimitToken", "bool", "Namespace", false],
    ["matching.rps", "int", "Global", 1200],
    ["history.rps", "int", "Global", 3000],
    ["frontend.persistenceMaxQPS", "int", "Global", 2000],
    ["matching.persistenceMaxQPS", "int", "Global", 3000],
    ["history.persistenceMaxQPS", "int", "Global", 9000],
    ["worker.persistenceMaxQPS", "int", "Global", 500],
    ["system.persistenceQPSBurstRatio", "float", "Global", 1],
    ["system.operatorRPSRatio", "float", "Global", 0.2],
    ["system.visibilityPersistenceMaxReadQPS", "int", "Global", 9000],
    ["admin.matchingNamespaceTaskqueueToPartitionDispatchRate", "float", "TaskQueue", 1000],
    ["admin.matchingNamespaceToPartitionDispatchRate", "float", "Namespace", 10000],
    ["matching.forwarderMaxRatePerSecond", "float", "TaskQueue", 10],
    ["history.shutdownDrainDuration", "duration", "Global", "0s"],
    ["history.cacheTTL", "duration", "Global", "1h0m0s"],
    ["history.hostLevelCacheMaxSize", "int", "Global", 128000],
    ["worker.batcherRPS", "int", "Namespace", 50],
    ["limit.blobSize.error", "int", "Namespace", 2 * 1024 * 1024],
    ["worker.schedulerNamespaceStartWorkflowRPS", "float", "Namespace", 30],
    ["system.namespaceCacheRefreshInterval", "duration", "Global", "2s"],
  ])("%s is a %s, looked up by %s, default %j", (key, type, scope, value) => {
    expect(CATALOGUE.keys[key]).toMatchObject({ type, scope, default: value });
  });

  test("has the defaults that depend on the task queue, each with where it holds", () => {
    for (const key of ["matching.numTaskqueueReadPartitions", "matching.numTaskqueueWritePartitions"]) {
      expect(CATALOGUE.keys[key]).toMatchObject({ type: "int", scope: "TaskQueue", defaults: SYSTEM_QUEUES });
      expect(CATALOGUE.keys[key]).not.toHaveProperty("default");
    }
  });

  // yaml_loader.go: convertYamlConstraints
  test.each<[string, string[]]>([
    ["Global", []],
    ["Namespace", ["namespace"]],
    ["NamespaceID", ["namespaceId"]],
    ["TaskQueue", ["namespace", "taskQueueName", "taskType"]],
    ["ShardID", ["shardId"]],
    ["TaskType", ["historyTaskType"]],
    ["Destination", ["namespace", "destination"]],
    ["ChasmTaskType", ["chasmTaskType"]],
  ])("keys of the scope %s take the constraints %j, and a look-up asks for those alone", (scope, constraints) => {
    const keys = Object.values(CATALOGUE.keys).filter((key) => key.scope === scope);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(key.constraints).toEqual(constraints);
    expect(new Set(LOOKUPS[scope as keyof typeof LOOKUPS].flat())).toEqual(new Set(constraints));
  });

  test("has every key once, whatever its case, with a description and settings of packages other than the one with the constants", () => {
    const keys = Object.keys(CATALOGUE.keys);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(600);
    for (const elsewhere of ["scheduler.tweakables", "activity.longPollTimeout", "workercontroller.enabled"])
      expect(keys).toContain(elsewhere);
    expect(Object.entries(CATALOGUE.keys).filter(([, { description }]) => description === "")).toEqual([]);
  });

  test("finds a key in any case, as the server spells it, and names the nearest of a mistyped one", () => {
    expect(catalogued("FRONTEND.globalrps")).toMatchObject({ key: "frontend.globalRPS", scope: "Global" });
    expect(catalogued("frontend.rpss")).toBeUndefined();
    expect(nearestKey("matching.numTaskqueueReadPartition")).toBe("matching.numTaskqueueReadPartitions");
    expect(nearestKey("nothing.like.it.at.all")).toBeUndefined();
  });

  test.each<[unknown, unknown, unknown]>([
    [{ Enabled: false, LoopInterval: "1m0s" }, { enabled: true, loopInterval: "5s" }, undefined],
    [{ Enabled: false }, { Enabld: true }, { path: ["Enabld"], allowed: "a field that the server reads: Enabled" }],
    [{ Enabled: false }, { Enabled: "yes" }, { path: ["Enabled"], allowed: "true or false" }],
    [{ Every: "1m0s" }, { Every: "soon" }, { path: ["Every"], allowed: "a duration such as 10s" }],
    [{ CMS: { D: 5 } }, { CMS: { D: "5" } }, { path: ["CMS", "D"], allowed: "a number" }],
    [{ CMS: { D: 5 } }, { CMS: 5 }, { path: ["CMS"], allowed: "a map of D" }],
    [undefined, { anything: 1 }, undefined],
    [{ Rules: null }, { Rules: [{ Pattern: "*" }] }, undefined],
  ])("a structure with the default %j that is given %j", (shape, value, wrong) => {
    expect(misfit(shape, value)).toEqual(wrong);
  });
});

test("raw keys stand beside typed limits, as the server spells them", async () => {
  const raw = { "HISTORY.rps": [{ value: 7 }], "matching.getTasksBatchSize": [{ value: 5, constraints: { taskQueueName: "q" } }] };
  const { values } = await settings("dev", { temporal: { limits: { frontend: { rps: 9 } }, dynamicConfig: raw } });
  expect(dynamicConfig(values.temporal)).toEqual({
    "frontend.rps": [{ value: 9, constraints: {} }],
    "history.rps": [{ value: 7, constraints: {} }],
    "matching.getTasksBatchSize": [{ value: 5, constraints: { taskQueueName: "q" } }],
  });
});

describe("the value in force", () => {
  const partitions = "matching.numTaskqueueReadPartitions";
  const namespaces: DynamicConfig = {
    "frontend.namespaceRPS": [
      { value: 100, constraints: {} },
      { value: 7, constraints: { namespace: "orders" } },
    ],
  };
  const queues: DynamicConfig = {
    [partitions]: [
      { value: 2, constraints: {} },
      { value: 3, constraints: { namespace: "orders" } },
      { value: 5, constraints: { taskQueueName: "bulk" } },
      { value: 6, constraints: { namespace: "orders", taskQueueName: "bulk" } },
      { value: 8, constraints: { namespace: "orders", taskQueueName: "bulk", taskType: "Activity" } },
    ],
  };

  test.each<[string, DynamicConfig, string, Parameters<typeof inForce>[2], unknown]>([
    ["nothing is configured: the default", {}, "frontend.rps", {}, 2400],
    ["for all", namespaces, "frontend.namespaceRPS", { namespace: "billing" }, 100],
    ["for the namespace, whatever the order in the file", namespaces, "frontend.namespaceRPS", { namespace: "orders" }, 7],
    ["without a namespace only what is for all", namespaces, "frontend.namespaceRPS", {}, 100],
    ["in any case", { "FRONTEND.RPS": [{ value: 1, constraints: {} }] }, "frontend.rps", {}, 1],
    [
      "the constraint in any case",
      { "frontend.namespaceRPS": [{ value: 9, constraints: { Namespace: "orders" } }] },
      "frontend.namespaceRPS",
      { namespace: "orders" },
      9,
    ],
    ["namespace, queue and type", queues, partitions, { namespace: "orders", taskQueue: "bulk", taskType: "Activity" }, 8],
    ["namespace and queue", queues, partitions, { namespace: "orders", taskQueue: "bulk", taskType: "Workflow" }, 6],
    [
      "the queue before the namespace",
      { [partitions]: queues[partitions]?.slice(0, 3) ?? [] },
      partitions,
      { namespace: "orders", taskQueue: "bulk" },
      5,
    ],
    ["the namespace before all", queues, partitions, { namespace: "orders", taskQueue: "other" }, 3],
    ["all", queues, partitions, { namespace: "billing", taskQueue: "other" }, 2],
    [
      "a set with one name too many is never found",
      { "frontend.namespaceRPS": [{ value: 1, constraints: { namespace: "orders", shardId: 1 } }] },
      "frontend.namespaceRPS",
      { namespace: "orders" },
      2400,
    ],
    [
      "a type without its queue is never found",
      { [partitions]: [{ value: 9, constraints: { namespace: "orders", taskType: "Activity" } }] },
      partitions,
      { namespace: "orders", taskQueue: "bulk", taskType: "Activity" },
      4,
    ],
    [
      "a type as the number of the enumeration",
      { [partitions]: [{ value: 9, constraints: { namespace: "n", taskQueueName: "q", taskType: 2 } }] },
      partitions,
      { namespace: "n", taskQueue: "q", taskType: "Activity" },
      9,
    ],
    [
      "an empty constraint is none",
      { "frontend.namespaceRPS": [{ value: 5, constraints: { namespace: "" } }] },
      "frontend.namespaceRPS",
      { namespace: "orders" },
      5,
    ],
    [
      "the first of two for the same",
      {
        "frontend.rps": [
          { value: 1, constraints: {} },
          { value: 2, constraints: {} },
        ],
      },
      "frontend.rps",
      {},
      1,
    ],
    [
      "a value that cannot be read: the default, although another matches",
      {
        "frontend.namespaceRPS": [
          { value: "x", constraints: { namespace: "orders" } },
          { value: 3, constraints: {} },
        ],
      },
      "frontend.namespaceRPS",
      { namespace: "orders" },
      2400,
    ],
    [
      "a default of the queue before a value for the namespace",
      { [partitions]: [{ value: 16, constraints: { namespace: "orders" } }] },
      partitions,
      { namespace: "orders", taskQueue: "temporal-sys-per-ns-tq" },
      1,
    ],
    [
      "a value for the same queue before its default",
      { [partitions]: [{ value: 16, constraints: { taskQueueName: "temporal-sys-per-ns-tq" } }] },
      partitions,
      { namespace: "orders", taskQueue: "temporal-sys-per-ns-tq" },
      16,
    ],
    [
      "a value that cannot be read where defaults depend on the queue",
      { [partitions]: [{ value: "x", constraints: { namespace: "orders" } }] },
      partitions,
      { namespace: "orders", taskQueue: "bulk" },
      4,
    ],
  ])("%s", (_, config, key, where, value) => {
    expect(inForce(config, key, where)).toBe(value);
  });

  test("of a key that no server reads is a mistake of the caller", () => {
    expect(() => inForce({}, "frontend.rpss")).toThrow("frontend.rpss is not a key that Temporal reads");
  });
});
