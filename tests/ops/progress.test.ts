import { bedEvent, type BedEvent } from "../../ops/lib/bed-event";
import { failureText, failures } from "../../ops/lib/failures";
import { plannedBy } from "../../ops/lib/plan";
import { Progress } from "../../ops/lib/progress";
import { changedLines, stageLines } from "../../ops/lib/progress-text";
import { parseUrn, spoken, stageOf } from "../../ops/lib/urn";
import { START, urn } from "./recorded";

const SET = urn("testbed:store:Cassandra$kubernetes:apps/v1:StatefulSet", "cassandra");
const CASSANDRA = urn("testbed:store:Cassandra", "cassandra");

function step(kind: "begin" | "end" | "failed", at: number, op: string): BedEvent {
  return { kind, at, urn: SET, parent: CASSANDRA, op };
}

function seen(events: readonly BedEvent[], expected: readonly BedEvent[] = []): Progress {
  const progress = new Progress(plannedBy(expected));
  events.forEach((event) => progress.see(event));
  return progress;
}

describe("stages of resources", () => {
  it("takes a URN apart", () => {
    expect(parseUrn(SET)).toEqual({ parentTypes: ["testbed:store:Cassandra"], type: "kubernetes:apps/v1:StatefulSet", name: "cassandra" });
    expect(spoken(SET)).toBe("StatefulSet cassandra");
  });

  it("finds the stage through parents that are resources themselves", () => {
    const child = urn("testbed:store:Cassandra$kubernetes:apps/v1:StatefulSet$kubernetes:core/v1:Secret", "inner");
    const parents = new Map([
      [child, SET],
      [SET, CASSANDRA],
    ]);
    expect(stageOf(child, (key) => parents.get(key))).toBe("cassandra");
  });

  it("names the outermost component", () => {
    const inner = urn("testbed:engine:Temporal$testbed:kit:Part", "part");
    expect(stageOf(inner, () => urn("testbed:engine:Temporal", "temporal"))).toBe("temporal");
  });

  it("gives the provider and the program no stage", () => {
    expect(stageOf(urn("pulumi:providers:kubernetes", "cluster"), () => undefined)).toBeUndefined();
  });
});

describe("progress", () => {
  it("ends a recorded start with every stage done and nothing under way", () => {
    const stages = seen(START, START).stages();
    expect(stages.map(({ state }) => state)).toEqual(stages.map(() => "done"));
    expect(stages.map(({ name }) => name)).toEqual(expect.arrayContaining(["platform", "cassandra", "temporal", "temporal-namespaces"]));
    expect(stages.every(({ done, total, current }) => done === total && current.length === 0)).toBe(true);
  });

  it("counts objects, not components", () => {
    const roles = seen(START)
      .stages()
      .find(({ name }) => name === "cassandra-roles");
    expect(roles?.total).toBe(1);
  });

  it("shows stages to come as waiting, with their totals", () => {
    const before = new Progress(plannedBy(START)).stages();
    expect(new Set(before.map(({ state }) => state))).toEqual(new Set(["waiting"]));
    expect(before.map(({ total }) => total)).toEqual(
      seen(START, START)
        .stages()
        .map(({ total }) => total),
    );
  });

  it("is never done before it is, half-way through the recording", () => {
    const working = seen(
      START.filter(({ at }) => at <= midOf("temporal")),
      START,
    ).stages();
    expect(working.find(({ name }) => name === "temporal")?.state).toBe("working");
    expect(working.find(({ name }) => name === "temporal-namespaces")?.state).toBe("waiting");
  });

  it("tells a stage that changed from one that did not", () => {
    expect(seen([step("begin", 1, "same"), step("end", 2, "same")]).stages()[0]).toMatchObject({ state: "unchanged", began: undefined });
    expect(seen([step("begin", 1, "update"), step("end", 2, "update")]).stages()[0]).toMatchObject({ state: "done", began: 1, ended: 2 });
  });

  it("takes a replacement as done with the new object, and not as reopened by the end of the old one", () => {
    const progress = seen([step("begin", 1, "delete-replaced"), step("end", 2, "delete-replaced")]);
    expect(progress.stages()[0]?.state).toBe("working");
    [step("begin", 3, "create-replacement"), step("end", 4, "create-replacement"), step("begin", 5, "delete-replaced")].forEach((event) =>
      progress.see(event),
    );
    expect(progress.stages()[0]).toMatchObject({ state: "done", ended: 4 });
  });

  it("keeps a failure failed", () => {
    expect(seen([step("begin", 1, "create"), step("failed", 2, "create"), step("end", 3, "create")]).stages()[0]?.state).toBe("failed");
  });
});

describe("progress as text", () => {
  const working = seen([step("begin", 1000, "create")]).stages();

  it("names what is being worked on, for how long, and fits the terminal", () => {
    expect(stageLines(working, 3500, 100)[0]).toMatch(/▸ cassandra working +0\/1 +2\.5 s {2}StatefulSet cassandra$/);
    expect(stageLines(working, 3500, 20)[0]).toHaveLength(20);
  });

  it("says each change once where it cannot redraw", () => {
    expect(changedLines(working, new Map(), 1000)).toEqual(["     1.0 s  cassandra: working, 0/1 resources"]);
    expect(changedLines(working, new Map([["cassandra", "working" as const]]), 2000)).toEqual([]);
  });
});

describe("failures", () => {
  const diagnostic = (message: string, of?: string): BedEvent => ({
    kind: "diagnostic",
    at: 1,
    severity: "error",
    message,
    ephemeral: false,
    ...(of === undefined ? {} : { urn: of }),
  });

  it("names stage and resource, drops repetitions and the engine's closing words", () => {
    const text = failureText(
      failures([step("begin", 0, "create"), diagnostic("no node", SET), diagnostic("no node", SET), diagnostic("update failed")]),
    );
    expect(text).toBe("✗ cassandra: StatefulSet cassandra\n    no node");
  });

  it("keeps the closing words when there is nothing else", () => {
    expect(failures([diagnostic("update failed")])).toHaveLength(1);
  });

  it("ascribes a refused configuration to the program", () => {
    const [failure] = failures([diagnostic("1 problem in the configuration", urn("pulumi:pulumi:Stack", "testbed-demo"))]);
    expect(failure).toMatchObject({ stage: undefined, resource: undefined });
  });
});

describe("engine events", () => {
  it("loses colours, and debug messages altogether", () => {
    const message = (severity: "error" | "info") => ({
      sequence: 1,
      timestamp: 0,
      diagnosticEvent: { message: "<{%fg 1%}>no node<{%reset%}>\n", color: "raw", severity },
    });
    expect(bedEvent(message("error"), 5)).toMatchObject({ kind: "diagnostic", at: 5, message: "no node" });
    expect(bedEvent(message("debug" as "info"), 5)).toBeUndefined();
  });
});

/** A moment at which the stage's first object is begun and its last one is not. */
function midOf(stage: string): number {
  const { began = 0, ended = 0 } =
    seen(START)
      .stages()
      .find(({ name }) => name === stage) ?? {};
  return (began + ended) / 2;
}
