import { Progress } from "../../ops/lib/progress";
import { axisStep, stageEdges, timeline, timelineText } from "../../ops/lib/timeline";
import { timelineSvg } from "../../ops/lib/timeline-svg";
import { EDGES, START, urn } from "./recorded";

const progress = new Progress();
START.forEach((event) => progress.see(event));
const drawn = timeline(progress.stages(), EDGES);
const bar = (stage: string) => drawn.bars.find((candidate) => candidate.stage === stage);

describe("timeline of a recorded start", () => {
  it("has a bar from the first begin to the last end of each stage", () => {
    const own = START.filter((event) => event.kind !== "diagnostic" && event.parent === urn("testbed:engine:Temporal", "temporal"));
    expect(bar("temporal")).toMatchObject({
      start: Math.min(...own.map(({ at }) => at)) / 1000,
      end: Math.max(...own.map(({ at }) => at)) / 1000,
    });
    expect(drawn.seconds).toBe(Math.max(...drawn.bars.map(({ end }) => end)));
  });

  it("shows that no stage begins before its prerequisites end", () => {
    for (const [stage, prerequisites] of EDGES) {
      for (const prior of prerequisites)
        expect({ stage, prior, early: (bar(stage)?.start ?? 0) < (bar(prior)?.end ?? 0) }).toMatchObject({ early: false });
    }
  });

  it("marks the critical path, and only that", () => {
    const path = drawn.bars.filter(({ critical }) => critical).map(({ stage }) => stage);
    expect(path[0]).toBe("platform");
    expect(path.slice(-2)).toEqual(["temporal", expect.stringMatching(/^temporal-(namespaces|tools)$/)]);
    for (let index = 1; index < path.length; index++) expect(EDGES.get(path[index] ?? "")).toContain(path[index - 1]);
  });

  it("leaves out stages in which nothing changed", () => {
    const quiet = new Progress();
    START.forEach((event) => quiet.see(event.kind === "diagnostic" ? event : { ...event, op: "same" }));
    expect(timeline(quiet.stages(), EDGES).bars).toEqual([]);
  });
});

describe("critical path", () => {
  const stage = (name: string, began: number, ended: number) => ({
    name,
    began,
    ended,
    state: "done" as const,
    done: 1,
    total: 1,
    current: [],
  });
  const critical = (edges: ReadonlyMap<string, readonly string[]>) =>
    timeline([stage("a", 0, 1000), stage("b", 0, 4000), stage("c", 4000, 5000)], edges)
      .bars.filter((candidate) => candidate.critical)
      .map((candidate) => candidate.stage);

  it("follows prerequisites, not mere time", () => {
    expect(critical(new Map([["c", ["a"]]]))).toEqual(["a", "c"]);
  });

  it("goes by time where prerequisites are not known", () => {
    expect(critical(new Map())).toEqual(["b", "c"]);
  });
});

it("reads the prerequisites of a stage from its component in the state", () => {
  const platform = urn("testbed:platform:Platform", "platform");
  const namespace = urn("testbed:platform:Platform$kubernetes:core/v1:Namespace", "namespace");
  const store = urn("testbed:store:Cassandra", "cassandra");
  const config = urn("testbed:store:Cassandra$kubernetes:core/v1:ConfigMap", "config");
  const edges = stageEdges([
    { urn: platform },
    { urn: namespace, parent: platform },
    { urn: store, dependencies: [platform, namespace, config] },
    { urn: config, parent: store, dependencies: [namespace] },
  ]);
  expect([...edges]).toEqual([
    ["platform", []],
    ["cassandra", ["platform"]],
  ]);
});

it.each([
  [0.4, 1],
  [9, 1],
  [18, 2],
  [47, 5],
  [240, 50],
])("marks an axis of %d s every %d s", (length, step) => {
  expect(axisStep(length)).toBe(step);
});

describe("timeline for a terminal", () => {
  const lines = timelineText(drawn, 80);

  it("draws one line per stage, the later the further to the right", () => {
    const from = (stage: string) => lines.find((line) => line.trimStart().startsWith(`${stage} `))?.search(/[█░]/) ?? -1;
    expect(from("platform")).toBeGreaterThan(0);
    expect(from("cassandra-roles")).toBeGreaterThan(from("platform"));
    expect(from("temporal-namespaces")).toBeGreaterThan(from("cassandra-roles"));
  });

  it("keeps within the width, bars and axis", () => {
    expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe("timeline as a picture", () => {
  const svg = timelineSvg(drawn, 'Start of "a" & <b>');
  const rects = [...svg.matchAll(/<rect class="bar( critical)?" x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="16"/g)];

  it("has one bar per stage, inside the picture, coloured when critical", () => {
    expect(rects).toHaveLength(drawn.bars.length);
    expect(rects.filter(([, critical]) => critical !== undefined)).toHaveLength(drawn.bars.filter(({ critical }) => critical).length);
    for (const [, , x, width] of rects) expect(Number(x) + Number(width)).toBeLessThanOrEqual(900);
  });

  it("gives bars lengths in proportion to their seconds", () => {
    const scale = (index: number) => Number(rects[index]?.[3]) / ((drawn.bars[index]?.end ?? 0) - (drawn.bars[index]?.start ?? 0));
    const long = drawn.bars.flatMap(({ start, end }, index) => (end - start > 0.8 ? [index] : []));
    for (const index of long) expect(scale(index) / scale(long[0] ?? 0)).toBeCloseTo(1, 1);
  });

  it("escapes what is not its own, says its title, and stands on any background", () => {
    expect(svg).toContain('<title id="title">Start of &#34;a&#34; &#38; &#60;b&#62;</title>');
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/<rect[^>]*width="900"/);
  });
});
