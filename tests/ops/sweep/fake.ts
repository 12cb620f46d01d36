import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { checkExperiment, type Checked } from "../../../ops/lib/sweep/check";
import { planOf } from "../../../ops/lib/sweep/command";
import { parseExperiment, type Experiment } from "../../../ops/lib/sweep/experiment";
import { fingerprint, runsOf } from "../../../ops/lib/sweep/points";
import type { Measurement } from "../../../ops/lib/sweep/measure";
import { OwnSettings } from "../../../ops/lib/sweep/own-settings";
import { sweep, type Bench, type End } from "../../../ops/lib/sweep/runner";
import { layersOf, withKnobs } from "../../../ops/lib/sweep/settings";
import { missing, Store, writeAtomic } from "../../../ops/lib/sweep/store";
import type { Stop } from "../../../ops/lib/fail";

/** A stack that is only a settings file: what is measured follows from the settings that stand in it, and from nothing else. */

export const SETTINGS = `config:
  testbed:layer: dev
  testbed:temporal:
    limits:
      history:
        rps: 5000
  testbed:cassandraPassword:
    secure: v1:abc:def
encryptionsalt: v1:salt
`;

export const EXPERIMENT = `
name: small
stack: fake
grid:
  temporal.limits.namespaces.default.rps: [40, 80]
  temporal.limits.matching.rps: [30, 60, 90]
workload: { activities: 1, concurrency: 10 }
warmUp: 1s
duration: 10s
repetitions: 2
`;

export const NEVER: Stop = { signal: new AbortController().signal, check: () => undefined, onAgain: () => undefined };

export function experimentOf(text: string): Experiment {
  const parsed = parseExperiment("test.yaml", text);
  if (Array.isArray(parsed)) throw new Error(JSON.stringify(parsed));
  return parsed;
}

export function checkedOf(text: string, settings = SETTINGS): Checked {
  const checked = checkExperiment("test.yaml", experimentOf(text), layersOf("Pulumi.fake.yaml", settings));
  if (Array.isArray(checked)) throw new Error(JSON.stringify(checked));
  return checked;
}

const known = new Map<string, Checked>();
/** The same, found once: a property runs hundreds of sweeps. */
function knownOf(text: string, settings: string): Checked {
  const key = text + settings;
  const checked = known.get(key) ?? checkedOf(text, settings);
  known.set(key, checked);
  return checked;
}

export interface FakeArgs {
  readonly folder: string;
  readonly text?: string;
  readonly stop?: Stop;
  readonly retryFailed?: boolean;
  /** Called before every step that the sweep takes in the world; a step that throws is not taken. */
  readonly step?: (what: string) => void;
  /** A measurement of this run throws. */
  readonly fails?: (settings: Settings) => boolean;
}

interface Settings {
  readonly matching: number;
  readonly namespace: number;
  readonly runners: number;
}

export interface Ran extends End {
  readonly store: Store;
  readonly checked: Checked;
}

/** One process of a sweep on the fake stack, from its first look at the disk to its end. */
export async function runFake({
  folder,
  text = EXPERIMENT,
  stop = NEVER,
  retryFailed = false,
  step = () => undefined,
  fails,
}: FakeArgs): Promise<Ran> {
  const put: typeof writeAtomic = (file, content) => {
    step(`write ${file}`);
    writeAtomic(file, content);
    step(`wrote ${file}`);
  };
  const file = join(folder, "Pulumi.fake.yaml");
  const own = new OwnSettings(file, join(folder, "before.json"), put);
  const checked = knownOf(text, own.text());
  const store = new Store(join(folder, "results"), put);
  const head = { fingerprint: fingerprint(checked.experiment, checked.base), began: "2026-01-01T00:00:00.000Z" };
  const runs = runsOf(checked.experiment);
  const left = missing(runs, store.open(head, false), retryFailed);
  const bench = fakeBench(file, own, checked, step, fails);
  const end = await sweep(bench, stop, {
    ...planOf(checked, store, left, runs.length),
    say: () => undefined,
    now: () => new Date(0),
  });
  return { ...end, store, checked };
}

function fakeBench(
  file: string,
  own: OwnSettings,
  checked: Checked,
  step: (what: string) => void,
  fails?: (settings: Settings) => boolean,
): Bench {
  const { experiment, settings } = checked;
  return {
    set: async (knobs, on) => {
      own.change(experiment.name, withKnobs(own.text(), { ...settings, ...(on ? {} : { "load.runner.replicas": 0 }), ...knobs }));
      step("up");
      return Promise.resolve();
    },
    inForce: () => {
      step("in force");
      return Promise.resolve(70);
    },
    idle: () => {
      step("idle");
      const { runners } = read(file);
      return Promise.resolve({ frontend: 1 + runners * 100, history: 2, matching: 3 });
    },
    measure: () => {
      step("measure");
      const now = read(file);
      if (fails?.(now) === true) throw new Error("no workflow completed");
      return Promise.resolve(measurementOf(now));
    },
    restore: () => {
      step("restore");
      own.putBack();
      step("up");
      own.forget();
      return Promise.resolve();
    },
  };
}

/** What the stack would do, from the settings on the disk. */
function read(file: string): Settings {
  const { config } = load(readFileSync(file, "utf8")) as { config: Record<string, Record<string, Record<string, Record<string, never>>>> };
  const limits = config["testbed:temporal"]?.["limits"] as unknown as {
    matching?: { rps: number };
    namespaces?: { default: { rps: number } };
  };
  const { runner } = (config["testbed:load"] ?? { runner: { replicas: 0 } }) as unknown as { runner: { replicas: number } };
  return { matching: limits.matching?.rps ?? 1200, namespace: limits.namespaces?.default.rps ?? 2400, runners: runner.replicas };
}

export function measurementOf({ matching, namespace }: { matching: number; namespace: number }): Measurement {
  const perSecond = Math.min(matching / 6, namespace / 8);
  return {
    seconds: 10,
    completed: Math.round(perSecond * 10),
    perSecond,
    notCompleted: 0,
    calls: { frontend: perSecond * 8, history: perSecond * 8, matching: perSecond * 6 },
    throttled: [{ service: "matching", cause: "RpsLimit", scope: "System", perSecond: 4 }],
    start: { mean: 0.012, p50: 0.01, p95: 0.02, p99: 0.03 },
    endToEnd: { mean: 1.2, p50: 1, p95: 2, p99: undefined },
  };
}
