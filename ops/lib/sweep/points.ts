import { createHash } from "node:crypto";
import type { Experiment } from "./experiment";
import type { Knobs } from "./knob";

/** One run of a sweep: a combination of knob values, measured once. */
export interface Run {
  /** Number of the point, from 1, in the order of the grid: the last knob changes fastest. */
  readonly point: number;
  /** From 1. */
  readonly repetition: number;
  readonly knobs: Knobs;
}

/** Every combination of the grid, in its order. */
export function pointsOf({ grid }: Pick<Experiment, "grid">): Knobs[] {
  return Object.entries(grid).reduce<Knobs[]>(
    (points, [knob, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [knob]: value }))),
    [{}],
  );
}

/** Repetitions of a point follow each other, since its knobs are in force by then. */
export function runsOf(experiment: Pick<Experiment, "grid" | "repetitions">): Run[] {
  return pointsOf(experiment).flatMap((knobs, index) =>
    Array.from({ length: experiment.repetitions }, (_, again) => ({ point: index + 1, repetition: again + 1, knobs })),
  );
}

/** Name of a run, which is also the name of its file: `003-1` is the third point, measured for the first time. */
export function runName({ point, repetition }: Pick<Run, "point" | "repetition">): string {
  return `${String(point).padStart(3, "0")}-${repetition}`;
}

/** What tells one experiment from another, whatever the comments and the order of keys in its file. */
export function fingerprint(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts, sorted)).digest("hex");
}

/** The order of the grid's knobs is part of the experiment: it is the order of the points. */
function sorted(key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (key === "grid") return Object.entries(value);
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
