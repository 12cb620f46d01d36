import { reportHtml } from "../../../ops/lib/sweep/html";
import type { Outcome } from "../../../ops/lib/sweep/outcome";
import { csv, resultsJson, shortRows, type Circumstances } from "../../../ops/lib/sweep/report";
import { measurementOf } from "./fake";

const KNOBS = ["temporal.limits.matching.rps", "temporal.limits.namespaces.default.rps"] as const;

const OUTCOMES: Outcome[] = [30, 60].flatMap((matching, first) =>
  [40, 80, 160].map((namespace, second) => ({
    point: first * 3 + second + 1,
    repetition: 1,
    knobs: { [KNOBS[0]]: matching, [KNOBS[1]]: namespace },
    at: "2026-01-01T00:00:00.000Z",
    predicted: { perSecond: Math.min(matching / 6, namespace / 8), by: "matching.rps", knob: "temporal.limits.matching.rps" },
    lag: 70,
    measured: measurementOf({ matching, namespace }),
  })),
);
const { point, repetition, knobs, at, predicted } = OUTCOMES[4] as Outcome;
const FAILED: Outcome = { point, repetition, knobs, at, predicted, failed: 'a pod said "no", twice\nand <b>again</b>' };
const ALL = OUTCOMES.map((outcome) => (outcome.point === 5 ? FAILED : outcome));

const CIRCUMSTANCES: Circumstances = {
  experiment: "small",
  description: "a <test>",
  began: "2026-01-01T00:00:00.000Z",
  versions: { "temporal server": "1.31.2" },
  machine: { cores: 2 },
  settings: {},
  workload: { activities: 1 },
  warmUp: "1s",
  duration: "10s",
  idle: { matching: 3 },
};

test("the CSV has a row for every run, failed ones too, with exact knobs", () => {
  const text = csv(ALL);
  const [head = "", first = ""] = text.split("\n");
  expect(head.split(",").slice(0, 8)).toEqual([
    "point",
    "repetition",
    ...KNOBS,
    "predicted_per_second",
    "predicted_by",
    "measured_per_second",
    "off_percent",
  ]);
  expect(head).toContain("refused_per_second matching RpsLimit System");
  expect(first.split(",").slice(0, 10)).toEqual(["1", "1", "30", "40", "5", "matching.rps", "5", "0", "yes", "ok"]);
  expect(text).toContain('5,1,60,80,10,matching.rps,,,,failed,"a pod said ""no"", twice\nand <b>again</b>",,,');
  expect(text.match(/^\d,1,/gm)).toHaveLength(6);
});

test("the JSON holds everything that is known", () => {
  expect(JSON.parse(resultsJson(CIRCUMSTANCES, ALL))).toEqual({ ...CIRCUMSTANCES, runs: JSON.parse(JSON.stringify(ALL)) });
});

test("the page shows every run in the table and every measurement in the plots, and asks for no other file", () => {
  const page = reportHtml(CIRCUMSTANCES, ALL);
  expect(page.match(/<tr/g)).toHaveLength(1 + 6);
  expect(page.match(/<tr class="failed">/g)).toHaveLength(1);
  expect(page).not.toContain("<b>again</b>");
  expect(page).not.toMatch(/(src|href)=|@import|url\((?!#)/);
  const [ceiling = "", throttling = "", latency = ""] = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
  const dots = (plot: string) => plot.match(/<circle [^>]*r="4" fill/g)?.length;
  // Five measurements and two entries of the legend; then one line and its entry; then five of six shares, each with its entry.
  expect([ceiling, throttling, latency].map(dots)).toEqual([5 + 2, 5 + 1, 5 * 5 + 6]);
  expect(ceiling).toContain("measured, matching.rps 30");
  expect(throttling).toContain("matching RpsLimit System");
});

test("the terminal's table says how far off a measurement is, and what has failed", () => {
  const rows = shortRows([{ ...(OUTCOMES[0] as Outcome), predicted: { perSecond: 4, by: "frontend.namespaceRPS", knob: "" } }, FAILED]);
  expect(rows[0]).toEqual(["point", "matching.rps", "namespaces.default.rps", "predicted/s", "by", "measured/s", "off", "limit reached"]);
  expect(rows[1]?.slice(-5)).toEqual(["4.00", "frontend.namespaceRPS", "5.00", "+25.0 %", "no"]);
  expect(rows[2]?.at(-2)).toBe('failed: a pod said "no", twice');
});
