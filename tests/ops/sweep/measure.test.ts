import { samplesOf, sum } from "../../../ops/lib/samples";
import { growth, quantile, type Snapshot } from "../../../ops/lib/sweep/counters";
import { expectedOf, Read } from "../../../ops/lib/sweep/in-force";
import { idleCalls, measured } from "../../../ops/lib/sweep/measure";

const PAGE = `# HELP service_requests calls
# TYPE service_requests counter
service_requests{namespace="default",operation="PollWorkflowTaskQueue",service_name="frontend"} 100
service_requests{namespace="temporal-system",operation="PollWorkflowTaskQueue",service_name="frontend"} 7
service_requests{operation="AddWorkflowTask",service_name="matching"} 60
service_errors_resource_exhausted{namespace="default",operation="PollWorkflowTaskQueue",resource_exhausted_cause="RpsLimit",resource_exhausted_scope="Namespace",service_name="frontend"} 40
workflow_success{namespace="default",operation="CompletionStats"} 10
workflow_failed{namespace="default",operation="CompletionStats"} 1
service_latency_bucket{operation="StartWorkflowExecution",service_name="frontend",le="0.1"} 50
service_latency_bucket{operation="StartWorkflowExecution",service_name="frontend",le="0.2"} 90
service_latency_bucket{operation="StartWorkflowExecution",service_name="frontend",le="+Inf"} 100
service_latency_count{operation="StartWorkflowExecution",service_name="frontend"} 100
service_latency_sum{operation="StartWorkflowExecution",service_name="frontend"} 12
odd{label="a \\"quoted\\", {text}"} 1.5e+03
go_goroutines 12
`;

const at = (pages: Readonly<Record<string, string>>, seconds: number): Snapshot => ({
  at: seconds * 1000,
  pods: Object.fromEntries(Object.entries(pages).map(([pod, page]) => [pod, samplesOf(page)])),
});
/** The same page with every number so many times as large. */
const times = (factor: number) => PAGE.replace(/ (\d+)$/gm, (_, value: string) => ` ${Number(value) * factor}`);

describe("a page of metrics", () => {
  test("is read with its labels, whatever is quoted in them", () => {
    expect(samplesOf(PAGE)).toContainEqual({ name: "odd", labels: { label: 'a \\"quoted\\", {text}' }, value: 1500 });
    expect(samplesOf(PAGE)).toContainEqual({ name: "go_goroutines", labels: {}, value: 12 });
    expect(samplesOf(PAGE)).toHaveLength(13);
  });

  test("gives quantiles straight between the bounds of a bucket", () => {
    const of = (share: number) => quantile(samplesOf(PAGE), "service_latency", { service_name: "frontend" }, share);
    expect([of(0.25), of(0.5), of(0.7)].map((value) => value?.toFixed(3))).toEqual(["0.050", "0.100", "0.150"]);
    // Beyond the highest bound nobody knows.
    expect(of(0.99)).toBeUndefined();
    expect(quantile([], "service_latency", {}, 0.5)).toBeUndefined();
  });
});

describe("two looks", () => {
  test("tell what grew in between, over all pods, also from nothing", () => {
    const grown = growth(at({ a: PAGE, b: "" }, 0), at({ a: times(3), b: PAGE }, 20));
    expect(sum(grown, "service_requests", { service_name: "matching" })).toBe(2 * 60 + 60);
  });

  test("of pods that were replaced or restarted tell nothing", () => {
    expect(() => growth(at({ a: PAGE }, 0), at({ b: PAGE }, 1))).toThrow(/a before, b after/);
    expect(() => growth(at({ a: times(2) }, 0), at({ a: PAGE }, 1))).toThrow(/pod a restarted/);
  });

  test("make a measurement: rates of what was let in, refusals by reason, shares of latency", () => {
    const found = measured(at({ a: PAGE }, 0), at({ a: times(3) }, 20), "default");
    expect(found).toMatchObject({
      seconds: 20,
      completed: 20,
      perSecond: 1,
      notCompleted: 2,
      // 200 grown and 80 of them refused in the namespace; the system's own are not the namespace's.
      calls: { frontend: 6, history: 0, matching: 6 },
      throttled: [{ service: "frontend", cause: "RpsLimit", scope: "Namespace", perSecond: 4 }],
      endToEnd: { p50: undefined },
    });
    expect(found.start.p50).toBeCloseTo(0.1);
    expect(found.start.mean).toBeCloseTo(0.12);
    expect(idleCalls(at({ a: PAGE }, 0), at({ a: times(2) }, 60), "default")).toEqual({ frontend: 1, history: 0, matching: 1 });
  });
});

describe("what a server has read", () => {
  const line = (second: number, key: string, constraints: string, value: string) =>
    `{"level":"info","ts":"2026-01-01T00:00:0${second}.000Z","msg":"dynamic config changed for the key: ${key} oldValue: nil newValue: { constraints: {${constraints}} value: ${value} }"}`;
  const expected = expectedOf({
    "frontend.namespaceRPS": [{ value: 40, constraints: { namespace: "default" } }],
    "matching.rps": [{ value: 30, constraints: {} }],
    "history.persistenceDynamicRateLimitingParams": [{ value: { enabled: true }, constraints: {} }],
  });

  test("is the last word about every key, at the time of the latest", () => {
    const read = new Read();
    read.see([line(1, "frontend.namespacerps", "{Namespace:default}", "40"), line(2, "matching.rps", "", "90")].join("\n"));
    expect(read.since(expected)).toBeUndefined();
    read.see(line(5, "matching.rps", "", "30"));
    expect(read.since(expected)).toBe(Date.parse("2026-01-01T00:00:05.000Z"));
    read.see(line(7, "frontend.namespacerps", "{Namespace:default}", "80"));
    expect(read.since(expected)).toBeUndefined();
  });

  test("of another namespace is not what is asked for", () => {
    const read = new Read();
    read.see([line(1, "frontend.namespacerps", "{Namespace:other}", "40"), line(2, "matching.rps", "", "30")].join("\n"));
    expect(read.since(expected)).toBeUndefined();
  });
});
