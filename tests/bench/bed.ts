import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../e2e/support/engine";
import { run, start, type Env, type Running } from "../e2e/support/process";
import { Program, type Config } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { EventLog } from "./events";
import type { Watched } from "./phases";

/** Name of the stack, hence of the namespaces. */
const STACK = "dev";
export const NAMESPACES = [`testbed-${STACK}`, `testbed-${STACK}-indexers`];

/** Commands that run right now. */
const running = new Set<Running>();

/** Ends what runs, with all that it has started. */
export async function stopCommands(): Promise<void> {
  const commands = [...running];
  for (const command of commands) command.signal("SIGKILL");
  await Promise.allSettled(commands.map(({ done }) => done));
  for (const command of commands) command.reap();
}

/** A dev bed whose commands are watched. */
export class Bed {
  public readonly program = new Program();
  private readonly logs = mkdtempSync(join(tmpdir(), "testbed-bench-"));
  private count = 0;

  /** @param config stack config of the bed */
  public constructor(
    private readonly env: Env,
    private readonly config: Config,
  ) {}

  public async init(): Promise<this> {
    await new Stack(this.program, STACK, this.env).init(this.config);
    return this;
  }

  public up(more: readonly string[] = [], env: Env = {}): Promise<Watched> {
    return this.watch(["up", "--yes", "--skip-preview", ...more], env);
  }

  public destroy(more: readonly string[] = [], env: Env = {}): Promise<Watched> {
    return this.watch(["destroy", "--yes", "--skip-preview", ...more], env);
  }

  public preview(): Promise<Watched> {
    return this.watch(["preview", "--expect-no-changes"], {});
  }

  /** Forgets the stack, whatever is in it; the control plane goes with the run. */
  public async remove(): Promise<void> {
    await run("pulumi", ["stack", "rm", STACK, "--yes", "--force"], { cwd: this.program.folder, env: this.env });
    this.program.remove();
    rmSync(this.logs, { recursive: true, force: true });
  }

  private async watch(args: readonly string[], more: Env): Promise<Watched> {
    const file = join(this.logs, `${(this.count += 1)}.json`);
    const line = [...args, "--non-interactive", "--stack", STACK, "--color", "never", "--event-log", file];
    // The event log is an option for debugging, which the engine shows only on demand.
    const env = { ...this.env, PULUMI_DEBUG_COMMANDS: "true", ...more };
    const log = new EventLog(file);
    const began = Date.now();
    const command = start("pulumi", line, { cwd: this.program.folder, env });
    running.add(command);
    const outcome = await command.done.finally(() => running.delete(command));
    const ended = Date.now();
    const events = log.end();
    succeeded(outcome);
    return { began, ended, events };
  }
}

/** A TypeScript program without a resource: what the preview of any program costs. */
export class EmptyProgram {
  private readonly folder = mkdtempSync(join(tmpdir(), "testbed-empty-"));

  public constructor(private readonly env: Env) {
    const files = {
      "Pulumi.yaml": "name: empty\nruntime: { name: nodejs, options: { typescript: true } }\n",
      "package.json": '{ "name": "empty", "main": "index.ts" }\n',
      "tsconfig.json": '{ "compilerOptions": { "target": "es2022", "module": "node16", "moduleResolution": "node16" } }\n',
      "index.ts": 'import "@pulumi/pulumi";\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  public async init(): Promise<this> {
    await this.seconds("stack", "init", "empty");
    await this.seconds("up", "--yes", "--skip-preview", "--non-interactive", "--stack", "empty");
    return this;
  }

  public preview(): Promise<number> {
    return this.seconds("preview", "--non-interactive", "--stack", "empty");
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async seconds(...args: string[]): Promise<number> {
    return succeeded(await run("pulumi", args, { cwd: this.folder, env: this.env })).seconds;
  }
}
