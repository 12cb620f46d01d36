import fc from "fast-check";
import {
  binding,
  bounds,
  callsPerWorkflow,
  capacityOf,
  inFlight,
  matchingCalls,
  notesOn,
  settingsFor,
  setupOf,
  type Bound,
  type Setup,
  type Workload,
} from "../../../components/temporal/capacity";
import { LIMITED, type LimitName } from "../../../components/temporal/capacity/setup";
import { layerValues } from "../../../values/offline";

const WHERE = { namespace: "default", taskQueue: "benchmark" };
const workload = (activities: number, waiting = true, eager = false): Workload => ({ activities, waiting, eager });

/** The dev layer with other settings. */
const valuesOf = (slices: Record<string, unknown> = {}) => {
  const values = layerValues("dev", { platform: { budget: { cpu: "100", memory: "999Gi" } }, ...slices });
  if (Array.isArray(values)) throw new Error(JSON.stringify(values));
  return values;
};
const temporal = (settings: object) => valuesOf({ temporal: settings }).temporal;

/** The server's own limits, three pods of each role, 512 shards. */
const DEFAULTS: Setup = {
  ...setupOf(temporal({ frontend: { replicas: 3 }, history: { replicas: 3 }, matching: { replicas: 3 }, numHistoryShards: 512 }), WHERE),
  workers: 4,
  shardBalance: 1,
};

const rate = (all: readonly Bound[], name: string | RegExp): number | undefined => {
  const found = all.find((bound) => (typeof name === "string" ? bound.name === name : name.test(bound.name)));
  return found === undefined ? undefined : Math.round(found.perSecond);
};

describe("calls of one completed workflow", () => {
  it.each([
    // N, frontend and history, matching, transitions, reads, transfer tasks
    [0, 4, 2, 3, 2, 2],
    [1, 8, 6, 7, 3, 4],
    [3, 16, 14, 15, 5, 8],
    [10, 44, 42, 43, 12, 22],
  ])("are as traced for %d activities and a waiting starter", (n, frontend, matching, stateTransitions, historyReads, transferTasks) => {
    expect(callsPerWorkflow(workload(n))).toEqual({
      ...{ frontend, history: frontend, matching: { low: matching, high: matching + 1 }, stateTransitions, historyReads, transferTasks },
      visibilityWrites: 2,
      storeCalls: { low: stateTransitions + historyReads, high: stateTransitions + historyReads + transferTasks },
    });
  });

  it.each([
    [workload(1), 8, 6],
    [workload(3), 16, 14],
    [workload(1, false), 7, 6],
    [workload(3, false), 15, 14],
    [workload(3, true, true), 13, 8],
  ])("are those that servers with one partition counted: %j", (given, frontend, matching) => {
    expect(callsPerWorkflow(given)).toMatchObject({ frontend, history: frontend, matching: { low: matching, high: matching + 1 } });
  });

  it("spares an eager activity its poll, its start, its tasks and its transition", () => {
    expect(callsPerWorkflow(workload(10, false, true))).toMatchObject({
      ...{ frontend: 33, history: 33, matching: { low: 22, high: 23 }, stateTransitions: 33, transferTasks: 12, historyReads: 11 },
    });
  });

  // 300 workflows a run on a real 1.31.2 with its default of four partitions.
  it.each([
    [1, 8.53],
    [3, 18.19],
  ])("reach over what four partitions were counted to forward, with %d activities", (n, counted) => {
    const { low, high } = callsPerWorkflow(workload(n), 4).matching;
    expect(low).toBe(4 * n + 2);
    expect(counted).toBeGreaterThan(low);
    expect(counted).toBeLessThan(high);
  });
});

describe("forwarding", () => {
  const forwarding = { tasksPerSecond: 10, children: 20 };

  it("adds for each task of a normal queue a poll and, off the root, an add as it arrives and one from the backlog", () => {
    expect(matchingCalls(workload(1), 4, forwarding)).toEqual({ low: 6, high: 6 + 2 * (1 + 2 * 0.75) });
    expect(matchingCalls(workload(0), 2, forwarding)).toEqual({ low: 2, high: 2 + 1 + 2 * 0.5 });
  });

  it("adds nothing for eager activities and sticky tasks", () => {
    const first = matchingCalls(workload(0), 4, forwarding);
    const { low, high } = matchingCalls(workload(5, true, true), 4, forwarding);
    expect(high - low).toBe(first.high - first.low);
  });

  it("is a poll of the sticky queue for the first workflow task, where there is one partition", () => {
    expect(matchingCalls(workload(3), 1, forwarding)).toEqual({ low: 14, high: 15 });
    expect(matchingCalls(workload(3), 1, forwarding, 1e9)).toEqual({ low: 14, high: 15 });
  });

  it("is limited by the second: it falls to the polls that the root's own activities end, and that of the sticky queue", () => {
    // Each type: 30 tasks/s from three partitions; as many polls for activities, and polls for the quarter that the root gets.
    const at = (perSecond: number) => matchingCalls(workload(1), 4, forwarding, perSecond).high;
    expect(at(1000)).toBeCloseTo(6 + 30 / 1000 + 1 + (30 / 1000 + 1 / 4 + 30 / 1000), 10);
    expect(at(1e9)).toBeCloseTo(7.25, 5);
    expect(at(20)).toBe(at(0));
    expect(matchingCalls(workload(1), 4, { ...forwarding, tasksPerSecond: 20 }, 1000).high).toBeGreaterThan(at(1000));
  });

  it("goes more than one level where there are more partitions than one parent takes", () => {
    // 1 root, 2 below it, 4 below these: depths 0 1 1 2 2 2 2, mean 10/7, deepest 2.
    expect(matchingCalls(workload(0), 7, { tasksPerSecond: 10, children: 2 }).high).toBeCloseTo(2 + (2 * 10) / 7 + 2, 10);
  });
});

describe("bounds with the server's own limits, three pods of each role", () => {
  it.each([
    // N: frontend, matching, history, store (worst), first tasks, activity tasks, shards at 5 and 20 ms, what binds
    [0, 1800, 1800, 2250, 3857, 4000, undefined, 34133, 8533, 1800],
    [1, 900, 600, 1125, 1929, 4000, 4000, 14629, 3657, 600],
    [3, 450, 257, 563, 964, 4000, 1333, 6827, 1707, 257],
    [10, 164, 86, 205, 351, 4000, 400, 2381, 595, 86],
  ])("of %d activities", (n, frontend, matching, history, store, first, activity, fast, slow, least) => {
    const all = bounds(DEFAULTS, workload(n));
    expect(rate(all, "frontend requests")).toBe(frontend);
    expect(rate(all, "frontend requests of the namespace")).toBe(frontend);
    expect(rate(all, "matching requests")).toBe(matching);
    expect(rate(all, "history requests")).toBe(history);
    expect(rate(all, "store calls of history")).toBe(store);
    expect(rate(all, "first workflow tasks handed out")).toBe(first);
    expect(rate(all, "activity tasks handed out")).toBe(activity);
    expect(rate(all, /^writes of the shards/)).toBe(fast);
    expect(rate(bounds({ ...DEFAULTS, shardSeconds: 0.02 }, workload(n)), /^writes of the shards/)).toBe(slow);
    expect(Math.round(binding(all).perSecond)).toBe(least);
    if (n > 0) expect(binding(all)).toMatchObject({ limit: "matching.rps", knob: "temporal.limits.matching.rps" });
  });

  it("says the rest in one line each: visibility, sticky queues, how it is computed", () => {
    const all = bounds(DEFAULTS, workload(3));
    expect(rate(all, "visibility writes")).toBe(13_500);
    expect(rate(all, "sticky workflow tasks handed out")).toBe(1333);
    expect(all.find(({ name }) => name === "matching requests")).toMatchObject({ formula: "3 matching pods x 1200 / 14 calls" });
    expect(all.find(({ limit }) => limit === "numHistoryShards")).toMatchObject({
      knob: "temporal.numHistoryShards",
      formula: "1 (assumed balance) x 512 shards / (5 ms x 15 writes)",
    });
    expect(all.map(({ perSecond }) => perSecond)).toEqual(all.map(({ perSecond }) => perSecond).sort((a, b) => a - b));
  });

  it("has matching's worst case where forwarding takes as much of its limit as it can", () => {
    // R (6 + 1 + 1/4) + (1 + 2) x 30 = 3600
    const found = bounds(DEFAULTS, workload(1)).find(({ limit }) => limit === "matching.rps");
    expect(found?.between?.high).toBeCloseTo(600, 6);
    expect(found?.between?.low).toBeCloseTo((3600 - 90) / 7.25, 6);
    const alone = bounds({ ...DEFAULTS, partitions: 1 }, workload(1)).find(({ limit }) => limit === "matching.rps");
    expect(alone?.between?.low).toBeCloseTo(3600 / 7, 6);
  });

  it("has store calls between a load per transfer task and none", () => {
    expect(bounds(DEFAULTS, workload(1)).find(({ limit }) => limit === "history.persistenceMaxQPS")?.between).toEqual({
      ...{ low: 27_000 / 14, high: 2700 },
    });
  });

  it("leaves out what is unlimited, and the higher of two dispatch limits", () => {
    const limits = (setup: Setup) => new Set(bounds(setup, workload(1)).map(({ limit }) => limit));
    expect(limits(DEFAULTS)).not.toContain("history.persistenceNamespaceMaxQPS");
    expect(limits(DEFAULTS)).not.toContain("admin.matchingNamespaceToPartitionDispatchRate");
    const lower = { ...DEFAULTS, limits: { ...DEFAULTS.limits, namespaceDispatch: { value: 100, cluster: false, raw: false } } };
    expect(limits(lower)).toContain("admin.matchingNamespaceToPartitionDispatchRate");
    expect(rate(bounds(lower, workload(1)), /first/)).toBe(400);
    expect(limits(DEFAULTS)).not.toContain("frontend.namespaceCount");
  });

  it("says how many may be in flight, and a rate of it once the time of a workflow is known", () => {
    expect(inFlight(DEFAULTS)[0]).toEqual({
      what: "starters that wait for a result",
      knob: "temporal.limits.namespaces.default.concurrentPollers",
      ...{ atMost: 3600, formula: "3 frontend pods x 1200" },
    });
    const waiting = { ...workload(1), seconds: 10 };
    expect(rate(bounds(DEFAULTS, waiting), "waiting starters")).toBe(360);
    expect(rate(bounds(DEFAULTS, { ...waiting, waiting: false }), "waiting starters")).toBeUndefined();
  });
});

describe("the reports of October 2025, as docs/capacity.md tells them", () => {
  it("cannot have completed 3,498 workflows per second with the limits that were in force", () => {
    expect(binding(bounds(DEFAULTS, workload(0, false))).perSecond).toBeLessThan(3498);
    expect(3498 * callsPerWorkflow(workload(0)).matching.low).toBe(6996);
    expect(3498 * callsPerWorkflow(workload(1)).matching.low).toBe(20_988);
    expect(3498 * callsPerWorkflow(workload(1)).stateTransitions).toBe(24_486);
  });

  it("would have needed other limits, and with the ones they thought they had matching would have refused nothing", () => {
    const { settings } = settingsFor(3498, 1, DEFAULTS, workload(1));
    expect(Object.fromEntries(settings.map(({ limited, to }) => [limited, to]))).toEqual({
      ...{ matchingRps: 6996, frontendRps: 9328, namespaceRps: 9328, historyRps: 9328, historyStore: 16_324 },
    });
    const believed = { ...DEFAULTS, limits: { ...DEFAULTS.limits, matchingRps: { value: 150_000, cluster: false, raw: false } } };
    expect(rate(bounds(believed, workload(1)), "matching requests")).toBe(75_000);
  });
});

describe("a setup", () => {
  it("takes the limits that are in force for its namespace and task queue", () => {
    const setup = setupOf(
      temporal({
        frontend: { replicas: 2 },
        namespaces: { other: { retention: "24h" } },
        limits: {
          frontend: { rps: 500 },
          matching: { rps: 300 },
          namespaces: { default: { rps: 200 }, other: { rps: 1 } },
          taskQueues: [
            { taskQueue: "benchmark", namespace: "default", writePartitions: 2, dispatchRps: 50 },
            { taskQueue: "other", writePartitions: 1 },
          ],
        },
      }),
      { ...WHERE, workers: 3 },
    );
    expect(setup).toMatchObject({ partitions: 2, workers: 3, shards: 4, replicas: { frontend: 2, history: 1, matching: 1 } });
    expect([setup.limits.frontendRps, setup.limits.matchingRps, setup.limits.namespaceRps, setup.limits.queueDispatch]).toMatchObject([
      { value: 500 },
      { value: 300 },
      { value: 200 },
      { value: 50 },
    ]);
  });

  it("prefers the limit of all pods together once it is above 0, as the server does", () => {
    const raw = (value: number) =>
      setupOf(temporal({ frontend: { replicas: 4 }, dynamicConfig: { "frontend.globalRPS": [{ value }] } }), WHERE);
    expect(raw(0).limits.frontendRps).toMatchObject({ value: 2400, cluster: false });
    expect(raw(80).limits.frontendRps).toMatchObject({ value: 80, cluster: true, raw: true });
    expect(bounds(raw(80), workload(1))[0]).toMatchObject({
      ...{ name: "frontend requests", limit: "frontend.globalRPS", knob: 'temporal.dynamicConfig["frontend.globalRPS"]' },
      ...{ perSecond: 10, formula: "80 of all pods / 8 calls" },
    });
  });

  it("takes the server's default where a raw value is no number, as the server does", () => {
    const broken = { ...temporal({}), dynamicConfig: { "history.rps": [{ value: "many" }] } };
    expect(setupOf(broken, WHERE).limits.historyRps).toMatchObject({ value: 3000, cluster: false });
  });

  it("knows whether eager activities are granted, and says so when they are wanted and are not", () => {
    const granted = setupOf(temporal({ dynamicConfig: { "system.enableActivityEagerExecution": [{ value: true }] } }), WHERE);
    const refused = setupOf(temporal({}), WHERE);
    const off = /eager activities are off/;
    expect(notesOn(refused, workload(1, true, true)).join()).toMatch(off);
    expect(notesOn(granted, workload(1, true, true)).join()).not.toMatch(off);
    expect(notesOn(refused, workload(1)).join()).not.toMatch(off);
  });

  it("is said in short for the load of a stack", () => {
    const values = valuesOf();
    expect(capacityOf(values.temporal, values.load)).toEqual({
      ...{ workload: "3 activities, waiting", perSecond: 37, binding: "temporal.numHistoryShards" },
    });
    const low = valuesOf({
      temporal: { limits: { matching: { rps: 60 } } },
      load: { runner: { activities: 1, wait: false } },
    });
    expect(capacityOf(low.temporal, low.load)).toEqual({
      ...{ workload: "1 activity", perSecond: 10, binding: "temporal.limits.matching.rps" },
    });
  });
});

/** Any setup within reason. */
const anySetup = fc
  .record({
    frontend: fc.integer({ min: 1, max: 10 }),
    history: fc.integer({ min: 1, max: 10 }),
    matching: fc.integer({ min: 1, max: 10 }),
    workers: fc.integer({ min: 1, max: 20 }),
    partitions: fc.integer({ min: 1, max: 50 }),
    shards: fc.integer({ min: 1, max: 4096 }),
    values: fc.array(fc.record({ value: fc.integer({ min: 1, max: 20_000 }), cluster: fc.boolean() }), {
      minLength: Object.keys(LIMITED).length,
      maxLength: Object.keys(LIMITED).length,
    }),
  })
  .map(({ frontend, history, matching, values, ...rest }): Setup => ({
    ...DEFAULTS,
    ...rest,
    replicas: { frontend, history, matching },
    limits: Object.fromEntries(
      Object.entries(LIMITED).map(([name, keys], index) => {
        const { value = 1, cluster = false } = values[index] ?? {};
        return [name, { value, cluster: cluster && "clusterKey" in keys, raw: false }];
      }),
    ) as Setup["limits"],
  }));
const anyWorkload = fc.record({ activities: fc.integer({ min: 0, max: 50 }), waiting: fc.boolean(), eager: fc.boolean() });

describe("of any setup and workload", () => {
  it("the rate never falls when a limit is raised", () => {
    fc.assert(
      fc.property(
        anySetup,
        anyWorkload,
        fc.constantFrom(...(Object.keys(LIMITED) as LimitName[])),
        fc.integer({ min: 1, max: 10_000 }),
        (setup, work, name, more) => {
          const raised = {
            ...setup,
            limits: { ...setup.limits, [name]: { ...setup.limits[name], value: setup.limits[name].value + more } },
          };
          expect(binding(bounds(raised, work)).perSecond).toBeGreaterThanOrEqual(binding(bounds(setup, work)).perSecond);
        },
      ),
    );
  });

  it("what binds is the lowest, and an interval holds its own rate", () => {
    fc.assert(
      fc.property(anySetup, anyWorkload, (setup, work) => {
        const all = bounds(setup, work);
        expect(binding(all).perSecond).toBe(Math.min(...all.map(({ perSecond }) => perSecond)));
        for (const { perSecond, between } of all) {
          if (between === undefined) continue;
          expect(between.low).toBeLessThanOrEqual(between.high);
          expect(Math.min(Math.abs(perSecond / between.low - 1), Math.abs(perSecond / between.high - 1))).toBeLessThan(1e-9);
        }
      }),
    );
  });

  it("more activities are never cheaper, and forwarding never below the calls that must be", () => {
    fc.assert(
      fc.property(anySetup, anyWorkload, (setup, work) => {
        const [less, more] = [work, { ...work, activities: work.activities + 1 }].map((each) => binding(bounds(setup, each)).perSecond);
        expect(more).toBeLessThanOrEqual((less ?? 0) * (1 + 1e-12));
        const { matching } = callsPerWorkflow(work, setup.partitions, setup.forwarding);
        expect(matching.high).toBeGreaterThanOrEqual(matching.low);
        expect(callsPerWorkflow(work).matching.high).toBe(matching.low + 1);
      }),
    );
  });

  it("at matching's worst rate its limit is used up, and no more", () => {
    fc.assert(
      fc.property(anySetup, anyWorkload, (setup, work) => {
        const { between, perSecond } = bounds(setup, work).find(({ limit }) => limit === "matching.rps") ?? { perSecond: 0 };
        const worst = between?.low ?? perSecond;
        const calls = worst * matchingCalls(work, setup.partitions, setup.forwarding, worst).high;
        expect(calls / (setup.limits.matchingRps.value * setup.replicas.matching)).toBeCloseTo(1, 6);
      }),
    );
  });
});
