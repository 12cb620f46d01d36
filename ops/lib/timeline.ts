import type { StageProgress } from "./progress";
import { isComponent, parseUrn, stageOf } from "./urn";

/** One stage of a start-up. Seconds since the engine began. */
export interface Bar {
  readonly stage: string;
  readonly start: number;
  readonly end: number;
  readonly resources: number;
  /** True when the start-up would have been shorter, had this stage been. */
  readonly critical: boolean;
}

export interface Timeline {
  /** In the order in which they began. */
  readonly bars: readonly Bar[];
  /** Seconds until the last stage was ready. */
  readonly seconds: number;
}

/** Direct prerequisites by stage. */
export type StageEdges = ReadonlyMap<string, readonly string[]>;

/**
 * The bars of a run, without stages in which nothing changed.
 * @param edges prerequisites by stage; a stage that is missing is taken to have waited for whichever ended last before it began
 */
export function timeline(stages: readonly StageProgress[], edges: StageEdges): Timeline {
  const bars = stages
    .flatMap(({ name, began, ended, total }) =>
      began === undefined || ended === undefined ? [] : [{ stage: name, start: began / 1000, end: ended / 1000, resources: total }],
    )
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const critical = criticalPath(bars, edges);
  return {
    bars: bars.map((bar) => ({ ...bar, critical: critical.has(bar.stage) })),
    seconds: Math.max(0, ...bars.map(({ end }) => end)),
  };
}

type Span = Omit<Bar, "critical">;

/** From the stage that ended last, back through the prerequisite that each one waited for longest. */
function criticalPath(bars: readonly Span[], edges: StageEdges): Set<string> {
  const path = new Set<string>();
  let current = latest(bars);
  while (current !== undefined && !path.has(current.stage)) {
    path.add(current.stage);
    const { stage, start } = current;
    const named = edges.get(stage);
    current = latest(bars.filter((bar) => (named === undefined ? bar.end <= start : named.includes(bar.stage))));
  }
  return path;
}

function latest(bars: readonly Span[]): Span | undefined {
  return bars.reduce<Span | undefined>((best, bar) => (best === undefined || bar.end > best.end ? bar : best), undefined);
}

/** A resource as the engine's state has it. */
export interface StateResource {
  readonly urn: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
}

/** Prerequisites by stage, from what each stage's component depends on. */
export function stageEdges(resources: readonly StateResource[]): Map<string, string[]> {
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  const of = (urn: string) => stageOf(urn, (child) => parents.get(child));
  return new Map(
    resources
      .filter(({ urn }) => isComponent(urn) && of(urn) === parseUrn(urn).name)
      .map(({ urn, dependencies = [] }) => {
        const own = parseUrn(urn).name;
        const others = dependencies.flatMap((dependency) => of(dependency) ?? []).filter((stage) => stage !== own);
        return [own, [...new Set(others)]];
      }),
  );
}

/** Distance between the marks of an axis: the smallest round number that needs at most ten. */
export function axisStep(length: number): number {
  for (let power = 1; ; power *= 10) {
    for (const round of [1, 2, 5]) if (length / (round * power) <= 10) return round * power;
  }
}

/** The timeline for a terminal, `width` columns at most. */
export function timelineText({ bars, seconds }: Timeline, width: number): string[] {
  const longest = Math.max(5, ...bars.map(({ stage }) => stage.length));
  const room = Math.max(10, width - longest - 24);
  const column = (time: number) => (seconds === 0 ? 0 : Math.round((time / seconds) * room));
  const step = axisStep(seconds);
  let axis = "";
  for (let mark = 0; mark <= seconds; mark += step) {
    // A mark that would touch the one before is left out.
    if (mark > 0 && column(mark) <= axis.length) continue;
    axis = `${axis.padEnd(column(mark))}${mark}`;
  }
  return [
    `  ${"".padEnd(longest)}  ${axis} s`,
    ...bars.map(({ stage, start, end, critical }) => {
      const from = Math.min(column(start), room - 1);
      const length = Math.max(1, column(end) - from);
      const drawn = `${" ".repeat(from)}${(critical ? "█" : "░").repeat(length)}`.padEnd(room);
      return `  ${stage.padEnd(longest)}  ${drawn}  ${start.toFixed(1).padStart(5)} + ${(end - start).toFixed(1).padStart(5)} s`;
    }),
    `  █ critical path   ░ had time to spare   all: ${seconds.toFixed(1)} s`,
  ];
}
