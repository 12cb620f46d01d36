import { changedLines, stageLines } from "./progress-text";
import type { Progress, StageState } from "./progress";

/** How often a terminal is redrawn, in milliseconds. */
const REDRAW_MS = 150;

/** Shows a run while it goes on: in place on a terminal, line by line elsewhere. */
export interface Screen {
  /** Call after each event. */
  update(): void;
  /** Draws the last state and leaves it standing. */
  close(): void;
}

export function showProgress(progress: Progress, started: number, out: NodeJS.WriteStream = process.stdout): Screen {
  return out.isTTY ? redrawn(progress, started, out) : appended(progress, started, out);
}

function redrawn(progress: Progress, started: number, out: NodeJS.WriteStream): Screen {
  let drawn = 0;
  const draw = () => {
    // A list longer than the terminal cannot be redrawn: the cursor does not go above the first row.
    const lines = stageLines(progress.stages(), Date.now() - started, out.columns || 80).slice(0, Math.max(1, (out.rows || 24) - 2));
    out.write((drawn > 0 ? `\x1b[${drawn}A` : "") + lines.map((line) => `\x1b[2K${line}\n`).join(""));
    drawn = lines.length;
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    update: () => undefined,
    close: () => {
      clearInterval(timer);
      draw();
    },
  };
}

function appended(progress: Progress, started: number, out: NodeJS.WriteStream): Screen {
  const before = new Map<string, StageState>();
  const update = () => {
    const stages = progress.stages();
    for (const line of changedLines(stages, before, Date.now() - started)) out.write(`${line}\n`);
    for (const { name, state } of stages) before.set(name, state);
  };
  return { update, close: update };
}
