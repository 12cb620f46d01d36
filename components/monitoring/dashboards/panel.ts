/** Dashboards as data, and their JSON in the form that Grafana 12 reads from files. */

export interface Query {
  /** `$__rate_interval` is Grafana's: four scrapes at least. */
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly description: string;
  /** Grafana's name of a unit, such as s, reqps, percentunit, bytes or short. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Drawn as a line: the number that the alert rule has. */
  readonly threshold?: number;
}

export interface Dashboard {
  /** Part of its address, and the name of its file. */
  readonly uid: string;
  readonly title: string;
  /** Beginning of the workloads that it is of: it is left out where none of them serves metrics. */
  readonly of: string;
  /** Shown on top, where something needs to be said. */
  readonly note?: string;
  readonly panels: readonly Panel[];
}

/** The data source that grafana-render.ts provisions. */
export const DATASOURCE = { type: "prometheus", uid: "prometheus" } as const;

const [WIDTH, HEIGHT, NOTE_HEIGHT] = [12, 8, 4];

/** One dashboard as JSON, two panels to a row. */
export function dashboardJson({ uid, title, note, panels }: Dashboard): string {
  const top = note === undefined ? 0 : NOTE_HEIGHT;
  return JSON.stringify({
    uid,
    title,
    tags: ["testbed"],
    timezone: "browser",
    schemaVersion: 41,
    editable: false,
    refresh: "15s",
    time: { from: "now-30m", to: "now" },
    panels: [
      ...(note === undefined ? [] : [notePanel(note)]),
      ...panels.map((panel, index) => ({
        ...timeseries(panel),
        id: index + 2,
        gridPos: { h: HEIGHT, w: WIDTH, x: (index % 2) * WIDTH, y: top + Math.floor(index / 2) * HEIGHT },
      })),
    ],
  });
}

function timeseries({ title, description, unit, queries, threshold }: Panel) {
  const steps = [{ color: "green", value: null }, ...(threshold === undefined ? [] : [{ color: "red", value: threshold }])];
  return {
    type: "timeseries",
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: "absolute", steps },
        custom: { thresholdsStyle: { mode: threshold === undefined ? "off" : "line" } },
      },
      overrides: [],
    },
    options: { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi", sort: "desc" } },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}

function notePanel(content: string) {
  return { type: "text", id: 1, title: "", gridPos: { h: NOTE_HEIGHT, w: 2 * WIDTH, x: 0, y: 0 }, options: { mode: "markdown", content } };
}

/** Grafana's window for rates. */
export const RATE = "$__rate_interval";

/** p50, p95 and p99 of a histogram. @param by labels to keep, such as operation @param matchers such as {operation="x"} */
export function quantiles(histogram: string, matchers = ""): Query[] {
  return [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket${matchers}[${RATE}])))`,
    legend: `p${quantile * 100}`,
  }));
}

/** p95 of a histogram for each value of a label. */
export function p95By(label: string, histogram: string, matchers = ""): Query {
  return {
    expr: `histogram_quantile(0.95, sum by (le, ${label}) (rate(${histogram}_bucket${matchers}[${RATE}])))`,
    legend: `{{${label}}}`,
  };
}

/** Rate of a counter, summed by labels. */
export function rateBy(labels: readonly string[], counter: string, matchers = ""): Query {
  return {
    expr: `sum by (${labels.join(", ")}) (rate(${counter}${matchers}[${RATE}]))`,
    legend: labels.map((label) => `{{${label}}}`).join(" "),
  };
}
