import type { Config, Program } from "./program";
import { run, start, type Env, type Outcome, type Running } from "./process";

/** Name of an operation in the summary that `pulumi` prints last. */
type Change = "created" | "updated" | "replaced" | "deleted" | "unchanged" | "errored";

/** One step of a preview, in the order in which the engine announced them. */
export interface Step {
  readonly op: string;
  /** Kind and name, such as `Deployment temporal-history`; the last part of the type token stands for the kind. */
  readonly resource: string;
  /** Properties that differ. */
  readonly paths: readonly string[];
}

/** A stack of one program. Every command is run as a person would run it, and what it printed is kept. */
export class Stack {
  /** All that every command has printed. */
  public readonly printed: string[] = [];

  public constructor(
    public readonly program: Program,
    public readonly name: string,
    private readonly env: Env,
  ) {}

  /** Creates the stack, with its config. */
  public async init(config: Config): Promise<this> {
    this.configure(config);
    succeeded(await this.pulumi("stack", "init", this.name));
    return this;
  }

  public configure(config: Config): void {
    this.program.configure(this.name, config);
  }

  public pulumi(...args: string[]): Promise<Outcome> {
    return this.keep(run("pulumi", this.line(args), { cwd: this.program.folder, env: this.env }));
  }

  /** Starts a command that the test is going to interrupt. */
  public start(...args: string[]): Running {
    const running = start("pulumi", this.line(args), { cwd: this.program.folder, env: this.env });
    return { ...running, done: this.keep(running.done) };
  }

  public up(...args: string[]): Promise<Outcome> {
    return this.pulumi("up", ...UNATTENDED, ...args);
  }

  /** Destroys, with the preview that checks protection. */
  public destroy(...args: string[]): Promise<Outcome> {
    return this.pulumi("destroy", "--yes", "--non-interactive", ...args);
  }

  /** What an `up` would do: every step but those that change nothing. A preview that fails throws with its text. */
  public async preview(configFile?: string): Promise<Step[]> {
    const args = [
      "preview",
      "--json",
      "--non-interactive",
      "--stack",
      this.name,
      ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ];
    const env = { ...this.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };
    const outcome = await run("pulumi", args, { cwd: this.program.folder, env });
    const events = outcome.stdout.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as EngineEvent] : []));
    if (outcome.code !== 0) {
      const said = events.flatMap(({ diagnosticEvent }) => (diagnosticEvent?.severity === "error" ? [diagnosticEvent.message] : []));
      throw new Error(said.length > 0 ? said.join("\n") : outcome.text);
    }
    return events.flatMap(({ resourcePreEvent }) => {
      if (resourcePreEvent === undefined) return [];
      const { op, urn, detailedDiff } = resourcePreEvent.metadata;
      const [, , type = "", name = ""] = urn.split("::");
      return op === "same" || name === "" || type === "pulumi:pulumi:Stack"
        ? []
        : [{ op, resource: `${type.split(/[:$]/).at(-1)} ${name}`, paths: Object.keys(detailedDiff ?? {}) }];
    });
  }

  /** Stack outputs, without what is secret. */
  public async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(succeeded(await this.pulumi("stack", "output", "--json")).stdout) as Record<string, unknown>;
  }

  /** State as anyone can read it: secrets are encrypted. */
  public async state(): Promise<string> {
    return succeeded(await this.pulumi("stack", "export")).stdout;
  }

  /** Resources in the state, the stack itself aside. */
  public async resources(): Promise<string[]> {
    const { deployment } = JSON.parse(await this.state()) as { deployment: { resources?: { urn: string; type: string }[] } };
    return (deployment.resources ?? []).filter(({ type }) => type !== "pulumi:pulumi:Stack").map(({ urn }) => urn);
  }

  private line(args: readonly string[]): string[] {
    return [...args, ...(args[0] === "stack" && args[1] === "init" ? [] : ["--stack", this.name]), "--color", "never"];
  }

  private async keep(done: Promise<Outcome>): Promise<Outcome> {
    const outcome = await done;
    this.printed.push(outcome.text);
    return outcome;
  }
}

/** Without a question and without a preview: what the engine does is what the program alone has let through. */
const UNATTENDED = ["--yes", "--non-interactive", "--skip-preview"];

/** The part of the engine's events that tests read. */
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly urn: string; readonly detailedDiff?: object | null } };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

/** The outcome of a command that must not fail; its text is the message when it did. */
export function succeeded(outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new Error(`exit code ${outcome.code} after ${outcome.seconds} s\n${outcome.text}`);
  return outcome;
}

/** The summary that `pulumi` prints last, such as `{ updated: 1, unchanged: 52 }`. */
export function changes(outcome: Outcome): Partial<Record<Change, number>> {
  const [, summary = ""] = /^Resources:\n((?: {4}.*\n)+)/m.exec(outcome.text) ?? [];
  const counts = [...summary.matchAll(/(\d+) (\w+)$/gm)].map(([, count, change]) => [change, Number(count)] as const);
  return Object.fromEntries(counts) as Partial<Record<Change, number>>;
}
