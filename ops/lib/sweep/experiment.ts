import { YAMLException, load } from "js-yaml";
import { z } from "zod";
import { nearest } from "../../../components/kit/nearest";
import { DnsLabel, Duration } from "../../../components/kit/schemas";
import type { Problem } from "../../../values/errors";

/** More runs than this are no sweep for one machine. */
export const MOST_RUNS = 200;

const Workload = z.strictObject({
  /** Activities of each workflow, one after the other. */
  activities: z.int().min(0).max(1000),
  /** Workflows in flight, over all runner pods. Enough of them, and the limit is what bounds the rate. */
  concurrency: z.int().min(1).max(10_000),
  /** Worker pods. Each backs off by itself when it is refused, so few of them leave a limit unused. */
  workers: z.int().min(1).max(100).default(1),
  /** Temporal namespace; unset: the stack's own `load.namespace`. */
  namespace: z.string().min(1).optional(),
  waiting: z
    .literal(true, "true, or left out: starters that do not wait pile up open workflows, and what is measured then is no ceiling")
    .default(true),
});
export type SweepWorkload = z.infer<typeof Workload>;

/** An experiment: which knobs are turned to which values on which stack, under which load, and how it is measured. */
export const Experiment = z.strictObject({
  name: DnsLabel,
  description: z.string().max(500).default(""),
  /** Stack that is measured; its own settings stand again when the sweep ends. */
  stack: DnsLabel,
  /** Knobs that are set before the first point and stay for all of them. */
  settings: z.record(z.string().min(1), z.unknown()).default({}),
  /** Knob to its values; every combination is a point. */
  grid: z.record(z.string().min(1), z.array(z.unknown())),
  workload: Workload,
  /** Time between a limit being in force and the first count. */
  warmUp: Duration,
  /** Time between the first count and the last. */
  duration: Duration,
  repetitions: z.int().min(1).max(20).default(1),
  /** The sweep is refused if it could take longer than this, every wait at its longest. */
  atMost: Duration.default("30m"),
});
export type Experiment = z.infer<typeof Experiment>;

/**
 * Reads an experiment file. Checks what can be known from the file alone.
 * @param file name for messages
 */
export function parseExperiment(file: string, text: string): Experiment | Problem[] {
  let tree: unknown;
  try {
    tree = load(text);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return [{ where: `${file}:${(error.mark?.line ?? 0) + 1}`, allowed: `${error.reason}. Correct the YAML at this line.` }];
  }
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) {
    return [{ where: file, allowed: "a map is expected at the top, with name, stack, grid, workload, warmUp and duration" }];
  }
  const result = Experiment.safeParse(tree);
  const problems = result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, file, tree));
  problems.push(...gridProblems(file, tree));
  return result.success && problems.length === 0 ? result.data : problems;
}

/** The grid is checked by hand, whatever else is wrong: a reader wants all of it at once. */
function gridProblems(file: string, tree: object): Problem[] {
  const { grid, settings } = tree as { grid?: unknown; settings?: unknown };
  if (typeof grid !== "object" || grid === null || Array.isArray(grid)) return [];
  const axes = Object.entries(grid).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const problems: Problem[] = [];
  if (Object.keys(grid).length === 0) problems.push({ where: `${file}: grid`, given: "{}", allowed: "at least one knob with its values" });
  for (const [knob, values] of axes) {
    if (values.length === 0) problems.push({ where: `${file}: grid.${knob}`, given: "[]", allowed: "at least one value" });
    const texts = values.map((value) => JSON.stringify(value));
    const again = [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
    if (again.length > 0) {
      const allowed = "each value once; to measure a point more than once set repetitions";
      problems.push({ where: `${file}: grid.${knob}`, given: `${again.join(", ")} more than once`, allowed });
    }
  }
  const runs = axes.reduce((product, [, values]) => product * values.length, 1) * repetitionsOf(tree);
  if (runs > MOST_RUNS) {
    const allowed = `at most ${MOST_RUNS} points times repetitions; take values out`;
    problems.push({ where: `${file}: grid`, given: `${runs} runs`, allowed });
  }
  const knobs = [...Object.keys(grid), ...Object.keys(typeof settings === "object" && settings !== null ? settings : {})];
  knobs.forEach((knob, index) => {
    const over = knobs.find((other, at) => at !== index && (other === knob ? at < index : knob.startsWith(`${other}.`)));
    if (over === undefined) return;
    problems.push({ where: `${file}: ${knob}`, allowed: `${over} sets the same; leave one of them out` });
  });
  return problems;
}

function repetitionsOf(tree: object): number {
  const { repetitions } = tree as { repetitions?: unknown };
  return typeof repetitions === "number" && repetitions > 0 ? repetitions : 1;
}

function problemsOf(issue: z.core.$ZodIssue, file: string, tree: object): Problem[] {
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], tree);
  const where = `${file}: ${issue.path.map(String).join(".")}`;
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(issue.path[0] === "workload" ? Workload.shape : Experiment.shape);
    const inside = issue.path.length === 0 ? `${file}: ` : `${where}.`;
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const help = near === undefined ? `known here: ${known.join(", ")}` : `did you mean ${near}?`;
      return { where: `${inside}${key}`, allowed: `unknown key; ${help}` };
    });
  }
  const given = value === undefined ? {} : { given: JSON.stringify(value) };
  return [{ where, ...given, allowed: allowed(issue, value) }];
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  object: "a map",
  record: "a map of knobs",
  array: "a list of values",
};

function allowed(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type": {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return value === undefined ? `missing; ${kind} is needed` : `allowed is ${kind}`;
    }
    case "too_small":
      return `allowed is ${issue.minimum} or more`;
    case "too_big":
      return `allowed is ${issue.maximum} or less`;
    default:
      return `allowed is ${issue.message}`;
  }
}
