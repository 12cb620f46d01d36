import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { Refusal } from "../fail";
import { runName, type Run } from "./points";
import type { Outcome } from "./outcome";
import type { Service } from "./measure";

/** What a sweep keeps between its runs. Every file is either as it was or as it is meant to be, whenever the process dies. */

/** Writes a file at one stroke: a new one beside it, on the disk, then under its name. */
export function writeAtomic(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  const descriptor = openSync(fresh, "w");
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}

/** What a sweep is and what was true when it began. */
export interface Head {
  /** Fingerprint of the experiment and of the stack's own values. */
  readonly fingerprint: string;
  readonly began: string;
}

/** Results of one sweep, in a folder of their own. */
export class Store {
  /** @param put writes a file at one stroke */
  public constructor(
    public readonly folder: string,
    private readonly put: typeof writeAtomic = writeAtomic,
  ) {}

  /**
   * Begins the sweep, or goes on with it.
   * @param fresh forget what there is
   * @returns the outcomes that are there already
   * @throws Refusal when what is there belongs to another experiment
   */
  public open(head: Head, fresh: boolean): Outcome[] {
    if (fresh) rmSync(this.folder, { recursive: true, force: true });
    const kept = this.read<Head>("sweep.json");
    if (kept !== undefined && kept.fingerprint !== head.fingerprint) {
      throw new Refusal(
        `${this.folder} holds results of another experiment of this name, begun ${kept.began}: the file, or the stack's own settings, were others then.\n` +
          "Give the experiment another name, or run it with --fresh, which removes those results and starts anew.",
      );
    }
    if (kept === undefined) this.put(join(this.folder, "sweep.json"), json(head));
    return this.outcomes();
  }

  /** When the sweep began. */
  public began(): string {
    return this.read<Head>("sweep.json")?.began ?? "";
  }

  public outcomes(): Outcome[] {
    const folder = join(this.folder, "runs");
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Outcome);
  }

  public keep(outcome: Outcome): void {
    this.put(join(this.folder, "runs", `${runName(outcome)}.json`), json(outcome));
  }

  /** Calls per second without load, once they were counted. */
  public idle(): Record<Service, number> | undefined {
    return this.read("idle.json");
  }

  public keepIdle(idle: Readonly<Record<Service, number>>): void {
    this.put(join(this.folder, "idle.json"), json(idle));
  }

  public write(name: string, text: string): string {
    const file = join(this.folder, name);
    this.put(file, text);
    return file;
  }

  private read<T>(name: string): T | undefined {
    const file = join(this.folder, name);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
  }
}

/** Runs that are still to be done, in their order. Failed ones only when they are asked for. */
export function missing(runs: readonly Run[], outcomes: readonly Outcome[], retryFailed: boolean): Run[] {
  const done = new Set(outcomes.filter(({ failed }) => failed === undefined || !retryFailed).map(runName));
  return runs.filter((run) => !done.has(runName(run)));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
