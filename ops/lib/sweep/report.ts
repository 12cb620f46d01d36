import type { Knobs } from "./knob";
import { shortName } from "./knob";
import { SERVICES, type Latency } from "./measure";
import { limitReached, type Outcome } from "./outcome";
import { percent } from "./runner";

/** Exact versions and circumstances of a sweep; no host names. */
export interface Circumstances {
  readonly experiment: string;
  readonly description: string;
  readonly began: string;
  /** Such as `temporal server`: `1.31.2`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  /** Knobs for the whole sweep, by their paths. */
  readonly settings: Knobs;
  readonly workload: Readonly<Record<string, unknown>>;
  readonly warmUp: string;
  readonly duration: string;
  /** Calls per second without load. */
  readonly idle: Readonly<Record<string, number>> | undefined;
}

type Cell = string | number | undefined;

/** One row per run, a column for each knob; numbers that were not measured are empty. */
export function rowsOf(outcomes: readonly Outcome[]): { readonly head: string[]; readonly rows: Cell[][] } {
  const knobs = [...new Set(outcomes.flatMap((outcome) => Object.keys(outcome.knobs)))];
  const causes = [...new Set(outcomes.flatMap(({ measured }) => (measured?.throttled ?? []).map(causeOf)))].sort();
  const head = [
    ...[
      "point",
      "repetition",
      ...knobs,
      "predicted_per_second",
      "predicted_by",
      "measured_per_second",
      "off_percent",
      "limit_reached",
      "status",
      "reason",
    ],
    ...["window_seconds", "completed", "not_completed", ...SERVICES.map((service) => `${service}_calls_per_second`)],
    ...causes.map((cause) => `refused_per_second ${cause}`),
    ...["start", "end_to_end"].flatMap((what) => ["mean", "p50", "p95", "p99"].map((share) => `${what}_${share}_seconds`)),
  ];
  const rows = outcomes.map((outcome) => {
    const { point, repetition, knobs: set, predicted, measured: m, failed } = outcome;
    const off = m === undefined ? undefined : round((m.perSecond / predicted.perSecond - 1) * 100);
    const refused = new Map((m?.throttled ?? []).map((each) => [causeOf(each), each.perSecond]));
    return [
      ...[point, repetition, ...knobs.map((knob) => cell(set[knob]))],
      ...[
        round(predicted.perSecond),
        predicted.by,
        round(m?.perSecond),
        off,
        yesNo(limitReached(outcome)),
        failed === undefined ? "ok" : "failed",
        failed ?? "",
      ],
      ...[round(m?.seconds), m?.completed, m?.notCompleted, ...SERVICES.map((service) => round(m?.calls[service]))],
      ...causes.map((cause) => (m === undefined ? undefined : round(refused.get(cause) ?? 0))),
      ...[m?.start, m?.endToEnd].flatMap((latency) => shares(latency)),
    ];
  });
  return { head, rows };
}

function yesNo(value: boolean | undefined): Cell {
  return value === undefined ? undefined : value ? "yes" : "no";
}

function shares(latency: Latency | undefined): Cell[] {
  return [latency?.mean, latency?.p50, latency?.p95, latency?.p99].map((value) => round(value));
}

export function causeOf({ service, cause, scope }: { service: string; cause: string; scope: string }): string {
  return `${service} ${cause} ${scope}`;
}

function cell(value: unknown): Cell {
  return typeof value === "number" || typeof value === "string" ? value : value === undefined ? undefined : JSON.stringify(value);
}

/** Three decimals are more than a count of some hundred workflows can say. */
function round(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.round(value * 1000) / 1000;
}

/** RFC 4180. */
export function csv(outcomes: readonly Outcome[]): string {
  const { head, rows } = rowsOf(outcomes);
  const text = (value: Cell) => {
    const plain = String(value ?? "");
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [head, ...rows].map((row) => `${row.map(text).join(",")}\n`).join("");
}

/** Short rows for the terminal. */
export function shortRows(outcomes: readonly Outcome[]): (string | number)[][] {
  const knobs = [...new Set(outcomes.flatMap((outcome) => Object.keys(outcome.knobs)))];
  const head = ["point", ...knobs.map(shortName), "predicted/s", "by", "measured/s", "off", "limit reached"];
  const rows = outcomes.map(({ point, knobs: set, predicted, measured: m, failed }) => [
    point,
    ...knobs.map((knob) => cell(set[knob]) ?? ""),
    predicted.perSecond.toFixed(2),
    predicted.by,
    m?.perSecond.toFixed(2) ?? "-",
    m === undefined ? `failed: ${(failed ?? "").split("\n")[0]}` : percent(m.perSecond, predicted.perSecond),
    yesNo(limitReached({ predicted, ...(m === undefined ? {} : { measured: m }) })) ?? "-",
  ]);
  return [head, ...rows];
}

export function resultsJson(circumstances: Circumstances, outcomes: readonly Outcome[]): string {
  return `${JSON.stringify({ ...circumstances, runs: outcomes }, undefined, 2)}\n`;
}
