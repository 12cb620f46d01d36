import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a job's script did. */
export interface Ran {
  readonly status: number | null;
  readonly output: string;
  /** What a person gets to read in `kubectl describe pod`; empty when nothing was written. */
  readonly reason: string;
  /** Every call of a fake command with its arguments, in order. */
  readonly calls: readonly string[];
  /** Files that the script left in its /tmp. */
  readonly left: readonly string[];
  /** Seconds that the fake clock counted. */
  readonly seconds: number;
}

export interface RunScript {
  /** Shell text of each fake command, by name. `$STATE` is a folder that lives as long as the sandbox. */
  readonly fakes?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs job scripts with /bin/sh. Fakes stand in for every command of the image; `/tmp` and the termination log are moved into
 * a folder of their own, and the clock counts sleeps, so nothing waits.
 */
export class Sandbox {
  private readonly root = mkdtempSync(join(tmpdir(), "job-"));
  private readonly tmp = join(this.root, "tmp");

  public run(script: string, { fakes = {}, env = {} }: RunScript): Ran {
    const [bin, state, log, clock] = ["bin", "state", "termination-log", "clock"].map((name) => join(this.root, name)) as [
      string,
      string,
      string,
      string,
    ];
    const calls = join(this.root, "calls");
    for (const folder of [bin, state, this.tmp]) mkdirSync(folder, { recursive: true });
    for (const file of [log, calls]) rmSync(file, { force: true });
    writeFileSync(clock, "0");
    const commands = {
      ...Object.fromEntries(Object.entries(fakes).map(([name, body]) => [name, `echo "${name} $*" >> '${calls}'\n${body}`])),
      date: `cat '${clock}'`,
      sleep: `echo $(( $(cat '${clock}') + $1 )) > '${clock}'`,
    };
    for (const [name, body] of Object.entries(commands)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const moved = script.replaceAll("/tmp/", `${this.tmp}/`).replaceAll("/dev/termination-log", log);
    const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", moved], {
      encoding: "utf8",
      env: { PATH: `${bin}:/usr/bin:/bin`, HOME: this.tmp, STATE: state, GIVE_UP_AFTER: "140", ...env },
    });
    return {
      status,
      output: `${stdout}${stderr}`,
      reason: existsSync(log) ? readFileSync(log, "utf8") : "",
      calls: existsSync(calls) ? readFileSync(calls, "utf8").trimEnd().split("\n") : [],
      left: spawnSync("ls", [this.tmp], { encoding: "utf8" })
        .stdout.split("\n")
        .filter((name) => name !== ""),
      seconds: Number(readFileSync(clock, "utf8")),
    };
  }

  /** A file that a fake wrote to `$STATE`. */
  public state(name: string): string {
    return readFileSync(join(this.root, "state", name), "utf8");
  }

  public remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A sandbox per test, removed after it. */
export function sandboxes(): () => Sandbox {
  const made: Sandbox[] = [];
  afterEach(() => {
    for (const sandbox of made.splice(0)) sandbox.remove();
  });
  return () => {
    const sandbox = new Sandbox();
    made.push(sandbox);
    return sandbox;
  };
}
