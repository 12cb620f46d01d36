import { table } from "../table";
import { shown, type Verdict } from "./judge";
import type { Seen } from "./seen";

/** Longest name of a limit in the table; it is cut in its middle. */
const WIDTH = 42;

/** The answer for people: a table of at most 140 columns for numbers as they are in use, and what is to be said about it. */
export function limitsText(verdicts: readonly Verdict[], seen: Seen): string {
  const head = ["limit", "service", "set", "rendered", "mounted", "read", "in force", "since", "lag s", "state"];
  const known = "source" in seen.configured;
  const rows = verdicts.map((each) => [
    cut(each.knob.replace(/^limits\./, "")),
    each.role,
    known ? cell(each.configured) : "?",
    known ? cell(each.rendered) : "?",
    cell(each.mounted),
    several(each.pods.map((pod) => (pod.state === "unknown" ? "?" : cell(pod.read)))),
    several(each.inForce.map((value) => (value === undefined ? "?" : cell(value)))),
    each.since === undefined ? "-" : time(each.since, seen.now),
    each.lag,
    stateText(each),
  ]);
  return [...table([head, ...rows]), "", ...notes(verdicts, seen)].join("\n");
}

function cut(name: string): string {
  return name.length <= WIDTH ? name : `${name.slice(0, 12)}...${name.slice(-(WIDTH - 15))}`;
}

function cell(value: unknown): string {
  if (value === undefined) return "-";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toFixed(2)));
  const text = shown(value);
  return text.length <= 8 ? text : `${text.slice(0, 6)}..`;
}

function several(values: readonly string[]): string {
  return values.length === 0 ? "?" : [...new Set(values)].join("/");
}

function stateText({ state, wait, by }: Verdict): string {
  if (state === "waiting") return wait === undefined ? state : `waiting, <= ${wait} s`;
  return (state === "in force" || state === "default") && by.length > 0 ? `${state}, ${by.join("/")}` : state;
}

/** Time of day in UTC, with the date when it was another day. */
function time(at: number, now: number): string {
  const [day = "", clock = ""] = new Date(at).toISOString().split("T");
  return new Date(now).toISOString().startsWith(day) ? clock.slice(0, 8) : day;
}

function notes(verdicts: readonly Verdict[], { configured, lag }: Seen): string[] {
  const why = new Map<string, string[]>();
  for (const { knob, state, why: reason } of verdicts) {
    if (reason === undefined || state === "default") continue;
    const line = `${state}: ${reason}`;
    why.set(line, [...new Set([...(why.get(line) ?? []), knob.replace(/^limits\./, "")])]);
  }
  const kubelet = `${lag.kubelet} s for the kubelet${lag.kubeletAsked ? "" : " (its default; it does not say)"}`;
  return [
    "source" in configured ? `set: by ${configured.source}` : `set: unknown here: ${configured.unknown}`,
    `lag: at worst ${kubelet}, ${lag.poll} s until the server polls its file, and 60 s more for a rate; since: UTC`,
    ...[...why].map(
      ([line, knobs]) => `${line} (${knobs.slice(0, 3).join(", ")}${knobs.length > 3 ? `, and ${knobs.length - 3} more` : ""})`,
    ),
  ].map((line) => `  ${line}`);
}
