import { accessSync, constants, existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { dump } from "js-yaml";
import { LocalWorkspace, PulumiCommand, type EngineEvent, type Stack } from "@pulumi/pulumi/automation";
import { bedEvent, type BedEvent } from "./bed-event";
import { Refusal, type Stop } from "./fail";
import { isLive, lockHolders, mendBackend, type Holder } from "./locks";
import { PROJECT, ROOT } from "./places";
import { Progress, type Expected } from "./progress";
import { showProgress } from "./screen";
import type { StateResource } from "./timeline";

/** How long to wait for another engine that is at work on the stack, in milliseconds. */
const PATIENCE_MS = 120_000;
/** One provider serves all; the calls mostly wait. */
const PARALLEL = 64;

/**
 * The stack, made when it is new, with no other engine at work on it. Its settings file is written once, from `config`; git ignores it.
 * @throws Refusal when there is no engine, or the engine refuses
 */
export async function openStack(name: string, config: Readonly<Record<string, unknown>>, stop: Stop): Promise<Stack> {
  process.env["TESTBED_PULUMI"] = findOnPath("pulumi");
  // Objects of a run that was killed belong to that run's field manager. They are in our own namespaces (the guard sees to that),
  // so the next run takes them over instead of failing with a conflict.
  process.env["PULUMI_K8S_ENABLE_PATCH_FORCE"] ??= "true";
  const settings = join(ROOT, settingsFile(name));
  if (!existsSync(settings)) {
    const keyed = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${PROJECT}:${key}`, value]));
    writeFileSync(settings, dump({ config: keyed }));
  }
  const killed = await waitForOthers(name, stop);
  const pulumiCommand = await PulumiCommand.get({ root: join(__dirname, "engine") });
  let stack: Stack;
  try {
    stack = await LocalWorkspace.createOrSelectStack({ stackName: name, workDir: ROOT }, { pulumiCommand });
  } catch (error) {
    throw new Refusal(
      `stack ${name} cannot be opened: ${engineText(error)}\nThe engine needs a backend (\`pulumi login\`, or PULUMI_BACKEND_URL) and a passphrase (PULUMI_CONFIG_PASSPHRASE).`,
    );
  }
  if (killed.length > 0) {
    console.log(`an earlier run was killed (process ${killed[0]?.pid}); removing its lock on stack ${name}`);
    await stack.cancel();
  }
  stop.check();
  return stack;
}

export function settingsFile(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

function findOnPath(program: string): string {
  const own = join(__dirname, "engine", "bin");
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "" || folder === own) continue;
    try {
      accessSync(join(folder, program), constants.X_OK);
      return join(folder, program);
    } catch {
      // not here
    }
  }
  throw new Refusal(
    `${program} is not on PATH. With a cluster of your own the official Pulumi CLI is needed; without one, unset TESTBED_USE_CLUSTER and the lab brings its own.`,
  );
}

/**
 * Waits for an engine that is at work on the stack, then mends what one that was killed left in the backend.
 * @returns those that were killed: their locks are still there
 * @throws Refusal when the other engine is still at work after two minutes
 */
async function waitForOthers(stack: string, stop: Stop): Promise<Holder[]> {
  const deadline = Date.now() + PATIENCE_MS;
  let told = false;
  for (;;) {
    stop.check();
    const holders = lockHolders(stack);
    const live = holders.find(isLive);
    if (live === undefined) {
      mendBackend();
      return holders;
    }
    const who = `process ${live.pid} on ${live.host}, since ${live.since}`;
    if (Date.now() > deadline) {
      throw new Refusal(
        `stack ${stack} is being changed by ${who}. Wait until it ends, or end it with \`kill -INT ${live.pid}\`, then try again.`,
      );
    }
    if (!told) console.log(`stack ${stack} is being changed by ${who}; waiting for it ...`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** What one run of the engine left to tell. */
export interface Run<T> {
  /** What the engine returned; undefined when it failed. */
  readonly result: T | undefined;
  readonly events: readonly BedEvent[];
  /** What the engine ended with; undefined when all went well. */
  readonly failure: unknown;
}

export interface EngineOptions {
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
  readonly parallel: number;
  readonly color: "never";
}

type Start<T> = (options: EngineOptions) => Promise<T>;

/**
 * Runs the engine. Does not throw when the engine fails: the events say why.
 * The first Ctrl-C lets the engine finish what it has begun, the second one stops it at once.
 * @param see called with each event as it comes
 */
export async function observe<T>(stack: Stack, stop: Stop, see: (event: BedEvent) => void, start: Start<T>): Promise<Run<T>> {
  stop.check();
  const began = Date.now();
  const events: BedEvent[] = [];
  const onEvent = (event: EngineEvent) => {
    const seen = bedEvent(event, Date.now() - began);
    if (seen === undefined) return;
    events.push(seen);
    see(seen);
  };
  const tell = () => console.log("\nstopping: the engine finishes what it has begun (Ctrl-C again stops it at once)");
  stop.signal.addEventListener("abort", tell);
  stop.onAgain(() =>
    lockHolders(stack.name)
      .filter(isLive)
      .forEach(({ pid }) => process.kill(pid, "SIGINT")),
  );
  try {
    return { result: await start({ onEvent, signal: stop.signal, parallel: PARALLEL, color: "never" }), events, failure: undefined };
  } catch (failure) {
    return { result: undefined, events, failure };
  } finally {
    stop.signal.removeEventListener("abort", tell);
  }
}

/** The same, with its progress on the screen. `expected`: what the run will touch, as far as that is known before. */
export async function watch<T>(
  stack: Stack,
  stop: Stop,
  expected: readonly Expected[],
  start: Start<T>,
): Promise<Run<T> & { readonly progress: Progress }> {
  const progress = new Progress(expected);
  const screen = showProgress(progress, Date.now());
  const see = (event: BedEvent) => {
    progress.see(event);
    screen.update();
  };
  try {
    return { ...(await observe(stack, stop, see, start)), progress };
  } finally {
    screen.close();
  }
}

/** What the engine's state holds; empty for a stack that has never been up. */
export async function stateResources(stack: Stack): Promise<readonly StateResource[]> {
  return ((await stack.exportStack()).deployment as { resources?: StateResource[] } | null)?.resources ?? [];
}

/** What the engine wrote to its error stream, without the frame that the Automation API puts around it. */
export function engineText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const killed = /was killed with (SIG\w+)/.exec(text)?.[1];
  if (killed !== undefined) return `the engine was killed (${killed})`;
  return (/\n stderr: ([\s\S]*?)\n err\?: /.exec(text)?.[1] ?? text).trim();
}
