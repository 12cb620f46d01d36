import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { within } from "./wait";

/** Environment of a command. */
export type Env = Readonly<Record<string, string>>;

/** What a command that ended left behind. */
export interface Outcome {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** Standard output alone: what a program reads. */
  readonly stdout: string;
  /** Standard output and error in the order of arrival: what a person sees. */
  readonly text: string;
  readonly seconds: number;
}

/** A command that runs in a process group of its own. */
export interface Running {
  readonly done: Promise<Outcome>;
  /** Sends a signal to the whole group, as a terminal does with Ctrl-C. */
  signal(name: NodeJS.Signals): void;
  /** Kills what is left of all that it started, in whatever group: plugins are groups of their own and outlive their engine. */
  reap(): void;
}

/** Every descendant inherits it, also one that changed its group or lost its parent. */
const MARK = "TESTBED_TEST_COMMAND";

export function start(command: string, args: readonly string[], options: { cwd: string; env: Env; seconds?: number }): Running {
  const mark = randomUUID();
  const began = Date.now();
  const seconds = options.seconds ?? 300;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env, [MARK]: mark },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const signal = (name: NodeJS.Signals) => {
    // Still unwaited-for, so the id is still its own.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, name);
  };
  let stdout = "";
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    text += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on("error", reject);
    const report = (code: number | null) => resolve({ code, stdout, text, seconds: (Date.now() - began) / 1000 });
    // "close" waits for the pipes, which a plugin may hold open after the command itself was killed.
    child.on("close", report);
    child.on("exit", (code, killedBy) => {
      if (killedBy !== null) report(code);
    });
  });
  return {
    signal,
    done: within(`${command} ${args.join(" ")}`, seconds, ended, () => signal("SIGKILL")),
    reap: () => {
      for (const pid of marked(mark)) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // ended in between
        }
      }
    },
  };
}

/** Runs a command to its end. */
export function run(command: string, args: readonly string[], options: { cwd: string; env: Env; seconds?: number }): Promise<Outcome> {
  return start(command, args, options).done;
}

/** Processes that carry a mark in their environment. */
function marked(mark: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${mark}`);
      } catch {
        return false; // ended in between, or somebody else's
      }
    })
    .map(Number);
}
