import { benchCommand, benchScript, benchSeconds } from "../../components/chronik-bench/render";
import { jobScript } from "../../components/kit/run-once";
import { BENCH_FLAGS } from "../contract/chronik";
import { rules } from "../policy/rules";
import { bedOf, type Captured, runProgram } from "../support/harness";
import { listAt, mapAt } from "../support/json";
import { containerOf, plainEnv } from "../support/pods";
import { sandboxes } from "../support/shell";
import { settings } from "../support/values";
import { LAYERS } from "../../values/layers";

const sandbox = sandboxes();
const IMAGE = { repository: "registry.example.com/chronik-bench", tag: "2.10.4" };

const withBench = (chronikBench: object = {}, layer = "dev", chronik: object = {}): Promise<Captured> =>
  runProgram(layer, { slices: { chronik: { enabled: true, ...chronik }, chronikBench: { image: IMAGE, ...chronikBench } } });
const valuesOf = async (chronikBench: object = {}) => (await settings("dev", { chronikBench })).values.chronikBench;

test("there is no benchmark until it has an image", async () => {
  for (const layer of LAYERS) expect((await bedOf(layer)).all.filter(({ name }) => name.includes("chronik-bench"))).toEqual([]);
});

describe("the job", () => {
  test("comes after the topics, with the addresses of all brokers", async () => {
    const bed = await withBench();
    const job = bed.get("Job", "chronik-bench");
    const stage = bed.stageOf(job);
    expect(stage?.dependencies.map((urn) => bed.stageOf(bed.byUrn(urn))?.name)).toEqual(
      expect.arrayContaining(["chronik", "chronik-topics"]),
    );
    expect(containerOf(job)["image"]).toBe("registry.example.com/chronik-bench:2.10.4");
    expect(plainEnv(containerOf(job))).toMatchObject({
      KAFKA_BOOTSTRAP_SERVERS: "chronik-1.testbed-dev.svc:9092,chronik-2.testbed-dev.svc:9092,chronik-3.testbed-dev.svc:9092",
      KAFKA_TOPIC: "chronik-bench",
      MIN_THROUGHPUT: "0",
    });
    expect(listAt(bed.get("NetworkPolicy", "network-chronik-bench").inputs, "spec.egress").map(({ ports }) => ports)).toEqual([
      [{ port: 9092 }],
    ]);
  });

  test("has resources of its own, which are counted", async () => {
    const resources = { requests: { cpu: "70m", memory: "80Mi" }, limits: { cpu: "2", memory: "300Mi" } };
    const bed = await withBench({ resources });
    expect(mapAt(containerOf(bed.get("Job", "chronik-bench")), "resources")).toEqual(resources);
    const pods = ({ outputs }: Captured) => (outputs as { requests: { pods: number } }).requests.pods;
    expect(pods(bed) - pods(await bedOf("dev"))).toBe(1);
  });

  test.each(LAYERS)("keeps every rule in %s", async (layer) => {
    const bed = await withBench({}, layer);
    for (const [name, rule] of Object.entries(rules)) expect([name, rule(bed, layer)]).toEqual([name, []]);
  });
});

describe("the command line", () => {
  test("has only flags that do something in 2.10.4", async () => {
    const flags = benchCommand(await valuesOf({ ratePerTask: 5 })).filter((word) => word.startsWith("--"));
    expect(flags.sort()).toEqual(Object.keys(BENCH_FLAGS).sort());
  });

  test("is what the values say", async () => {
    expect(benchCommand(await valuesOf()).join(" ")).toBe(
      "chronik-bench --mode produce --concurrency 64 --message-size 1024 --duration 30s --warmup-duration 5s --acks all" +
        " --compression none --linger-ms 0 --batch-size 16384 --json-output /tmp/result.json",
    );
  });

  test.each([
    [{ mode: "round-trip", warmup: false, duration: "5s" }, "--mode round-trip"],
    [{ concurrency: 8 }, "--concurrency 8"],
    [{ messageSize: 100 }, "--message-size 100"],
    [{ duration: "10s" }, "--duration 10s"],
    [{ warmup: false }, "--warmup-duration 0s"],
    [{ acks: 1 }, "--acks 1"],
    [{ acks: "1" }, "--acks 1"],
    [{ compression: "zstd" }, "--compression zstd"],
    [{ lingerMs: 10 }, "--linger-ms 10"],
    [{ batchSize: 65536 }, "--batch-size 65536"],
    [{ ratePerTask: 100 }, "--rate-limit 100"],
  ])("knob %j is %s", async (knob, words) => {
    expect(benchCommand(await valuesOf(knob)).join(" ")).toContain(words);
  });
});

describe("the verdict", () => {
  /** Result as chronik-bench writes it (reporter.rs, serde_json pretty). */
  const result = (total: number, failed: number) =>
    JSON.stringify(
      {
        mode: "Produce",
        duration: { secs: 30, nanos: 500_000_000 },
        total_messages: total,
        failed_messages: failed,
        total_bytes: total * 1024,
        latency_p50_us: 900,
        latency_p90_us: 1000,
        latency_p95_us: 1100,
        latency_p99_us: 2000,
        latency_p999_us: 3000,
        latency_max_us: 4000,
        message_size: 1024,
        concurrency: 64,
        compression: "None",
      },
      undefined,
      2,
    );
  const bench = `
shift $(( $# - 1 ))
[ -z "\${RESULT:-}" ] || printf '%s' "$RESULT" > "$1"
[ -z "\${LOG:-}" ] || printf '%s\\n' "$LOG"
exit "\${EXIT:-0}"`;
  const judge = async (knobs: object, env: Readonly<Record<string, string>>) =>
    sandbox().run(jobScript(benchScript(await valuesOf(knobs))), {
      fakes: { "chronik-bench": bench },
      env: { MIN_THROUGHPUT: "0", ...env },
    });
  const ROUND_TRIP = { mode: "round-trip", warmup: false, duration: "5s" };

  test("is good when every message came through, and says how fast", async () => {
    const ran = await judge({}, { RESULT: result(61_000, 0), LOG: "INFO Rate: 2000 msg/s" });
    expect(ran).toMatchObject({ status: 0, reason: "" });
    expect(ran.output).toContain("61000 messages in 30501 ms: 1999 a second; p50 900 us, p99 2000 us");
    expect(ran.output).toContain("INFO Rate: 2000 msg/s");
    expect(ran.calls).toHaveLength(1);
  });

  test.each([
    ["a message failed", { RESULT: result(60_999, 1) }, "1 of 61000 messages failed"],
    ["nothing was acknowledged", { RESULT: result(0, 0) }, "no message was acknowledged"],
    ["it wrote no result", {}, "chronik-bench wrote no result"],
    ["its result has another shape", { RESULT: '{"sent": 5}' }, 'chronik-bench wrote a result that this job cannot read: {"sent":5}'],
    ["it ended with an error", { EXIT: "1" }, "chronik-bench ended with exit code 1: see the log of this pod"],
    ["it did not end", { EXIT: "124" }, "chronik-bench had not ended after 140 s"],
    [
      "it was too slow",
      { RESULT: result(61_000, 0), MIN_THROUGHPUT: "2000" },
      "1999 messages a second, and chronikBench.minThroughput is 2000",
    ],
  ])("is bad when %s, although the program may say nothing of it", async (_, env, reason) => {
    expect(await judge({}, env)).toMatchObject({ status: 1, reason });
  });

  test("stops a program that does not stop", async () => {
    const ran = sandbox().run(jobScript(benchScript(await valuesOf())), {
      fakes: { "chronik-bench": "exec /bin/sleep 60" },
      env: { MIN_THROUGHPUT: "0", GIVE_UP_AFTER: "1" },
    });
    expect(ran.reason).toBe("chronik-bench had not ended after 1 s");
  });

  test.each([
    ["INFO Round-trip complete: sent=61000, received=61000", 0, ""],
    ["INFO Round-trip complete: sent=61000, received=60999", 1, "60999 of 61000 messages were read back"],
    ["INFO something else", 1, "0 of 61000 messages were read back"],
  ])("of a round trip hangs on what was read back: %s", async (log, status, reason) => {
    expect(await judge(ROUND_TRIP, { RESULT: result(61_000, 0), LOG: log })).toMatchObject({ status, reason });
  });
});

describe("what would measure nothing is refused in words", () => {
  test.each([
    [{}, { enabled: false }, /chronikBench\.image: .*none while chronik\.enabled is false/],
    [{ topic: "orders" }, {}, /chronikBench\.topic: "orders" given; allowed is one of chronik\.topics, which are chronik-bench/],
    [
      {},
      { topics: { "chronik-bench": { replicationFactor: 1 } } },
      /chronikBench\.acks: "all" given; allowed is 1, since topic chronik-bench has one copy/,
    ],
    [{ acks: "0" }, {}, /chronikBench\.acks: "0" given; allowed is one of 1, all/],
    [{ mode: "consume" }, {}, /allowed is one of produce, round-trip/],
    [{ mode: "round-trip" }, {}, /chronikBench\.warmup: true given; allowed is false with mode round-trip/],
    [
      { duration: "60s" },
      {},
      /chronikBench\.duration: "60s" given.*\(160 s\) fits the 140 s of one try; shorten it, or raise platform\.jobDeadlineSeconds to 340/,
    ],
    [{ validate: true }, {}, /--validate and uses it nowhere/],
  ])("%j, %j", async (chronikBench, chronik, reason) => {
    await expect(settings("dev", { chronik, chronikBench: { image: IMAGE, ...chronikBench } })).rejects.toThrow(reason);
  });

  test("one copy and acks 1 go together", async () => {
    const { values } = await settings("dev", {
      chronik: { topics: { "chronik-bench": { replicationFactor: 1 } } },
      chronikBench: { image: IMAGE, acks: 1 },
    });
    expect(values.chronikBench.acks).toBe("1");
  });

  test("a longer deadline makes room", async () => {
    const { values } = await settings("dev", { platform: { jobDeadlineSeconds: 340 }, chronikBench: { image: IMAGE, duration: "60s" } });
    expect(benchSeconds(values.chronikBench)).toBe(160);
  });

  test("reading back takes time too", async () => {
    expect(benchSeconds(await valuesOf({ mode: "round-trip", warmup: false, duration: "5s" }))).toBe(135);
  });

  test("without an image nothing is asked of it", async () => {
    await expect(settings("dev", { chronikBench: { topic: "nowhere" } })).resolves.toBeTruthy();
  });
});
