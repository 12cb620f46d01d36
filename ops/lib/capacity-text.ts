import type { Bound, Calls, InFlight, Interval, Pasteable, Plan, Setup, Workload } from "../../components/temporal/capacity";
import { inWords } from "../../components/temporal/capacity";
import { table } from "./table";

/** Everything that the command has to say. */
export interface Answer {
  /** Whose capacity it is. */
  readonly subject: string;
  /** Where the settings come from. */
  readonly source: string;
  readonly setup: Setup;
  readonly workload: Workload;
  readonly calls: Calls;
  readonly bounds: readonly Bound[];
  readonly binding: Bound;
  readonly inFlight: readonly InFlight[];
  readonly notes: readonly string[];
  readonly plan?: Plan & Pasteable;
}

/** The answer for a terminal. */
export function answerText({ subject, source, setup, workload, calls, bounds, binding, inFlight, notes, plan }: Answer): string[] {
  return [
    `${subject} (${source}): namespace ${setup.namespace}, task queue ${setup.taskQueue}, ${setup.partitions === 1 ? "1 partition" : `${setup.partitions} partitions`}`,
    `${inWords(workload)}: at most ${rate(binding.perSecond)} workflows/s, bound by ${binding.limit} (${binding.knob})`,
    "",
    ...table([["one completed workflow", "takes"], ...costs(calls)]),
    "",
    ...table([
      ["", "bound", "workflows/s", "or, by forwarding and batches", "computed as", "turn"],
      ...bounds.map((bound) => [
        bound === binding ? "binds" : "",
        bound.name,
        number(bound.perSecond),
        bound.between === undefined ? "" : `${rate(bound.between.low)} to ${rate(bound.between.high)}`,
        bound.formula,
        bound.knob,
      ]),
    ]),
    "",
    ...table([
      ["in flight, no rate", "at most", "computed as", "turn"],
      ...inFlight.map((each) => [each.what, each.atMost, each.formula, each.knob]),
    ]),
    "",
    ...notes.map((note) => `  - ${note}`),
    ...(plan === undefined ? [] : ["", ...planText(plan)]),
  ];
}

function costs(calls: Calls): [string, string][] {
  return [
    ["frontend calls", exact(calls.frontend)],
    ["matching calls", interval(calls.matching)],
    ["history calls", exact(calls.history)],
    ["state transitions (writes)", exact(calls.stateTransitions)],
    ["reads of its history", exact(calls.historyReads)],
    ["store calls of history", interval(calls.storeCalls)],
    ["transfer tasks", exact(calls.transferTasks)],
    ["visibility writes", exact(calls.visibilityWrites)],
  ];
}

function planText({ target, headroom, settings, beyond, yaml, commands, byHand }: Plan & Pasteable): string[] {
  const head = `for ${exact(target)} workflows/s with a headroom of ${exact(headroom)}`;
  if (settings.length === 0) return [`${head} no limit has to rise`, "", ...outside(beyond)];
  return [
    `${head} these limits have to rise:`,
    "",
    ...table([["knob", "from", "to", "because of"], ...settings.map(({ knob, from, to, because }) => [knob, from, to, because])]),
    ...(yaml === ""
      ? []
      : [
          "",
          "in Pulumi.<stack>.yaml, below `config:` (into the testbed:temporal that is there, if one is):",
          "",
          ...yaml
            .trimEnd()
            .split("\n")
            .map((line) => `  ${line}`),
          "",
          "or the same by commands:",
          "",
          ...commands.map((command) => `  ${command}`),
        ]),
    ...(byHand.length === 0 ? [] : ["", "by hand, for no typed knob can say it:", "", ...byHand.map((line) => `  ${line}`)]),
    "",
    ...outside(beyond),
  ];
}

function outside(beyond: readonly string[]): string[] {
  return ["limits do not give:", "", ...beyond.map((text) => `  - ${text}`)];
}

/** A rate as people read it: whole, and broken only where that is much of it; never more than it is. */
function number(value: number): number {
  return value < 10 ? Math.floor(value * 10) / 10 : Math.floor(value);
}

function rate(value: number): string {
  return number(value).toLocaleString("en");
}

function exact(value: number): string {
  return String(Number(value.toFixed(2)));
}

function interval({ low, high }: Interval): string {
  return low === high ? exact(low) : `${exact(low)} to ${exact(high)}`;
}
