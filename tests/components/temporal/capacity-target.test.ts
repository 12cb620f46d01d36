import fc from "fast-check";
import { load } from "js-yaml";
import { bounds, pasteable, settingsFor, setupOf, withSettings, type Setup, type Workload } from "../../../components/temporal/capacity";
import { limitBounds } from "../../../components/temporal/capacity/bounds";
import { LIMITED, type LimitName } from "../../../components/temporal/capacity/setup";
import type { Tree } from "../../../values/layers";
import { layerValues } from "../../../values/offline";

const WHERE = { namespace: "default", taskQueue: "benchmark", workers: 4 };
const ROOM = { platform: { budget: { cpu: "100", memory: "999Gi" } } };
const THREE = { frontend: { replicas: 3 }, history: { replicas: 3 }, matching: { replicas: 3 }, numHistoryShards: 512 };

function temporal(...settings: Tree[]) {
  const values = layerValues("dev", { ...ROOM, temporal: Object.assign({}, ...settings) as Tree });
  if (Array.isArray(values)) throw new Error(JSON.stringify(values));
  return values.temporal;
}

const setup = setupOf(temporal(THREE), WHERE);
const workload = (activities: number): Workload => ({ activities, waiting: true, eager: false });
const changes = (plan: ReturnType<typeof settingsFor>) => Object.fromEntries(plan.settings.map(({ limited, to }) => [limited, to]));

describe("settings for a rate", () => {
  it("are per pod those of the arithmetic, and only those that have to rise", () => {
    expect(changes(settingsFor(1000, 1, setup, workload(1)))).toEqual({ matchingRps: 2000, frontendRps: 2667, namespaceRps: 2667 });
    expect(changes(settingsFor(1000, 1, setup, workload(3)))).toEqual({
      ...{ matchingRps: 4667, frontendRps: 5334, namespaceRps: 5334, historyRps: 5334, historyStore: 9334 },
    });
    expect(settingsFor(100, 1, setup, workload(1)).settings).toEqual([]);
  });

  it("carry the headroom, and say from what, and why", () => {
    expect(settingsFor(500, 2, setup, workload(1)).settings[0]).toEqual({
      ...{ limited: "matchingRps", knob: "temporal.limits.matching.rps", from: 1200, to: 2000, because: "matching requests" },
    });
  });

  it("raise a dispatch rate for the tasks that need most of it, and both limits on it where both are short", () => {
    const few = { ...setup, workers: 1 };
    expect(changes(settingsFor(2000, 1, few, workload(8)))).toMatchObject({ queueDispatch: 16_000, namespaceDispatch: 16_000 });
    expect(settingsFor(2000, 1, few, workload(8)).settings.find(({ limited }) => limited === "queueDispatch")).toMatchObject({
      because: "sticky workflow tasks handed out",
      knob: "temporal.limits.taskQueues[].dispatchRps",
    });
  });

  it("say what limits cannot give", () => {
    const [shards] = settingsFor(10_000, 1, setup, workload(3)).beyond;
    // 0.7 x 512 / (5 ms x 15) = 4778
    expect(shards).toBe(
      "512 history shards give 4,778 workflows/s at 5 ms a write; 10,000 need 1072. They are fixed for the life of the data: a new bed, or a faster store",
    );
    expect(settingsFor(1000, 2, setup, workload(3)).beyond.join()).not.toContain("history shards");
    expect(settingsFor(1000, 2, setup, workload(3)).beyond.join()).toMatch(/Cassandra.*replicas/s);
  });
});

describe("settings as stack config", () => {
  it("are accepted as they are pasted, and then no bound of a limit is short any more", () => {
    const given = [{ namespace: "default", taskQueue: "other", dispatchRps: 7 }];
    const before = temporal(THREE, { limits: { taskQueues: given } });
    const plan = settingsFor(3000, 2, setupOf(before, WHERE), workload(3));
    const { yaml, byHand } = pasteable(plan.settings, setup, before.limits.taskQueues);
    expect(byHand).toEqual([]);
    const pasted = (load(yaml) as { "testbed:temporal": Tree })["testbed:temporal"];
    const after = temporal(THREE, pasted);
    expect(after.limits.taskQueues).toEqual([...given, { namespace: "default", taskQueue: "benchmark", dispatchRps: 4500 }]);
    const short = bounds(setupOf(after, WHERE), workload(3)).filter(({ perSecond }) => perSecond < 6000);
    expect(short.map(({ limit }) => limit)).toEqual(["numHistoryShards"]);
  });

  it("are the same as commands", () => {
    const { settings } = settingsFor(5000, 1, setup, workload(1));
    expect(pasteable(settings, { ...setup, namespace: "my.ns" }, []).commands).toEqual([
      "pulumi config set --path 'testbed:temporal.limits.matching.rps' 10000",
      "pulumi config set --path 'testbed:temporal.limits.frontend.rps' 13334",
      `pulumi config set --path 'testbed:temporal.limits.namespaces["my.ns"].rps' 13334`,
      "pulumi config set --path 'testbed:temporal.limits.history.rps' 13334",
      "pulumi config set --path 'testbed:temporal.limits.history.persistenceMaxQps' 23334",
      "pulumi config set --path 'testbed:temporal.limits.taskQueues[0].namespace' my.ns",
      "pulumi config set --path 'testbed:temporal.limits.taskQueues[0].taskQueue' benchmark",
      "pulumi config set --path 'testbed:temporal.limits.taskQueues[0].dispatchRps' 1250",
    ]);
  });

  it("change the entry of the task queue where there is one", () => {
    const entry = { namespace: "default", taskQueue: "benchmark", writePartitions: 2, dispatchRps: 1 };
    const { settings } = settingsFor(5000, 1, setup, workload(1));
    expect(load(pasteable(settings, setup, [entry]).yaml)).toMatchObject({
      "testbed:temporal": { limits: { taskQueues: [{ ...entry, dispatchRps: 1250 }] } },
    });
  });

  const limited = (name: LimitName, change: Partial<Setup["limits"][LimitName]>): Setup => ({
    ...setup,
    limits: { ...setup.limits, [name]: { ...setup.limits[name], ...change } },
  });

  it("say a limit of all pods together as one", () => {
    const all = limited("frontendRps", { value: 100, cluster: true });
    const { settings } = settingsFor(1000, 1, all, workload(1));
    expect(load(pasteable(settings, all, []).yaml)).toMatchObject({
      "testbed:temporal": { limits: { frontend: { scope: "cluster", rps: 8000 } } },
    });
  });

  it("leave to the reader what typed knobs cannot say: raw keys, and limits per pod in a section of all pods", () => {
    const raw = limited("matchingRps", { raw: true });
    expect(pasteable(settingsFor(1000, 1, raw, workload(1)).settings, raw, [])).toMatchObject({
      byHand: ['temporal.dynamicConfig["matching.rps"]: 1200 to 2000'],
    });
    const mixed = limited("historyStore", { value: 100_000, cluster: true });
    expect(pasteable(settingsFor(5000, 1, mixed, workload(1)).settings, mixed, [])).toMatchObject({
      byHand: ['temporal.dynamicConfig["history.rps"]: 3000 to 13334'],
    });
  });

  it("are nothing when nothing has to rise", () => {
    expect(pasteable([], setup, [])).toEqual({ yaml: "", commands: [], byHand: [] });
  });
});

describe("for any setup, workload and target", () => {
  const anySetup = fc
    .record({
      replicas: fc.record({
        frontend: fc.integer({ min: 1, max: 9 }),
        history: fc.integer({ min: 1, max: 9 }),
        matching: fc.integer({ min: 1, max: 9 }),
      }),
      workers: fc.integer({ min: 1, max: 9 }),
      partitions: fc.integer({ min: 1, max: 30 }),
      values: fc.array(fc.record({ value: fc.integer({ min: 0, max: 5000 }), cluster: fc.boolean() }), { minLength: 11, maxLength: 11 }),
    })
    .map(({ values, ...rest }): Setup => ({
      ...setup,
      ...rest,
      limits: Object.fromEntries(
        Object.entries(LIMITED).map(([name, keys], index) => {
          const { value = 0, cluster = false } = values[index] ?? {};
          return [name, { value, cluster: cluster && value > 0 && "clusterKey" in keys, raw: false }];
        }),
      ) as Setup["limits"],
    }));
  const anyWorkload = fc.record({
    ...{ activities: fc.integer({ min: 0, max: 20 }), waiting: fc.boolean(), eager: fc.boolean() },
    seconds: fc.double({ min: 0.01, max: 60, noNaN: true }),
  });

  it("the settings suffice, and one less of any does not", () => {
    fc.assert(
      fc.property(
        anySetup,
        anyWorkload,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 4 }),
        (given, work, target, headroom) => {
          const goal = target * headroom;
          const { settings } = settingsFor(target, headroom, given, work);
          const short = (with_: Setup) => limitBounds(with_, work).filter(({ perSecond }) => perSecond < goal * (1 - 1e-9));
          expect(short(withSettings(given, settings))).toEqual([]);
          for (const setting of settings) {
            expect(setting.to).toBeGreaterThan(setting.from);
            const less = settings.map((each) => (each === setting ? { ...each, to: each.to - 1 } : each));
            expect(short(withSettings(given, less)).map(({ limited: name }) => name)).toContain(setting.limited);
          }
        },
      ),
    );
  });
});
