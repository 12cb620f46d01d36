import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump } from "js-yaml";
import { FLAGS } from "../contract/monitoring";
import { bedOf, ROOT } from "../support/harness";
import { mapAt, textAt } from "../support/json";
import { LAYERS } from "../../values/layers";

/** Prometheus' own tool on what is rendered. It needs the lab's binaries and no bed. */

const binary = (name: string) => execFileSync(join(ROOT, "lab/build.sh"), ["--which", name], { encoding: "utf8" }).trim();
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** Files of a layer's ConfigMap, in a folder of their own. @param edit what is planted in one of them */
async function rendered(layer: string, edit: Readonly<Record<string, (text: string) => string>> = {}): Promise<string> {
  const files = mapAt((await bedOf(layer)).get("ConfigMap", "prometheus-config").inputs, "data");
  const folder = mkdtempSync(join(tmpdir(), "testbed-promtool-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), (edit[name] ?? String)(textAt(text, "")));
  return folder;
}

function promtool(folder: string, ...args: string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(binary("promtool"), args, { cwd: folder, encoding: "utf8" });
  return { status, text: `${stdout}${stderr}` };
}

describe.each(LAYERS)("%s", (layer) => {
  test("Prometheus takes the configuration, and the rules it names", async () => {
    const { status, text } = promtool(await rendered(layer), "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml");
    expect({ status, text }).toMatchObject({ status: 0, text: expect.stringMatching(/SUCCESS: \d+ rules found/) as string });
  });

  test("and every rule by itself", async () => {
    const { status, text } = promtool(await rendered(layer), "check", "rules", "--lint=all", "--lint-fatal", "rules.yml");
    expect({ status, text }).toMatchObject({ status: 0 });
  });
});

describe("a planted error is found", () => {
  test.each([
    ["a key that Prometheus does not know", "prometheus.yml", "metrics_path:", "metric_path:"],
    ["a label selector that is none", "prometheus.yml", "app.kubernetes.io/name=", "app kubernetes io/name="],
    ["a retention that is no size", "prometheus.yml", "size: 1GB", "size: 1Gi"],
    ["a query that is none", "rules.yml", "expr: up == 0", "expr: up == "],
    ["a time that is none", "rules.yml", "for: 300s", "for: 300"],
  ])("%s", async (_, file, right, wrong) => {
    const planted = await rendered("dev", {
      [file]: (text) => {
        expect(text).toContain(right);
        return text.replace(right, wrong);
      },
    });
    expect(promtool(planted, "check", "config", "prometheus.yml").status).not.toBe(0);
  });
});

describe("rules", () => {
  interface Case {
    readonly series: Readonly<Record<string, string>>;
    readonly alertname: string;
    readonly after: string;
    readonly fires?: { readonly labels: Readonly<Record<string, string>>; readonly summary: string; readonly source: string };
  }

  async function run({ series, alertname, after, fires }: Case) {
    const folder = await rendered("dev");
    const expected = fires && [{ exp_labels: fires.labels, exp_annotations: { summary: fires.summary, source: fires.source } }];
    const test = {
      interval: "15s",
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      alert_rule_test: [{ eval_time: after, alertname, exp_alerts: expected ?? [] }],
    };
    writeFileSync(join(folder, "test.yml"), dump({ rule_files: ["rules.yml"], evaluation_interval: "15s", tests: [test] }));
    return promtool(folder, "test", "rules", "test.yml");
  }

  const REFUSED =
    'service_errors_resource_exhausted{service_name="frontend", resource_exhausted_cause="RpsLimit", resource_exhausted_scope="Namespace"}';
  const throttled = {
    labels: {
      severity: "warning",
      service_name: "frontend",
      resource_exhausted_cause: "RpsLimit",
      resource_exhausted_scope: "Namespace",
    },
    summary: "frontend refuses calls: RpsLimit, scope Namespace.",
    source: "zero: that a limit bites is what the 2025 reports did not see",
  };
  /** A histogram of which a share is at most 5 ms, the rest at most 10 ms. */
  const locks = (fast: number) => ({
    'lock_latency_bucket{operation="ShardInfo", le="0.005"}': `0+${fast}x80`,
    'lock_latency_bucket{operation="ShardInfo", le="0.01"}': "0+100x80",
    'lock_latency_bucket{operation="ShardInfo", le="+Inf"}': "0+100x80",
  });
  const polls = (sync: number) => ({
    'poll_success_sync{namespace="default"}': `0+${sync}x80`,
    'poll_success{namespace="default"}': "0+100x80",
  });

  test.each<[string, Case]>([
    [
      "refused calls, for long enough",
      { series: { [REFUSED]: "0+15x80" }, alertname: "TemporalThrottled", after: "10m", fires: throttled },
    ],
    ["refused calls, not for long", { series: { [REFUSED]: "0+15x80" }, alertname: "TemporalThrottled", after: "4m" }],
    ["refused calls of the past", { series: { [REFUSED]: "900+0x80" }, alertname: "TemporalThrottled", after: "15m" }],
    ["shards that wait less than 5 ms", { series: locks(97), alertname: "TemporalShardLockSlow", after: "15m" }],
    [
      "shards that wait longer",
      {
        series: locks(90),
        alertname: "TemporalShardLockSlow",
        after: "15m",
        fires: {
          labels: { severity: "warning" },
          summary: "Work waits 7.5ms (p95) for the lock of its history shard: more shards, or a faster store.",
          source: "Temporal's blog, Scaling Temporal: The Basics: p95 at most 5 ms",
        },
      },
    ],
    ["polls that are nearly all served at once", { series: polls(99.5), alertname: "TemporalPollSyncRateLow", after: "15m" }],
    [
      "polls that are not",
      {
        series: polls(80),
        alertname: "TemporalPollSyncRateLow",
        after: "15m",
        fires: {
          labels: { severity: "warning", namespace: "default" },
          summary: "Only 80% of the tasks of default find a waiting worker; the others go through Cassandra.",
          source: "Temporal's blog, Scaling Temporal: The Basics: at least 99 %",
        },
      },
    ],
    ["no polls at all", { series: { 'poll_success{namespace="default"}': "7+0x80" }, alertname: "TemporalPollSyncRateLow", after: "15m" }],
    [
      "a pod that does not answer",
      {
        series: { 'up{job="temporal-history", workload="temporal-history", pod="h-1"}': "0x80" },
        alertname: "TargetDown",
        after: "10m",
        fires: {
          labels: { severity: "critical", job: "temporal-history", workload: "temporal-history", pod: "h-1" },
          summary: "h-1 of temporal-history does not serve its metrics.",
          source: "this bed: what Prometheus cannot read, no other rule sees",
        },
      },
    ],
  ])("%s", async (_, each) => {
    expect(await run(each)).toMatchObject({ status: 0, text: expect.stringContaining("SUCCESS") as string });
  });

  test("the test of a rule can fail", async () => {
    const ran = await run({ series: { [REFUSED]: "0+15x80" }, alertname: "TemporalThrottled", after: "10m" });
    expect(ran).toMatchObject({ status: 1, text: expect.stringContaining("FAILED") as string });
  });
});

test("every flag is one that this version has", () => {
  const { stdout, stderr } = spawnSync(binary("prometheus"), ["--help"], { encoding: "utf8" });
  const known = new Set([...`${stdout}${stderr}`.matchAll(/^\s+--(?:\[no-\])?([\w.-]+)/gm)].map(([, flag]) => flag));
  expect(known.size).toBeGreaterThan(20);
  expect(Object.keys(FLAGS).filter((flag) => !known.has(flag))).toEqual([]);
});
