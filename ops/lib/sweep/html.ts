import { plotSvg, type Plot, type Series } from "../plot-svg";
import { escape } from "../svg";
import { shortName, shortText } from "./knob";
import type { Outcome } from "./outcome";
import { causeOf, rowsOf, type Circumstances } from "./report";

/** The report of a sweep as one page that needs no other file. */

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem }
  svg { max-width: 100%; height: auto }
  table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
  th, td { border: 1px solid #8b949e55; padding: .2rem .5rem; text-align: right; white-space: nowrap }
  .failed { color: #e5534b }
`;

export function reportHtml(circumstances: Circumstances, outcomes: readonly Outcome[]): string {
  const { head, rows } = rowsOf(outcomes);
  const failed = head.indexOf("status");
  const facts = { ...circumstances.versions, ...circumstances.machine, began: circumstances.began };
  const lines = [
    `<!doctype html>`,
    `<html lang="en"><head><meta charset="utf-8"><title>${escape(`Sweep ${circumstances.experiment}`)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escape(`Sweep ${circumstances.experiment}`)}</h1>`,
    `<p>${escape(circumstances.description)}</p>`,
    `<p>${escape(factsText(facts))}</p>`,
    ...plotsOf(circumstances.experiment, outcomes).map((plot) => `<figure>${plotSvg(plot)}</figure>`),
    `<h2>Every run</h2>`,
    `<table><thead><tr>${head.map((name) => `<th>${escape(name)}</th>`).join("")}</tr></thead><tbody>`,
    ...rows.map((row) => {
      const cells = row.map((value) => `<td>${escape(String(value ?? ""))}</td>`).join("");
      return `<tr${row[failed] === "failed" ? ' class="failed"' : ""}>${cells}</tr>`;
    }),
    `</tbody></table>`,
    `<h2>Circumstances</h2>`,
    `<pre>${escape(JSON.stringify(circumstances, undefined, 2))}</pre>`,
    `</body></html>`,
  ];
  return `${lines.join("\n")}\n`;
}

function factsText(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(", ");
}

function plotsOf(name: string, outcomes: readonly Outcome[]): Plot[] {
  if (outcomes.length === 0) return [];
  return [ceilingPlot(name, outcomes), throttlingPlot(outcomes), latencyPlot(outcomes)];
}

/**
 * Measured against predicted: across, the last knob of the grid that has numbers; a line for each combination of the others.
 * @param name of the experiment, for the title
 */
export function ceilingPlot(name: string, outcomes: readonly Outcome[]): Plot {
  const knobs = Object.keys(outcomes[0]?.knobs ?? {});
  const across = [...knobs].reverse().find((knob) => outcomes.every((outcome) => typeof outcome.knobs[knob] === "number"));
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const others = Object.fromEntries(Object.entries(outcome.knobs).filter(([knob]) => knob !== across));
    const key = across === undefined ? "all" : shortText(others);
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  const x = ({ knobs: set, point }: Outcome) => (across === undefined ? point : Number(set[across]));
  const series = [...groups].map(([key, group]): Series => {
    const sorted = [...group].sort((a, b) => x(a) - x(b));
    // One series holds both, so that both have one colour: the line is what was predicted, a bar goes from it to the measurement.
    return {
      name: `predicted${key === "" ? "" : `, ${key}`}`,
      points: sorted.map((each) => ({ x: x(each), y: each.predicted.perSecond })),
    };
  });
  const markers = [...groups].map(([key, group]): Series => {
    const like = `predicted${key === "" ? "" : `, ${key}`}`;
    const points = group.flatMap((each) => (each.measured === undefined ? [] : [{ x: x(each), y: each.measured.perSecond, like }]));
    return { name: `measured${key === "" ? "" : `, ${key}`}`, shape: "markers", points };
  });
  return {
    title: `Completed workflows per second, measured against predicted: ${name}`,
    description: `Lines are the capacity model's prediction, dots what the server counted; ${outcomes.length} runs.`,
    x: { title: across === undefined ? "point" : shortName(across) },
    y: { title: "workflows/s", from: 0 },
    series: [...series, ...markers],
  };
}

function throttlingPlot(outcomes: readonly Outcome[]): Plot {
  const causes = [...new Set(outcomes.flatMap(({ measured }) => (measured?.throttled ?? []).map(causeOf)))].sort();
  return {
    title: "Refused calls by service, cause and scope",
    description: "Calls per second that the servers refused, for each run.",
    x: { title: "run" },
    y: { title: "calls/s", from: 0 },
    series: causes.map((cause) => ({
      name: cause,
      shape: "both",
      points: outcomes.flatMap(({ measured }, index) =>
        measured === undefined ? [] : [{ x: index + 1, y: measured.throttled.find((each) => causeOf(each) === cause)?.perSecond ?? 0 }],
      ),
    })),
  };
}

function latencyPlot(outcomes: readonly Outcome[]): Plot {
  const lines = [
    ["end to end", "endToEnd"],
    ["start", "start"],
  ] as const;
  return {
    title: "Latency",
    description:
      "From start to end of a workflow as its worker has it, and of the call that starts it as the frontend has it, for each run.",
    x: { title: "run" },
    y: { title: "seconds", scale: "log" },
    series: lines.flatMap(([text, what]) =>
      (["p50", "p95", "p99"] as const).map((share) => ({
        name: `${text} ${share}`,
        shape: "both" as const,
        points: outcomes.flatMap(({ measured }, index) => {
          const value = measured?.[what][share];
          return value === undefined ? [] : [{ x: index + 1, y: value }];
        }),
      })),
    ),
  };
}
