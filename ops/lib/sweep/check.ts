import { seconds } from "../../../components/kit/units";
import type { Problem } from "../../../values/errors";
import { mergeLayers, type Layer } from "../../../values/layers";
import { parseValues } from "../../../values/parse";
import type { Values } from "../../../values/slices";
import type { Experiment } from "./experiment";
import { isHot, namespaceOfKnob, treeOf, type Knobs } from "./knob";
import { pointsOf, runsOf } from "./points";
import { predict } from "./predict";

/** Longest time until a limit is in force, in seconds, beside the servers' own poll interval. */
const LAG = {
  /** One hot `up`, and the kubelet's refresh of the mounted file, which the sweep asks for. */
  upAndMount: 20,
  /** Limiters read their rate again once a minute. @see common/quotas/dynamic_rate_limiter_impl.go, Temporal 1.31.2 */
  limiter: 60,
};
export const LIMITER_SECONDS = LAG.limiter;

/** An experiment that can be run, with what it was checked against. */
export interface Checked {
  readonly experiment: Experiment;
  /** The stack's own values, before the sweep changes anything. */
  readonly base: Values;
  /** Knobs for the whole sweep: `settings` and what the workload means for the bed's load. */
  readonly settings: Knobs;
  /** Values of each point, in the order of the points. */
  readonly values: readonly Values[];
  /** Longest that the sweep can take. */
  readonly worstSeconds: number;
}

/** Knobs of the bed's load that make the workload: without backoff, or the runner would throttle itself. */
export function loadKnobs({ workload }: Experiment): Knobs {
  return {
    "load.runner.replicas": 1,
    "load.runner.concurrentWorkflows": workload.concurrency,
    "load.runner.activities": workload.activities,
    "load.runner.wait": workload.waiting,
    "load.runner.backoff": false,
    "load.worker.replicas": workload.workers,
    ...(workload.namespace === undefined ? {} : { "load.namespace": workload.namespace }),
  };
}

/**
 * Checks an experiment against the stack that it names. Reads nothing and touches nothing.
 * @param file name of the experiment for messages
 * @param layers of the stack, the last one its own settings
 */
export function checkExperiment(file: string, experiment: Experiment, layers: readonly Layer[]): Checked | Problem[] {
  const problems = knobProblems(file, experiment);
  const settings = { ...experiment.settings, ...loadKnobs(experiment) };
  const parse = (knobs: Knobs) => parseValues(mergeLayers([...layers, { source: file, tree: treeOf(knobs) }]));

  const own = parse({});
  if (Array.isArray(own)) return [...problems, ...own];
  const alone = [parse(settings), ...axes(experiment).map((knobs) => parse({ ...settings, ...knobs }))];
  problems.push(...alone.flatMap((parsed) => (Array.isArray(parsed) ? parsed : [])));
  problems.push(...stackProblems(file, experiment, own.values));

  const worstSeconds = worst(experiment, own.values);
  const most = seconds(experiment.atMost) ?? 0;
  if (worstSeconds > most) {
    const given = `${runsOf(experiment).length} runs of up to ${minutes(worstSeconds)} in all`;
    problems.push({
      where: `${file}: atMost ${experiment.atMost}`,
      given,
      allowed: "fewer values, a shorter duration, or a longer atMost",
    });
  }
  if (problems.length > 0) return once(problems);

  // Every value passes alone; together they may still break a rule between knobs.
  const points = pointsOf(experiment).map((knobs) => parse({ ...settings, ...knobs }));
  const together = points.flatMap((parsed) => (Array.isArray(parsed) ? parsed : []));
  if (together.length > 0) return once(together);
  const values = points.flatMap((parsed) => (Array.isArray(parsed) ? [] : [parsed.values]));
  const slow = slowest(file, experiment, values);
  if (slow !== undefined) return [slow];
  return { experiment, base: own.values, settings, values, worstSeconds };
}

/** One knob with one of its values, for all of them. */
function axes({ grid }: Experiment): Knobs[] {
  return Object.entries(grid).flatMap(([knob, values]) => values.map((value) => ({ [knob]: value })));
}

function knobProblems(file: string, { grid, settings }: Experiment): Problem[] {
  const cold = Object.keys(grid).filter((knob) => !isHot(knob));
  const foreign = Object.keys(settings).filter((knob) => !isHot(knob) && !knob.startsWith("load.worker."));
  return [
    ...cold.map((knob) => ({
      where: `${file}: grid.${knob}`,
      allowed: "a knob that restarts nothing: one of temporal.limits or temporal.dynamicConfig; others go into the stack's own settings",
    })),
    ...foreign.map((knob) => ({
      where: `${file}: settings.${knob}`,
      allowed:
        "one of temporal.limits, temporal.dynamicConfig or load.worker; the rest of the load comes from workload, all else from the stack's own settings",
    })),
  ];
}

function stackProblems(file: string, experiment: Experiment, values: Values): Problem[] {
  const problems: Problem[] = [];
  const { load, temporal } = values;
  if (!load.enabled) {
    problems.push({
      where: `${file}: stack ${experiment.stack}`,
      allowed: "a stack with load.enabled: its worker and runner make the load",
    });
  }
  for (const role of ["frontend", "history", "matching"] as const) {
    const { logLevel } = temporal[role];
    if (logLevel === "info" || logLevel === "debug") continue;
    const allowed = `temporal.${role}.logLevel info or debug: the log is where the server says which limits it has read`;
    problems.push({ where: `${file}: stack ${experiment.stack}`, given: logLevel, allowed });
  }
  const target = experiment.workload.namespace ?? load.namespace;
  for (const knob of [...Object.keys(experiment.grid), ...Object.keys(experiment.settings)]) {
    const limited = namespaceOfKnob(knob);
    if (limited === undefined || limited === target) continue;
    const allowed = `a limit of namespace ${target}, where the workload runs; this one would change nothing that is measured`;
    problems.push({ where: `${file}: ${knob}`, given: limited, allowed });
  }
  return problems;
}

/** A starter's long poll that finds no end within this time is asked again: a call that no prediction counts. @see history.longPollExpirationInterval */
const LONG_POLL_SECONDS = 20;

/** Too many workflows in flight for the lowest prediction: for one long poll of their starters, or for the window. */
function slowest(file: string, { workload, duration }: Experiment, values: readonly Values[]): Problem | undefined {
  const lowest = Math.min(...values.map((each) => predict(each, NOTHING).perSecond));
  const most = Math.floor(lowest * LONG_POLL_SECONDS);
  const shortest = Math.ceil((IN_FLIGHT_SHARE * workload.concurrency) / lowest);
  if (workload.concurrency <= most && (seconds(duration) ?? 0) < shortest) {
    const allowed = `at least ${shortest}s: at ${lowest.toFixed(1)} workflows/s, the lowest that is predicted, those that are in flight when the window begins or ends would be more than a third of what is counted`;
    return { where: `${file}: duration`, given: duration, allowed };
  }
  if (workload.concurrency <= most) return undefined;
  const allowed = `at most ${most}: at ${lowest.toFixed(1)} workflows/s, the lowest that is predicted, more of them would take over ${LONG_POLL_SECONDS} s each, and starters would ask again; or raise the limits`;
  return { where: `${file}: workload.concurrency`, given: String(workload.concurrency), allowed };
}

/** A window holds at least so many times more completions than there are workflows in flight. */
const IN_FLIGHT_SHARE = 3;

const NOTHING = { frontend: 0, history: 0, matching: 0 };

/** Longest that a sweep can take: every wait at its longest, and the `up` that puts the settings back. */
function worst(experiment: Experiment, { temporal }: Values): number {
  const lag = LAG.upAndMount + LAG.limiter + (seconds(temporal.dynamicConfigPollInterval) ?? 10);
  const points = pointsOf(experiment).length;
  const run = (seconds(experiment.warmUp) ?? 0) + (seconds(experiment.duration) ?? 0);
  return IDLE_SECONDS + points * (lag + experiment.repetitions * run) + 2 * LAG.upAndMount;
}

/** How long calls are counted before the load begins: polls that find nothing come back once a minute. */
export const IDLE_SECONDS = 60;

export function minutes(value: number): string {
  return value < 120 ? `${Math.round(value)} s` : `${(value / 60).toFixed(1).replace(/\.0$/, "")} min`;
}

function once(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
