import type { Measured, Round } from "./measure";
import { medians, one, series, shown, type Series } from "./numbers";

/** A comparison with its target. */
export interface Row {
  readonly what: string;
  readonly kubectl?: Series;
  readonly program: Series;
  /** What the difference, or without kubectl the time itself, may be at most. */
  readonly target?: number;
  /** How many times kubectl's seconds it may take at most. */
  readonly ratio?: number;
}

export interface Breakdown {
  readonly what: string;
  /** Median seconds of each part. */
  readonly parts: Readonly<Record<string, number>>;
}

export interface Report {
  readonly machine: string;
  readonly rows: readonly Row[];
  readonly breakdowns: readonly Breakdown[];
  readonly levers: readonly { readonly name: string; readonly up: number; readonly destroy: number }[];
}

export function upRow(what: string, rounds: readonly Round[], bound: Pick<Row, "target" | "ratio">): Row {
  const kubectl = series(rounds.map(({ apply }) => apply.seconds));
  return { what, kubectl, program: series(rounds.map(({ up }) => up.seconds)), ...bound };
}

export function destroyRow(what: string, rounds: readonly Round[], target: number): Row {
  const kubectl = series(rounds.map(({ deleteNamespaces }) => deleteNamespaces));
  return { what, kubectl, program: series(rounds.map(({ destroy }) => destroy.seconds)), target };
}

export function breakdown(what: string, runs: readonly Measured[]): Breakdown {
  return { what, parts: medians(runs.map(({ parts }) => parts)) };
}

/** What counts against the target: the difference of the medians, or the median where nothing is compared. */
export function overhead({ kubectl, program }: Row): number {
  return kubectl === undefined ? program.median : program.median - kubectl.median;
}

export function missed(row: Row): boolean {
  const { kubectl, program, target = Infinity, ratio = Infinity } = row;
  return overhead(row) > target || program.median / (kubectl?.median ?? Infinity) > ratio;
}

function targetText({ kubectl, target, ratio }: Row): string {
  if (ratio !== undefined) return `<= ${ratio} x`;
  return target === undefined ? "" : `<= ${kubectl === undefined ? "" : "+"}${target}`;
}

/** The report as Markdown; on a terminal it reads as well. */
export function markdown({ machine, rows, breakdowns, levers }: Report): string {
  const sections = [
    `Seconds, median (least-most). ${machine}`,
    table(
      ["what", "kubectl", "pulumi", "difference", "target", ""],
      rows.map((row) => [
        row.what,
        row.kubectl === undefined ? "" : shown(row.kubectl),
        shown(row.program),
        row.kubectl === undefined ? "" : signed(overhead(row)),
        targetText(row),
        targetText(row) === "" ? "" : missed(row) ? "MISSED" : "met",
      ]),
    ),
    ...breakdowns.map(({ what, parts }) =>
      table(
        [what, "s"],
        Object.entries(parts).map(([name, seconds]) => [name, seconds.toFixed(2)]),
      ),
    ),
    ...(levers.length === 0
      ? []
      : [
          table(
            ["lever", "up", "destroy"],
            levers.map(({ name, up, destroy }) => [name, one(up), one(destroy)]),
          ),
        ]),
  ];
  return `${sections.join("\n\n")}\n`;
}

function signed(seconds: number): string {
  return `${seconds < 0 ? "" : "+"}${one(seconds)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...rows.map(line)].join("\n");
}
