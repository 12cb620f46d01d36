import { setTimeout as after } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { dynamicConfig } from "../../../components/temporal/dynamic-config";
import type { Values } from "../../../values/slices";
import { engineText, observe } from "../engine";
import { Interrupted, Refusal, type Stop } from "../fail";
import { failures, failureText } from "../failures";
import type { Kube } from "../kube";
import { namespaceOf } from "../places";
import { IDLE_SECONDS, LIMITER_SECONDS } from "./check";
import { expectedOf, Read } from "./in-force";
import type { Knobs } from "./knob";
import { idleCalls, measured } from "./measure";
import type { OwnSettings } from "./own-settings";
import { logSince, nameOf, podsOf, refreshMounts, SERVERS, snapshot } from "./pods";
import { betweenPartitions } from "./partitions";
import type { Bench } from "./runner";
import { withKnobs } from "./settings";

/** How often the servers' logs are looked at, in milliseconds. */
const LOOK_MS = 1000;
/** A server that has not read a limit after this time, in seconds, never will: kubelet's refresh, the poll, and room. */
const READ_WITHIN = 150;
/** Time for the runner to fill its workflows, and for workers to come up, before the warm-up, in seconds. */
const LOAD_WITHIN = 120;

export interface BedArgs {
  readonly name: string;
  readonly stack: Stack;
  readonly kube: Kube;
  readonly own: OwnSettings;
  /** Knobs for the whole sweep. */
  readonly settings: Knobs;
  /** Values of the stack with some knobs over its own. */
  readonly valuesOf: (knobs: Knobs) => Values;
  /** Values of a settings file. */
  readonly valuesIn: (text: string) => Values;
  readonly warmUpSeconds: number;
  readonly durationSeconds: number;
  readonly stop: Stop;
  /** Stop of the last `up`, which a Ctrl-C that ended the sweep must not end too. */
  readonly restoreStop: Stop;
}

/** The bench of a real bed: Pulumi sets, the servers' logs say what is in force, their counters what happened. */
export function bedBench(args: BedArgs): Bench {
  const { stack, kube, own, settings, stop } = args;
  const namespace = namespaceOf(stack.name);
  const { load } = args.valuesOf(settings);
  const [target, workers] = [load.namespace, load.worker.replicas];
  let began = Date.now();
  let upAt = began;
  const wait = (seconds: number) => pause(seconds, stop);
  const look = () => snapshot(kube, namespace);

  /** Values that stand in the settings file now, whoever wrote it. */
  const now = () => args.valuesIn(own.now());
  /** Partitions take a step of their own where they must: one `up`, and every server has read it. */
  const partitions = async (from: Values, to: Values, knobs: Knobs, by = stop) => {
    const taskQueues = betweenPartitions(from.temporal, to.temporal);
    if (taskQueues === undefined) return;
    const between = { ...knobs, "temporal.limits.taskQueues": taskQueues };
    own.change(args.name, withKnobs(own.text(), between));
    await up(stack, by);
    await readBy(kube, namespace, expectedOf(dynamicConfig(args.valuesOf(between).temporal)), by);
  };

  return {
    set: async (knobs, load) => {
      began = Date.now();
      const all = { ...settings, ...(load ? {} : { "load.runner.replicas": 0 }), ...knobs };
      await partitions(now(), args.valuesOf(all), all);
      own.change(args.name, withKnobs(own.text(), all));
      await up(stack, stop);
      upAt = Date.now();
    },
    inForce: async (knobs) => {
      const expected = expectedOf(dynamicConfig(args.valuesOf({ ...settings, ...knobs }).temporal));
      const read = await readBy(kube, namespace, expected, stop);
      // Limiters go by what was read a minute later at the latest; and a load that has just begun has their bursts to use up.
      await wait(Math.max(0, Math.max(read, upAt) + LIMITER_SECONDS * 1000 + LOOK_MS - Date.now()) / 1000);
      return (Date.now() - began) / 1000;
    },
    idle: async () => {
      await loaded(kube, namespace, { workers, runners: 0 }, stop);
      const before = await look();
      await wait(IDLE_SECONDS);
      return idleCalls(before, await look(), target);
    },
    measure: async () => {
      await loaded(kube, namespace, { workers, runners: 1 }, stop);
      await wait(args.warmUpSeconds);
      const before = await look();
      await wait(args.durationSeconds);
      const result = measured(before, await look(), target);
      if (result.completed === 0) throw new Error(`no workflow of namespace ${target} completed in ${result.seconds.toFixed(0)} s`);
      return result;
    },
    restore: async () => {
      if (own.changedFor() === undefined) return;
      await partitions(now(), args.valuesOf({}), { "load.runner.replicas": 0 }, args.restoreStop);
      const edited = own.putBack();
      if (edited !== undefined) console.log(`the settings file was edited meanwhile; that text is kept in ${edited}`);
      await up(stack, args.restoreStop);
      own.forget();
    },
  };
}

/** @throws Interrupted after Ctrl-C, Refusal with the engine's text when it fails */
async function up(stack: Stack, stop: Stop): Promise<void> {
  const run = await observe(
    stack,
    stop,
    () => undefined,
    (options) => stack.up(options),
  );
  if (stop.signal.aborted) throw new Interrupted("stopped");
  if (run.failure === undefined) return;
  throw new Refusal(failureText(failures(run.events)) || engineText(run.failure));
}

/**
 * Waits until every server has said that it has read all this.
 * @returns when the last one did, in milliseconds since 1970
 */
async function readBy(kube: Kube, namespace: string, expected: ReturnType<typeof expectedOf>, stop: Stop): Promise<number> {
  const pods = await podsOf(kube, namespace, SERVERS);
  if (pods.length === 0) throw new Error(`namespace ${namespace} has no ready pod of ${SERVERS.join(", ")}`);
  await refreshMounts(kube, namespace, pods);
  const reads = new Map(pods.map((pod) => [nameOf(pod), new Read()]));
  const deadline = Date.now() + READ_WITHIN * 1000;
  for (let since: Date | undefined; ;) {
    const began = new Date();
    await Promise.all([...reads].map(async ([pod, read]) => read.see(await logSince(kube, namespace, pod, since))));
    // Logs are cut by whole seconds: a line twice does no harm, a line missed would.
    since = new Date(began.getTime() - 2000);
    const times = [...reads].map(([pod, read]) => [pod, read.since(expected)] as const);
    const behind = times.filter(([, time]) => time === undefined).map(([pod]) => pod);
    if (behind.length === 0) return Math.max(...times.flatMap(([, time]) => time ?? []));
    if (Date.now() > deadline) throw new Error(`after ${READ_WITHIN} s not read by ${behind.join(", ")}: ${JSON.stringify(expected)}`);
    await pause(LOOK_MS / 1000, stop);
  }
}

/** Waits until there are exactly so many workers and runners. */
async function loaded(kube: Kube, namespace: string, wanted: { workers: number; runners: number }, stop: Stop): Promise<void> {
  const deadline = Date.now() + LOAD_WITHIN * 1000;
  for (;;) {
    const [{ length: workers }, { length: runners }] = await Promise.all([
      podsOf(kube, namespace, ["load-worker"]),
      podsOf(kube, namespace, ["load-runner"]),
    ]);
    if (workers === wanted.workers && runners === wanted.runners) return;
    if (Date.now() > deadline) {
      const { workers: w, runners: r } = wanted;
      throw new Error(`after ${LOAD_WITHIN} s ${workers} of ${w} pods of load-worker are ready, and ${runners} of ${r} of load-runner`);
    }
    await pause(LOOK_MS / 1000, stop);
  }
}

/** @throws Interrupted after Ctrl-C */
async function pause(seconds: number, stop: Stop): Promise<void> {
  await after(seconds * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
  if (stop.signal.aborted) throw new Interrupted("stopped");
}
