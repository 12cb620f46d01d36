import fc from "fast-check";
import { load } from "js-yaml";
import { catalogued } from "../../../components/temporal/catalogue";
import { dynamicConfig } from "../../../components/temporal/dynamic-config";
import { dynamicConfigOf, limitsIn, TemporalLimits } from "../../../components/temporal/limits";
import { LIMITS, type Limit } from "../../../components/temporal/limits-table";
import { renderDynamicConfig } from "../../../components/temporal/render";
import { anyLimits } from "../../support/any-limits";
import type { JsonMap } from "../../support/harness";
import { settings } from "../../support/values";

const TEMPORAL = { namespaces: { orders: { retention: "24h" } } };
const config = async (limits: object) =>
  dynamicConfigOf((await settings("dev", { temporal: { ...TEMPORAL, limits } })).values.temporal.limits);
const refused = (limits: object) => settings("dev", { temporal: { ...TEMPORAL, limits } });
const orders = { namespace: "orders" };

test("what is unset is not written", async () => {
  expect(await config({})).toEqual({});
});

test("the limits of one namespace stand beside those of all", async () => {
  expect(await config({ frontend: { namespaceRps: 100 }, namespaces: { orders: { rps: 900 } } })).toEqual({
    "frontend.namespaceRPS": [
      { value: 900, constraints: orders },
      { value: 100, constraints: {} },
    ],
  });
});

test("the limits of a task queue hold where they are meant to", async () => {
  const taskQueues = [
    { namespace: "orders", taskQueue: "pay", readPartitions: 8, writePartitions: 8, dispatchRps: 50, forwardRps: 5 },
    { readPartitions: 6 },
  ];
  const constraints = { ...orders, taskQueueName: "pay" };
  expect(await config({ taskQueues })).toEqual({
    "matching.numTaskqueueReadPartitions": [
      { value: 8, constraints },
      { value: 6, constraints: {} },
    ],
    "matching.numTaskqueueWritePartitions": [{ value: 8, constraints }],
    "admin.matchingNamespaceTaskqueueToPartitionDispatchRate": [{ value: 50, constraints }],
    "matching.forwarderMaxRatePerSecond": [{ value: 5, constraints }],
  });
});

describe("scope", () => {
  test("host, or none, writes what holds for a pod", async () => {
    const wanted = { "frontend.rps": [{ value: 500, constraints: {} }] };
    expect(await config({ frontend: { rps: 500 } })).toEqual(wanted);
    expect(await config({ frontend: { rps: 500, scope: "host" } })).toEqual(wanted);
  });

  test("cluster writes what holds for all pods together, and leaves ratios as they are", async () => {
    expect(
      await config({
        frontend: { scope: "cluster", rps: 500, namespaceBurstRatio: 3 },
        namespaces: { orders: { scope: "cluster", rps: 90 } },
      }),
    ).toEqual({
      "frontend.globalNamespaceRPS": [{ value: 90, constraints: orders }],
      "frontend.globalRPS": [{ value: 500, constraints: {} }],
      "frontend.namespaceBurstRatio": [{ value: 3, constraints: {} }],
    });
  });

  test("cluster refuses what no server knows for a cluster, each by name", async () => {
    const limits = { matching: { scope: "cluster", rps: 500, persistenceMaxQps: 7 }, history: { scope: "cluster", timerHostPollRps: 3 } };
    const said = await refused(limits).catch((error: Error) => error.message);
    expect(said).toContain("temporal.limits.matching.rps");
    expect(said).toContain("matching.rps has no cluster-wide twin");
    expect(said).toContain("temporal.limits.history.timerHostPollRps");
    expect(said).not.toContain("persistenceMaxQps");
  });

  test("of a namespace stays in force where all have a cluster-wide limit, which would win", async () => {
    expect(await config({ frontend: { scope: "cluster", namespaceRps: 1000 }, namespaces: { orders: { rps: 5 } } })).toEqual({
      "frontend.namespaceRPS": [{ value: 5, constraints: orders }],
      "frontend.globalNamespaceRPS": [
        { value: 1000, constraints: {} },
        { value: 0, constraints: orders },
      ],
    });
  });

  test("of a pod switches off a cluster-wide limit that the server has by default", async () => {
    const twin = "frontend.globalNamespaceRPS.namespaceReplicationInducingAPIs";
    expect(catalogued(twin)?.default).toBe(10);
    expect(await config({ frontend: { namespaceRegistrationRps: 3 } })).toEqual({
      "frontend.namespaceRPS.namespaceReplicationInducingAPIs": [{ value: 3, constraints: {} }],
      [twin]: [{ value: 0, constraints: {} }],
    });
  });
});

test("a limit that the server ignores until another key is set brings that key along", async () => {
  expect(await config({ history: { taskSchedulerMaxQps: 50 } })).toEqual({
    "history.taskSchedulerMaxQPS": [{ value: 50, constraints: {} }],
    "history.taskSchedulerEnableRateLimiter": [{ value: true, constraints: {} }],
    "history.taskSchedulerEnableRateLimiterShadowMode": [{ value: false, constraints: {} }],
  });
});

describe("refused", () => {
  test.each([
    [{ frontend: { rps: 0 } }, "temporal.limits.frontend.rps"],
    [{ frontend: { rps: 1.5 } }, "temporal.limits.frontend.rps"],
    [{ frontend: { rps: "many" } }, "temporal.limits.frontend.rps"],
    [{ frontend: { scope: "pod" } }, "temporal.limits.frontend.scope"],
    [{ frontend: { namespaceRPS: 5 } }, "temporal.limits.frontend.namespaceRps"],
    [{ frontend: { globalRps: 5 } }, "temporal.limits.frontend.globalRps"],
    [{ frontend: { namespaceBurstRatio: 0.5 } }, "temporal.limits.frontend.namespaceBurstRatio"],
    [{ system: { operatorRpsRatio: 1.1 } }, "temporal.limits.system.operatorRpsRatio"],
    [{ system: { operatorRpsRatio: 0 } }, "temporal.limits.system.operatorRpsRatio"],
    [{ matching: { rps: 100_000_000 } }, "temporal.limits.matching.rps"],
    [{ worker: { rps: 5 } }, "temporal.limits.worker.rps"],
    [{ namespaces: { order: { rps: 5 } } }, "a namespace that this bed has, which are default, orders, temporal-system"],
    [{ namespaces: { orders: { matchingRps: 5 } } }, "temporal.limits.namespaces.orders.matchingRps"],
    [{ taskQueues: [{ namespace: "order", dispatchRps: 5 }] }, "a namespace that this bed has"],
    [{ taskQueues: [{ dispatchRps: 0 }] }, "temporal.limits.taskQueues.0.dispatchRps"],
    [
      {
        taskQueues: [
          { taskQueue: "pay", dispatchRps: 5 },
          { taskQueue: "pay", forwardRps: 5 },
        ],
      },
      "entry 0 speaks of the same",
    ],
    [{ taskQueues: [{ writePartitions: 5 }] }, "at most readPartitions 4 as writePartitions of any task queue of any namespace, not 5"],
    [
      {
        taskQueues: [
          { namespace: "orders", writePartitions: 3, readPartitions: 3 },
          { taskQueue: "pay", readPartitions: 2, writePartitions: 2 },
          { namespace: "orders", taskQueue: "pay", writePartitions: 3 },
        ],
      },
      "at most readPartitions 2 as writePartitions of task queue pay of namespace orders, not 3",
    ],
  ])("%j", async (limits, message) => {
    await expect(refused(limits)).rejects.toThrow(message);
  });

  test("not: partitions that are read by what is said of more task queues", async () => {
    await expect(refused({ taskQueues: [{ readPartitions: 8 }, { taskQueue: "pay", writePartitions: 6 }] })).resolves.toBeDefined();
  });
});

test("whatever is set: every key is one that the pinned server reads, with its type, constrained as it may be", () => {
  fc.assert(
    fc.property(anyLimits(), (some) => {
      for (const [key, values] of Object.entries(dynamicConfigOf(TemporalLimits.parse(some)))) {
        const { type, constraints: allowed = [] } = catalogued(key) ?? {};
        expect([key, type]).toEqual([key, expect.stringMatching(/^(int|float|bool)$/)]);
        for (const { value, constraints } of values) {
          const fits = type === "int" ? Number.isInteger(value) : typeof value === (type === "bool" ? "boolean" : "number");
          expect([key, fits]).toEqual([key, true]);
          expect(allowed).toEqual(expect.arrayContaining(Object.keys(constraints)));
        }
      }
    }),
  );
});

test("whatever is set is in the file, with its value, under the key of its scope", async () => {
  const { values } = await settings("dev");
  fc.assert(
    fc.property(anyLimits(), (some) => {
      const parsed = TemporalLimits.parse(some);
      const file = load(renderDynamicConfig({ ...values.temporal, limits: parsed })) as JsonMap;
      expect(file).toEqual(dynamicConfig({ ...values.temporal, limits: parsed }));
      for (const { limit, value, cluster, constraints } of limitsIn(parsed)) {
        const key = cluster ? (limit.clusterKey ?? limit.key) : limit.key;
        expect(file[key]).toEqual(expect.arrayContaining([{ value, constraints }]));
      }
    }),
  );
});

test("every limit is said to be read by somebody, and no two knobs of a section write one key", () => {
  for (const table of Object.values<Readonly<Record<string, Limit>>>(LIMITS)) {
    const keys = Object.values(table).flatMap(({ key, clusterKey }) => [key, ...(clusterKey === undefined ? [] : [clusterKey])]);
    expect(keys).toHaveLength(new Set(keys).size);
    for (const { readers } of Object.values(table)) expect(readers.length).toBeGreaterThan(0);
  }
});
