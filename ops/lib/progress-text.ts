import type { StageProgress, StageState } from "./progress";

/** `12.3 s` from milliseconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const MARKS: Readonly<Record<StageState, string>> = { waiting: "·", working: "▸", done: "✓", unchanged: "=", failed: "✗" };

/**
 * One line per stage, for a terminal.
 * @param now milliseconds since the run began
 * @param width columns; longer lines are cut, because a wrapped line cannot be redrawn in place
 */
export function stageLines(stages: readonly StageProgress[], now: number, width: number): string[] {
  const longest = Math.max(0, ...stages.map(({ name }) => name.length));
  return stages.map((stage) => {
    const time = stage.began === undefined ? "" : seconds((stage.state === "working" ? now : (stage.ended ?? now)) - stage.began);
    const note = stage.state === "working" ? stage.current.join(", ") : "";
    const count = `${stage.done}/${stage.total}`.padStart(6);
    return `  ${MARKS[stage.state]} ${stage.name.padEnd(longest)} ${stage.state.padEnd(9)} ${count} ${time.padStart(8)}  ${note}`
      .trimEnd()
      .slice(0, width);
  });
}

/**
 * What to say when the lines cannot be redrawn: one line per stage that changed its state since `before`.
 * @param before state by stage; undefined values are stages not seen before
 */
export function changedLines(stages: readonly StageProgress[], before: ReadonlyMap<string, StageState>, now: number): string[] {
  return stages
    .filter((stage) => stage.state !== "waiting" && before.get(stage.name) !== stage.state)
    .map((stage) => {
      const took = stage.began !== undefined && stage.ended !== undefined && stage.state !== "working";
      const detail = took ? ` in ${seconds((stage.ended ?? 0) - (stage.began ?? 0))}` : "";
      return `  ${seconds(now).padStart(8)}  ${stage.name}: ${stage.state}, ${stage.done}/${stage.total} resources${detail}`;
    });
}
