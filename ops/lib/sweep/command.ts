import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { seconds } from "../../../components/kit/units";
import { formatProblems, type Problem } from "../../../values/errors";
import { mergeLayers } from "../../../values/layers";
import { parseValues } from "../../../values/parse";
import type { Values } from "../../../values/slices";
import { openStack, settingsFile } from "../engine";
import { Interrupted, Refusal, type Stop } from "../fail";
import { ROOT, STATE } from "../places";
import { plotSvg } from "../plot-svg";
import { table } from "../table";
import { checkedName, DEMO, findBed } from "../where";
import { bedBench } from "./bed";
import { checkExperiment, minutes, type Checked } from "./check";
import { parseExperiment } from "./experiment";
import { ceilingPlot, reportHtml } from "./html";
import { treeOf, type Knobs } from "./knob";
import { lockStack } from "./lock";
import type { Outcome } from "./outcome";
import { OwnSettings } from "./own-settings";
import { fingerprint, runsOf } from "./points";
import { predict } from "./predict";
import { csv, resultsJson, shortRows, type Circumstances } from "./report";
import { sweep, type Bench, type End } from "./runner";
import { layersOf } from "./settings";
import { missing, Store } from "./store";

const SWEEPS = join(STATE, "sweeps");

export interface Request {
  /** Name of the experiment file for messages. */
  readonly file: string;
  readonly text: string;
  readonly fresh: boolean;
  readonly retryFailed: boolean;
  readonly onlyCheck: boolean;
}

/**
 * Runs an experiment, or goes on with it.
 * @returns exit code: 0 when every run of the experiment has a measurement
 */
export async function runSweep(request: Request, stop: Stop): Promise<number> {
  const experiment = orRefuse(request.file, parseExperiment(request.file, request.text));
  const own = ownSettings(experiment.stack);
  const text = own.text();
  const checked = orRefuse(request.file, checkExperiment(request.file, experiment, layersOf(settingsFile(experiment.stack), text)));
  const runs = runsOf(experiment);
  console.log(`${experiment.name}: ${runs.length} runs on stack ${experiment.stack}, at most ${minutes(checked.worstSeconds)}`);
  if (request.onlyCheck) return 0;

  const unlock = lockStack(join(SWEEPS, `${experiment.stack}.lock`), experiment.stack);
  try {
    const store = new Store(join(SWEEPS, experiment.name));
    const head = { fingerprint: fingerprint(experiment, checked.base), began: new Date().toISOString() };
    const outcomes = store.open(head, request.fresh);
    const left = missing(runs, outcomes, request.retryFailed);
    if (outcomes.length > 0) console.log(`${runs.length - left.length} of them are there already, in ${short(store.folder)}`);
    let end: End = { failed: 0 };
    if (left.length > 0 || own.changedFor() !== undefined) {
      const bench = await realBench(checked, own, stop);
      end = await finished(store, checked, () => sweep(bench, stop, planOf(checked, store, left, runs.length)));
    }
    return showEnd(store, checked, end);
  } finally {
    unlock();
  }
}

/** Puts the settings of a stack back that a killed sweep has left changed. */
export async function restoreStack(name: string, stop: Stop): Promise<number> {
  const stack = checkedName(name);
  const own = ownSettings(stack);
  const experiment = own.changedFor();
  if (experiment === undefined) {
    console.log(`stack ${stack} has its own settings; there is nothing to put back`);
    return 0;
  }
  const unlock = lockStack(join(SWEEPS, `${stack}.lock`), stack);
  try {
    const opened = await openBed(stack, stop);
    const idle = { name: experiment, own, settings: {}, warmUpSeconds: 0, durationSeconds: 0, stop, restoreStop: stop };
    await bedBench({ ...opened, ...valuesFor(stack, own), ...idle }).restore();
    console.log(`stack ${stack} has its own settings again`);
    return 0;
  } finally {
    unlock();
  }
}

function ownSettings(stack: string): OwnSettings {
  const file = join(ROOT, settingsFile(stack));
  if (!existsSync(file)) {
    throw new Refusal(
      `stack ${stack} has no settings here (${settingsFile(stack)}). \`make demo REAL=1\` brings up stack ${DEMO} on a node that runs pods.`,
    );
  }
  return new OwnSettings(file, join(SWEEPS, `${stack}.before.json`));
}

/** The values of a stack: its own ones with knobs over them, and those of any text of its settings file. */
function valuesFor(stack: string, own: OwnSettings) {
  const parse = (text: string, knobs: Knobs): Values => {
    const layers = layersOf(settingsFile(stack), text);
    const parsed = parseValues(mergeLayers([...layers, { source: "the sweep", tree: treeOf(knobs) }]));
    if (Array.isArray(parsed)) throw new Refusal(formatProblems(parsed));
    return parsed.values;
  };
  return { valuesOf: (knobs: Knobs) => parse(own.text(), knobs), valuesIn: (text: string) => parse(text, {}) };
}

async function openBed(name: string, stop: Stop) {
  const { kube } = await findBed(name === DEMO ? undefined : name);
  return { kube, stack: await openStack(name, { layer: "dev" }, stop) };
}

async function realBench({ experiment, settings }: Checked, own: OwnSettings, stop: Stop): Promise<Bench> {
  const opened = await openBed(experiment.stack, stop);
  // The `up` that puts the settings back goes on after a Ctrl-C; a second one stops it.
  const last = new AbortController();
  stop.onAgain(() => last.abort());
  const restoreStop: Stop = {
    signal: last.signal,
    check: () => {
      if (last.signal.aborted) throw new Interrupted("stopped");
    },
    onAgain: () => undefined,
  };
  return bedBench({
    ...opened,
    name: experiment.name,
    own,
    settings,
    ...valuesFor(experiment.stack, own),
    warmUpSeconds: seconds(experiment.warmUp) ?? 0,
    durationSeconds: seconds(experiment.duration) ?? 0,
    stop,
    restoreStop,
  });
}

/** What the runner needs to know of an experiment. */
export function planOf(checked: Checked, store: Store, runs: ReturnType<typeof runsOf>, all: number): Parameters<typeof sweep>[2] {
  return {
    runs,
    all,
    idle: store.idle(),
    predict: ({ point }, idle) => {
      const values = checked.values[point - 1];
      if (values === undefined) throw new Error(`there is no point ${point}`);
      return predict(values, idle);
    },
    keepIdle: (idle) => store.keepIdle(idle),
    keep: (outcome) => store.keep(outcome),
    say: (line) => console.log(line),
    now: () => new Date(),
  };
}

/** Runs the sweep; whatever happens, the results so far are written out. */
async function finished(store: Store, checked: Checked, run: () => Promise<End>): Promise<End> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted("stopped; the stack has its own settings again, and the same command goes on with what is missing");
  } finally {
    writeResults(store, checked);
  }
}

export function writeResults(store: Store, checked: Checked): Outcome[] {
  const outcomes = store.outcomes();
  const circumstances = circumstancesOf(store, checked);
  store.write("results.csv", csv(outcomes));
  store.write("results.json", resultsJson(circumstances, outcomes));
  store.write("report.html", reportHtml(circumstances, outcomes));
  store.write("ceiling.svg", plotSvg(ceilingPlot(checked.experiment.name, outcomes)));
  return outcomes;
}

function showEnd(store: Store, checked: Checked, { gaveUp }: End): number {
  const outcomes = writeResults(store, checked);
  const failed = outcomes.filter((outcome) => outcome.failed !== undefined).length;
  console.log(`\n${table(shortRows(outcomes)).join("\n")}`);
  console.log(`\nresults: ${["results.csv", "results.json", "report.html"].map((name) => short(join(store.folder, name))).join(", ")}`);
  if (failed > 0) console.log(`${failed} runs have failed; --retry-failed measures them again`);
  if (gaveUp !== undefined) console.log(`${gaveUp}; the same command goes on with them`);
  return failed > 0 || gaveUp !== undefined ? 1 : 0;
}

function circumstancesOf(store: Store, { experiment, settings, base }: Checked): Circumstances {
  const { workload, warmUp, duration } = experiment;
  const [processor] = cpus();
  return {
    experiment: experiment.name,
    description: experiment.description,
    began: store.began(),
    versions: {
      program: git(),
      "temporal server": base.temporal.image.tag,
      cassandra: base.cassandra.image.tag,
      elasticsearch: base.elasticsearch.image.tag,
      "benchmark-workers": base.load.image.tag,
      node: process.version,
      pulumi: packageVersion("@pulumi/pulumi"),
    },
    machine: { cores: cpus().length, processor: processor?.model ?? "unknown", memoryGiB: Math.round(totalmem() / 2 ** 30) },
    settings,
    workload,
    warmUp,
    duration,
    idle: store.idle(),
  };
}

/** Commit of the program, with a mark when files were changed since. */
function git(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], { cwd: ROOT, encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}

function packageVersion(name: string): string {
  return (JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")) as { version: string }).version;
}

/** @throws Refusal with every problem at once */
function orRefuse<T>(file: string, result: T): Exclude<T, Problem[]> {
  if (!Array.isArray(result)) return result as Exclude<T, Problem[]>;
  const problems = result as Problem[];
  const lines = formatProblems(problems).split("\n").slice(1);
  throw new Refusal(
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} in ${file}; nothing was touched:\n${lines.join("\n")}`,
  );
}

function short(path: string): string {
  return path.startsWith(`${ROOT}/`) ? path.slice(ROOT.length + 1) : path;
}
