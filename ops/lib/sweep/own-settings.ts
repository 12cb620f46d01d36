import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeAtomic } from "./store";

/** What a sweep writes down before it changes a stack's settings for the first time. */
interface Before {
  /** Name of the experiment. */
  readonly experiment: string;
  /** The settings file as it was. */
  readonly text: string;
  /** Hash of what the sweep itself has written last: anything else is an edit by somebody else. */
  readonly wrote?: string;
}

/** The settings file of a stack, changed for a sweep and put back byte by byte, also by a later process. */
export class OwnSettings {
  /**
   * @param file settings file of the stack
   * @param record where the settings as they were are kept while a sweep is on
   */
  public constructor(
    private readonly file: string,
    private readonly record: string,
    private readonly put: typeof writeAtomic = writeAtomic,
  ) {}

  /** The stack's own settings, whether or not a sweep has changed the file. */
  public text(): string {
    return this.before()?.text ?? readFileSync(this.file, "utf8");
  }

  /** What stands in the file now. */
  public now(): string {
    return readFileSync(this.file, "utf8");
  }

  /** Name of the experiment whose settings the file holds; undefined when they are the stack's own. */
  public changedFor(): string | undefined {
    return this.before()?.experiment;
  }

  /** Changes the file. What it was is on the disk before. */
  public change(experiment: string, text: string): void {
    // The record says first what will be written: a process that dies in between has written nothing, or exactly that.
    this.put(this.record, JSON.stringify({ experiment, text: this.text(), wrote: hash(text) } satisfies Before));
    this.put(this.file, text);
  }

  /**
   * Puts the file back. The record stays until `forget`: the settings stand again only once an `up` has brought them to the cluster.
   * @returns where an edit that somebody made meanwhile was kept; undefined when there was none
   */
  public putBack(): string | undefined {
    const before = this.before();
    if (before === undefined) return undefined;
    const now = existsSync(this.file) ? readFileSync(this.file, "utf8") : before.text;
    const edited = now !== before.text && hash(now) !== before.wrote ? `${this.record}.edited.yaml` : undefined;
    if (edited !== undefined) this.put(edited, now);
    this.put(this.file, before.text);
    return edited;
  }

  public forget(): void {
    rmSync(this.record, { force: true });
  }

  private before(): Before | undefined {
    return existsSync(this.record) ? (JSON.parse(readFileSync(this.record, "utf8")) as Before) : undefined;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
