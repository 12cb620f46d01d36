import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DynamicConfig } from "../../components/temporal/dynamic-config";
import { LIMITS, type Limit } from "../../components/temporal/limits-table";
import type { TemporalValues } from "../../components/temporal/values";
import { asked } from "../../ops/lib/limits/asked";
import { parseFile, partitionCount } from "../../ops/lib/limits/cluster";
import { limitsJson } from "../../ops/lib/limits/json";
import { exitCode, judge, STATES, type Verdict } from "../../ops/lib/limits/judge";
import { kubeletLag, worstCase } from "../../ops/lib/limits/lag";
import { constraintsOf, serverLog, whereText } from "../../ops/lib/limits/log";
import { hostRpsLimit, mountedSince, partitionsKey, type Seen, type ServerPod } from "../../ops/lib/limits/seen";
import { limitsText } from "../../ops/lib/limits/text";
import { flags } from "../../ops/lib/where";
import { layerValues } from "../../values/offline";

/** Logs of a bed whose limits were edited four times: start 22:04, then 22:06, 22:09, 22:12 and 22:13. */
const recorded = (name: string) => readFileSync(join(__dirname, "recorded-limits", name), "utf8");
const LOGS = { frontend: recorded("frontend-log.txt"), matching: recorded("matching-log.txt") };

const at = (clock: string) => Date.parse(`2026-11-21T${clock}Z`);
const until = (log: string, now: number) =>
  log
    .split("\n")
    .filter((line) => !(Date.parse(/"ts":"([^"]+)"/.exec(line)?.[1] ?? "") > now))
    .join("\n");

const BENCHMARK = { taskQueueName: "benchmark" };
const NAMESPACE = { namespace: "default" };
/** What the last edit wrote, at 22:13:40. */
const LAST: DynamicConfig = {
  "frontend.namespaceRPS": [{ value: 12, constraints: NAMESPACE }],
  "matching.rps": [{ value: 10, constraints: {} }],
  "matching.numTaskqueueReadPartitions": [{ value: 1, constraints: BENCHMARK }],
  "matching.numTaskqueueWritePartitions": [{ value: 1, constraints: BENCHMARK }],
};
const LAG = { kubelet: 8, kubeletAsked: true, poll: 10 };

function pod(role: "frontend" | "matching", log: string, more: Partial<ServerPod> = {}): ServerPod {
  const started = at("22:03:58.000");
  return { name: `temporal-${role}-a`, role, started, log: serverLog(log), file: undefined, hostRpsLimit: undefined, ...more };
}

function seenAt(clock: string, more: Partial<Seen> = {}): Seen {
  const now = at(clock);
  return {
    now,
    configured: { unknown: "no file" },
    mounted: { config: LAST, changed: at("22:13:40.000") },
    lag: LAG,
    pods: (["frontend", "matching"] as const).map((role) => pod(role, until(LOGS[role], now))),
    partitions: new Map(),
    ...more,
  };
}

function verdicts(seen: Seen, options: Partial<Parameters<typeof asked>[1]> = {}): Verdict[] {
  return asked(seen, { all: false, ...options }).map((each) => judge(each, seen));
}

function verdict(seen: Seen, key: string, role = key.split(".")[0], options = {}): Verdict {
  const found = verdicts(seen, options).find((each) => each.key === key && each.role === role);
  if (found === undefined) throw new Error(`nothing is said of ${key} in ${role}`);
  return found;
}

const withTemporal = (dynamic: TemporalValues["dynamicConfig"], limits: Partial<TemporalValues["limits"]> = {}): Seen["configured"] => {
  const values = layerValues("dev");
  if (Array.isArray(values)) throw new Error("the layer does not hold");
  const temporal = { ...values.temporal, dynamicConfig: dynamic, limits: { ...values.temporal.limits, ...limits } };
  return { source: "values/dev.yaml", temporal };
};

describe("a server's log", () => {
  const log = serverLog(LOGS.frontend);

  it("says what was read, where, and when; and what is no longer set", () => {
    const own = log.reads.filter(({ key }) => key === "frontend.namespacerps");
    expect(own.map(({ value, where, atStart }) => [value, where, atStart])).toEqual([
      ["64", "{Namespace:default}", false],
      ["96", "{Namespace:default}", false],
      [undefined, "{Namespace:default}", false],
      ["12", "{Namespace:default}", false],
    ]);
    expect(own.at(-1)?.at).toBe(at("22:13:53.607"));
  });

  it("says what limiters took", () => {
    const own = log.quotas.filter(({ component, namespace }) => component === "rpc-handler" && namespace === "default");
    expect(own.map(({ value }) => value)).toEqual([2400, 64, 96, 2400, 12]);
    expect(log.quotas.find(({ scope, component }) => scope === "host" && component === "rpc-handler")).toMatchObject({
      value: 2400,
      namespace: undefined,
    });
  });

  it("tells what was read at the start, before anything was served", () => {
    expect(serverLog(restarted()).reads.map(({ atStart }) => atStart)).toEqual([true, true, true, true]);
  });

  it("tells whether its beginning is there, and passes over lines that a rotation cut", () => {
    expect(log.fromStart).toBe(true);
    const cut = serverLog(LOGS.frontend.slice(LOGS.frontend.indexOf("Updated dynamic config")));
    expect([cut.fromStart, cut.reads.some(({ atStart }) => atStart)]).toEqual([false, false]);
    expect(cut.reads).toHaveLength(log.reads.length);
    expect(serverLog('{"level":"info","msg":"Quota changed","serv')).toEqual({ fromStart: false, reads: [], quotas: [] });
  });

  it("has constraints in a notation that can be told from ours, and back", () => {
    for (const constraints of [{}, NAMESPACE, BENCHMARK, { namespace: "a", taskQueueName: "b/c", taskType: "Workflow" }]) {
      expect(constraintsOf(whereText(constraints))).toEqual(constraints);
    }
    expect(whereText({ taskQueueName: "b", namespace: "a" })).toBe("{Namespace:a}{TaskQueueName:b}");
  });
});

/** What a frontend logs that starts with the last edit: keys first, then that it has read them, then its limiters. */
function restarted(): string {
  const lines = LOGS.frontend.split("\n");
  const edits = lines.filter((line) => line.includes("22:13:53.607") && line.includes("changed for the key"));
  const [quota = ""] = lines.filter((line) => line.includes('"new-quota":12,'));
  return [...lines.slice(0, 3), ...edits, lines.find((line) => line.includes("Updated dynamic config")), quota].join("\n");
}

describe("a limit", () => {
  it("that no server has read yet waits for kubelet, poll and limiter, and the old one is in force", () => {
    const found = verdict(seenAt("22:13:45.000"), "frontend.namespaceRPS");
    // 22:13:40, 8 s for the kubelet, 10 s for the poll, a minute for the limiter.
    expect(found).toMatchObject({ state: "waiting", wait: 73, inForce: [2400], since: undefined, lag: 78 });
    expect(found.pods[0]?.read).toBeUndefined();
  });

  it("that is read waits for its limiter, and the old one is in force", () => {
    const found = verdict(seenAt("22:14:00.000"), "frontend.namespaceRPS");
    expect(found).toMatchObject({ state: "waiting", wait: 54, inForce: [2400] });
    expect(found.pods[0]).toMatchObject({ read: 12, readAt: at("22:13:53.607") });
  });

  it("is in force from the moment at which its limiter says so", () => {
    expect(verdict(seenAt("22:14:40.000"), "frontend.namespaceRPS")).toMatchObject({
      ...{ state: "in force", inForce: [12], by: ["quota log"], since: at("22:14:36.825"), wait: undefined },
    });
  });

  it("whose limiter has had no call since is taken with the next", () => {
    const log = LOGS.frontend.replace(/.*"new-quota":12,.*/, "");
    const found = verdict(seenAt("22:15:00.000", { pods: [pod("frontend", log)] }), "frontend.namespaceRPS");
    expect(found).toMatchObject({
      state: "next call",
      by: ["unseen"],
      inForce: [12],
      why: expect.stringMatching(/no call has reached the limiter/),
    });
    const none = verdict(
      seenAt("22:15:00.000", {
        pods: [pod("frontend", log)],
        mounted: { config: { "frontend.namespaceRPS": [{ value: 12, constraints: { namespace: "quiet" } }] }, changed: at("22:13:50.000") },
      }),
      "frontend.namespaceRPS",
    );
    expect(none.state).toBe("late"); // that server has never read it
  });

  it("of a namespace without a limiter yet is taken by the first call, without a minute's wait", () => {
    const log = LOGS.frontend.replaceAll("{Namespace:default}", "{Namespace:quiet}");
    const config = { "frontend.namespaceRPS": [{ value: 12, constraints: { namespace: "quiet" } }] };
    const found = verdict(
      seenAt("22:13:55.000", { pods: [pod("frontend", until(log, at("22:13:55.000")))], mounted: { config, changed: at("22:13:40.000") } }),
      "frontend.namespaceRPS",
    );
    expect(found).toMatchObject({ state: "next call", inForce: [12], why: expect.stringMatching(/the first one makes the limiter/) });
  });

  it("that the server neither logs nor exports is in force a minute after it was read, at the latest", () => {
    expect(verdict(seenAt("22:14:50.000"), "matching.rps")).toMatchObject({ state: "waiting", wait: 2, by: ["unseen"] });
    expect(verdict(seenAt("22:14:52.000"), "matching.rps")).toMatchObject({
      ...{ state: "in force", inForce: [10], by: ["unseen"], since: at("22:14:51.119") },
      why: expect.stringMatching(/neither logs nor exports/),
    });
  });

  it("that was there when its process started is in force from then on", () => {
    const seen = seenAt("22:14:00.000", { pods: [pod("matching", restarted())] });
    expect(verdict(seen, "matching.rps")).toMatchObject({ state: "in force", inForce: [10], since: at("22:13:53.607") });
  });

  it("that is looked up with each call is in force as it is read", () => {
    expect(verdict(seenAt("22:13:55.000"), "matching.numTaskqueueReadPartitions", "matching")).toMatchObject({
      ...{ state: "in force", inForce: [1], since: at("22:13:51.119"), by: ["unseen"], lag: 18 },
    });
  });

  it("that is not read though the lag is over is late, and the command fails", () => {
    const seen = seenAt("22:14:40.000", {
      mounted: { config: { "matching.rps": [{ value: 11, constraints: {} }] }, changed: at("22:14:00.000") },
    });
    const found = verdict(seen, "matching.rps");
    expect(found).toMatchObject({ state: "late", inForce: [10], why: expect.stringMatching(/not read 22 s after/) });
    expect(exitCode([found])).toBe(1);
  });

  it("that was taken away is still there until servers have read that", () => {
    const gone = { config: {}, changed: at("22:14:35.000") };
    expect(verdict(seenAt("22:14:40.000", { mounted: gone }), "frontend.namespaceRPS")).toMatchObject({ state: "waiting", inForce: [12] });
    // Read at 22:12:23, taken at 22:12:36.
    const back = verdict(seenAt("22:12:40.000", { mounted: { config: {}, changed: at("22:12:15.000") } }), "frontend.rps", "frontend");
    expect(back).toMatchObject({ state: "default", inForce: [2400] });
  });

  it("that is set nowhere is the server's default, by the gauge where there is one", () => {
    const pods = [pod("frontend", LOGS.frontend, { hostRpsLimit: 2400 })];
    expect(verdict(seenAt("22:15:00.000", { pods }), "frontend.rps")).toMatchObject({
      ...{ state: "default", inForce: [2400], by: ["gauge"], mounted: undefined, since: at("22:04:10.033") },
    });
    expect(verdict(seenAt("22:15:00.000", { pods }), "history.rps")).toMatchObject({ state: "unknown", why: "no pod of history runs" });
  });

  it("is not in force while the gauge has another value", () => {
    const log = until(LOGS.frontend, at("22:14:40.000")).replaceAll("matching.rps", "frontend.rps");
    const config = { "frontend.rps": [{ value: 10, constraints: {} }] };
    const seen = (clock: string, gauge: number) =>
      seenAt(clock, { pods: [pod("frontend", log, { hostRpsLimit: gauge })], mounted: { config, changed: at("22:13:40.000") } });
    expect(verdict(seen("22:14:45.000", 2400), "frontend.rps")).toMatchObject({ state: "waiting", wait: 9, inForce: [2400] });
    expect(verdict(seen("22:15:45.000", 2400), "frontend.rps").state).toBe("next call");
    const taken = log.replace(/"component":"rpc-handler","scope":"host","current-quota":null,"new-quota":2400/, (text) =>
      text.replace("2400", "10"),
    );
    const both = seenAt("22:14:45.000", {
      pods: [pod("frontend", taken, { hostRpsLimit: 10 })],
      mounted: { config, changed: at("22:13:40.000") },
    });
    expect(verdict(both, "frontend.rps")).toMatchObject({ state: "in force", by: ["gauge"], inForce: [10] });
  });

  it("for all pods is shared among those that run", () => {
    const config = { "frontend.globalRPS": [{ value: 4800, constraints: {} }] };
    const log = `${LOGS.frontend}\n${(LOGS.frontend.split("\n").find((line) => line.includes("matching.rps")) ?? "")
      .replace("matching.rps", "frontend.globalrps")
      .replace("value: 10", "value: 4800")}`;
    const pods = ["a", "b"].map((name) => pod("frontend", log, { name, hostRpsLimit: 2400 }));
    const seen = seenAt("22:15:00.000", { pods, mounted: { config, changed: at("22:13:40.000") } });
    expect(verdict(seen, "frontend.globalRPS")).toMatchObject({ state: "in force", inForce: [2400], by: ["gauge"], mounted: 4800 });
    const three = { ...seen, pods: [...pods, pod("frontend", log, { name: "c" })] };
    expect(verdict(three, "frontend.globalRPS").state).toBe("next call");
  });

  it("for all history pods is shared by the shards that each owns", () => {
    const config = { "history.persistenceGlobalMaxQPS": [{ value: 900, constraints: {} }] };
    const share = (value: number) =>
      LOGS.matching
        .replace('"new-quota":3000', `"new-quota":${value}`)
        .replaceAll("matching.rps", "history.persistenceglobalmaxqps")
        .replaceAll("value: 10 ", "value: 900 ");
    const seen = (...shares: number[]) =>
      seenAt("22:15:00.000", {
        pods: shares.map((value, index) => ({ ...pod("matching", share(value)), role: "history" as const, name: `history-${index}` })),
        mounted: { config, changed: at("22:13:40.000") },
      });
    expect(verdict(seen(675, 225), "history.persistenceGlobalMaxQPS")).toMatchObject({ state: "in force", inForce: [675, 225] });
    expect(verdict(seen(9000, 225), "history.persistenceGlobalMaxQPS").state).toBe("next call");
  });

  it("that a value for all pods hides is said to be unused", () => {
    const config = { "frontend.globalRPS": [{ value: 4800, constraints: {} }], "frontend.rps": [{ value: 50, constraints: {} }] };
    const found = verdict(seenAt("22:15:00.000", { mounted: { config, changed: at("22:13:40.000") } }), "frontend.rps");
    expect(found).toMatchObject({ state: "unused", why: expect.stringMatching(/while frontend.globalRPS is above 0/) });
    expect(exitCode([found])).toBe(1);
  });

  it("of which the worst pod decides", () => {
    const pods = [
      pod("matching", LOGS.matching, { name: "old" }),
      pod("matching", until(LOGS.matching, at("22:13:00.000")), { name: "new" }),
    ];
    const found = verdict(seenAt("22:13:57.000", { pods }), "matching.rps");
    expect(found).toMatchObject({ state: "waiting", wait: 61 });
    expect(found.pods.map(({ state }) => state)).toEqual(["waiting", "waiting"]);
    expect(verdict(seenAt("22:15:00.000", { pods }), "matching.rps")).toMatchObject({ state: "late", since: undefined });
  });
});

describe("a log that has lost its beginning", () => {
  const [, lost = ""] = /Updated dynamic config[^\n]*\n([\s\S]*)/.exec(LOGS.matching) ?? [];
  const config = { "history.rps": [{ value: 7, constraints: {} }], "matching.rps": [{ value: 7, constraints: {} }] };
  const mounted = { config, changed: at("22:00:00.000") };
  const log = lost.replace(/.*matching.rps.*/g, "");

  it("says nothing of a limit that it does not name", () => {
    const found = verdict(seenAt("22:15:00.000", { pods: [pod("matching", log)], mounted }), "matching.rps");
    expect(found).toMatchObject({
      state: "unknown",
      inForce: [undefined],
      since: undefined,
      why: expect.stringMatching(/lost its beginning/),
    });
    expect(exitCode([found])).toBe(0);
  });

  it("is stood in for by the file in the pod: read at the latest a poll after it was written", () => {
    const file = { config, since: at("22:14:55.000") };
    const seen = (clock: string) => seenAt(clock, { pods: [pod("matching", log, { file })], mounted });
    expect(verdict(seen("22:15:00.000"), "matching.rps")).toMatchObject({ state: "waiting", wait: 65 });
    expect(verdict(seen("22:16:06.000"), "matching.rps")).toMatchObject({ state: "in force", inForce: [7], since: at("22:16:05.000") });
    const old = { config, since: at("22:00:00.000") };
    expect(verdict(seenAt("22:15:00.000", { pods: [pod("matching", log, { file: old })], mounted }), "matching.rps")).toMatchObject({
      ...{ state: "in force", since: at("22:03:58.000") },
    });
    const other = { config: {}, since: at("22:00:00.000") };
    expect(verdict(seenAt("22:15:00.000", { pods: [pod("matching", log, { file: other })], mounted }), "matching.rps").state).toBe("late");
  });

  it("still says what it names", () => {
    expect(verdict(seenAt("22:15:00.000", { pods: [pod("matching", lost)] }), "matching.rps")).toMatchObject({
      state: "in force",
      inForce: [10],
    });
  });
});

describe("partitions", () => {
  const key = "matching.numTaskqueueWritePartitions";
  const listed = (count: number | string) => new Map([[partitionsKey(undefined, "benchmark"), count]]);

  it("are those that the server lists", () => {
    expect(verdict(seenAt("22:13:55.000", { partitions: listed(1) }), key)).toMatchObject({
      state: "in force",
      inForce: [1],
      by: ["partitions"],
    });
    expect(verdict(seenAt("22:13:55.000", { partitions: listed(4) }), key)).toMatchObject({ state: "waiting", inForce: [4] });
    expect(verdict(seenAt("22:15:00.000", { partitions: listed(4) }), key)).toMatchObject({
      state: "late",
      why: "the server lists 4 partitions",
    });
  });

  it("that cannot be asked for are what the server has read", () => {
    expect(verdict(seenAt("22:13:55.000", { partitions: listed("no tools pod") }), key)).toMatchObject({
      ...{ state: "in force", inForce: [1], by: ["server log"], why: "no tools pod" },
    });
  });

  it("are counted from what the CLI prints", () => {
    expect(partitionCount('{"activityTaskQueuePartitions":[{}],"workflowTaskQueuePartitions":[{},{}]}')).toBe(2);
    expect(() => partitionCount("{}")).toThrow(/lists no partitions/);
  });
});

describe("what is asked for", () => {
  const knobs = (seen: Seen, options = {}) => verdicts(seen, options).map(({ knob, role }) => `${knob} ${role}`);

  it("is what is set, by its place in the settings, and what binds by default", () => {
    expect(knobs(seenAt("22:15:00.000"))).toEqual([
      "limits.frontend.rps frontend",
      "limits.matching.rps matching",
      "limits.history.rps history",
      "limits.namespaces.default.rps frontend",
      ...["readPartitions", "writePartitions"].flatMap((name) =>
        ["frontend", "history", "matching"].map((role) => `limits.taskQueues[benchmark].${name} ${role}`),
      ),
    ]);
  });

  it("is every limit with --all, once for each role that reads it", () => {
    const all = verdicts(seenAt("22:15:00.000"), { all: true });
    const wanted = Object.entries(LIMITS).filter(([section]) => section !== "namespaces");
    const pairs = wanted.flatMap(([, table]) =>
      Object.values<Limit>(table).flatMap(({ key, readers }) => readers.map((role) => `${key} ${role}`)),
    );
    const found = all.filter(({ constraints }) => Object.keys(constraints).length === 0).map(({ key, role }) => `${key} ${role}`);
    expect(found.sort()).toEqual([...new Set(pairs)].sort());
  });

  it("is only what holds in a namespace, when one is named", () => {
    expect(knobs(seenAt("22:15:00.000"), { namespace: "other" }).filter((knob) => knob.includes("namespaces."))).toEqual([]);
    expect(knobs(seenAt("22:15:00.000"), { namespace: "default" })).toContain("limits.namespaces.default.rps frontend");
  });

  it("leaves out what a limit brings with it: a switch, or a twin that is off", () => {
    const config = {
      "history.taskSchedulerMaxQPS": [{ value: 9, constraints: {} }],
      "history.taskSchedulerEnableRateLimiter": [{ value: true, constraints: {} }],
      "frontend.globalNamespaceRPS.namespaceReplicationInducingAPIs": [{ value: 0, constraints: {} }],
    };
    const seen = seenAt("22:15:00.000", { mounted: { config, changed: 0 }, pods: [] });
    expect(knobs(seen)).toEqual([
      ...["limits.frontend.rps frontend", "limits.matching.rps matching", "limits.history.rps history"],
      "limits.history.taskSchedulerMaxQps history",
    ]);
  });

  it("compares settings with what they render to and with the ConfigMap", () => {
    const configured = withTemporal({ "system.enableEagerWorkflowStart": [{ value: true }] }, { matching: { rps: 20 } });
    const seen = seenAt("22:15:00.000", { configured });
    const found = verdict(seen, "matching.rps");
    expect(found).toMatchObject({ state: "not applied", configured: 20, rendered: 20, mounted: 10, inForce: [10] });
    expect(found.why).toBe("the ConfigMap in the cluster is not what values/dev.yaml give: run `pulumi up`");
    expect(exitCode([found])).toBe(1);
    const raw = verdict(seen, "system.enableEagerWorkflowStart", "worker");
    expect(raw).toMatchObject({ knob: 'dynamicConfig["system.enableEagerWorkflowStart"]', configured: true, mounted: undefined });
    // The ConfigMap still has what no setting gives any more.
    expect(verdict(seen, "frontend.namespaceRPS")).toMatchObject({ state: "not applied", configured: undefined, mounted: 12 });
  });

  it("calls a raw key read, for what it does is not known here", () => {
    const log = LOGS.frontend.replaceAll("matching.rps", "limit.maxidlength");
    const config = { "limit.maxIDLength": [{ value: 10, constraints: {} }] };
    const seen = seenAt("22:15:00.000", { pods: [pod("frontend", log)], mounted: { config, changed: at("22:13:40.000") } });
    expect(verdict(seen, "limit.maxIDLength", "frontend")).toMatchObject({ state: "read", inForce: [10], since: at("22:13:53.607") });
  });
});

describe("the lag", () => {
  it("is the kubelet's period with its jitter, the poll, and a minute for a rate", () => {
    expect(kubeletLag([{ syncFrequency: "1m0s", configMapAndSecretChangeDetectionStrategy: "Watch" }])).toEqual({
      kubelet: 90,
      kubeletAsked: true,
    });
    expect(kubeletLag([{ syncFrequency: "5s" }, { syncFrequency: "10s" }])).toEqual({ kubelet: 15, kubeletAsked: true });
    expect(kubeletLag([{ syncFrequency: "1m0s", configMapAndSecretChangeDetectionStrategy: "Cache" }]).kubelet).toBe(150);
    expect(kubeletLag([{ syncFrequency: "5s" }, undefined])).toEqual({ kubelet: 90, kubeletAsked: false });
    expect(kubeletLag([])).toEqual({ kubelet: 90, kubeletAsked: false });
    const lag = { kubelet: 90, kubeletAsked: true, poll: 10 };
    expect([worstCase(lag, "rate"), worstCase(lag, "call"), worstCase(lag, undefined)]).toEqual([160, 100, 100]);
  });

  it("of a mount is told by the folder that the kubelet writes", () => {
    expect(mountedSince("..2026_11_21_22_06_00.1234567890\n")).toBe(at("22:06:00.000"));
    expect(mountedSince("")).toBeUndefined();
  });
});

it("reads the gauge of a frontend", () => {
  const page = recorded("metrics.txt");
  expect(hostRpsLimit(page)).toBe(2400);
  expect(hostRpsLimit(page.replace(/^host_rps_limit.*$/m, ""))).toBeUndefined();
});

it("reads a file as a server does, and calls it none where the server would", () => {
  expect(parseFile("{}\n")).toEqual({});
  expect(parseFile("MATCHING.RPS:\n  - value: 3\n")).toEqual({ "matching.rps": [{ value: 3, constraints: {} }] });
  expect(parseFile("matching.rps: 3\n")).toBeUndefined();
  expect(parseFile("a: [")).toBeUndefined();
});

describe("the answer", () => {
  const seen = seenAt("22:14:40.000", { configured: withTemporal({}, {}) });
  const found = verdicts(seen, { all: true });

  it("is a table of at most 140 columns, with what is to be said below it", () => {
    const text = limitsText(found, seen);
    expect(
      Math.max(
        ...text
          .split("\n\n")[0]!
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(140);
    expect(text).toMatch(/limit +service +set +rendered +mounted +read +in force +since +lag s +state\n/);
    const now = seenAt("22:14:40.000");
    const lines = limitsText(verdicts(now), now).split("\n");
    const row = (start: string) =>
      lines
        .find((line) => line.startsWith(`  ${start}`))
        ?.trim()
        .split(/ {2,}/);
    expect(row("namespaces.default.rps")).toEqual([
      "namespaces.default.rps",
      "frontend",
      ...["?", "?", "12", "12", "12", "22:14:36", "78", "in force, quota log"],
    ]);
    expect(row("matching.rps")?.slice(-3)).toEqual(["-", "78", "waiting, <= 12 s"]);
    expect(row("history.rps")?.at(-1)).toBe("unknown");
    expect(lines).toContain("  set: unknown here: no file");
    expect(lines).toContain(
      "  lag: at worst 8 s for the kubelet, 10 s until the server polls its file, and 60 s more for a rate; since: UTC",
    );
  });

  it("for programs says the same, with times in ISO 8601 and null for what is not known", () => {
    const now = seenAt("22:14:40.000");
    const { limits, ...rest } = JSON.parse(JSON.stringify(limitsJson("demo", "lab", verdicts(now), now))) as { limits: { key: string }[] };
    expect(rest).toEqual({
      ...{ stack: "demo", context: "lab", at: "2026-11-21T22:14:40.000Z", configuredBy: null, configuredUnknown: "no file" },
      ...{ configMapChanged: "2026-11-21T22:13:40.000Z", lagSeconds: { kubelet: 8, kubeletAsked: true, poll: 10, refresh: 60 } },
    });
    expect(limits.find(({ key }) => key === "frontend.namespaceRPS")).toEqual({
      ...{ knob: "temporal.limits.namespaces.default.rps", key: "frontend.namespaceRPS", service: "frontend", constraints: NAMESPACE },
      ...{ per: "pod", unit: "requests/s", configured: null, rendered: null, configMap: 12, state: "in force", inForce: [12] },
      ...{ since: "2026-11-21T22:14:36.825Z", by: ["quota log"], worstCaseLagSeconds: 78, waitSeconds: null, why: null },
      pods: [
        {
          ...{
            pod: "temporal-frontend-a",
            state: "in force",
            mounted: null,
            mountedSince: null,
            read: 12,
            readAt: "2026-11-21T22:13:53.607Z",
          },
          ...{ inForce: 12, since: "2026-11-21T22:14:36.825Z", by: "quota log", waitSeconds: null, why: null },
        },
      ],
    });
  });

  it("ends with 0 when nothing is open, 2 while something waits, 1 when something is wrong", () => {
    const codes = STATES.map((state) => [state, exitCode([{ ...found[0]!, state }])]);
    expect(Object.fromEntries(codes)).toEqual({
      ...{ "not applied": 1, unused: 1, late: 1, unknown: 0, waiting: 2, read: 0, "next call": 0, "in force": 0, default: 0 },
    });
    expect(
      exitCode([
        { ...found[0]!, state: "waiting" },
        { ...found[0]!, state: "late" },
      ]),
    ).toBe(1);
  });
});

it("takes flags without a value", () => {
  const allowed = { stack: "NAME  a stack" };
  expect(flags(allowed, ["--json", "--stack", "a"], { json: "  for programs", all: "" })).toEqual({ json: true, stack: "a" });
  expect(() => flags(allowed, ["--jsn"], { json: "  for programs" })).toThrow(/--jsn[\s\S]*--json {3}for programs/);
});
