import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Env } from "./process";

/** Root of the work tree. */
export const ROOT = join(__dirname, "..", "..", "..");

/** An engine with a backend of its own, and no cluster. */
export interface Engine {
  readonly env: Env;
  /** Removes its stacks. */
  remove(): void;
}

const PASSPHRASE = "of-a-test-only";

/** The official engine if it is on PATH, else the one that the lab has built. */
export async function engine(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "testbed-engine-"));
  mkdirSync(join(folder, "backend"));
  const env: Record<string, string> = {
    ...inherited(),
    PULUMI_BACKEND_URL: `file://${join(folder, "backend")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
  // The provider reads KUBECONFIG by itself, and refuses it beside a folder to render to.
  delete env["KUBECONFIG"];
  const built = await lab('. lib/common.sh; . lib/env.sh; here=$PWD; [ "$(engine)" = system ] || engine_dir');
  if (built !== "") {
    env["PATH"] = `${join(built, "bin")}:${env["PATH"] ?? ""}`;
    env["PULUMI_HOME"] = join(folder, "home");
    env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true";
    mkdirSync(env["PULUMI_HOME"]);
    symlinkSync(join(built, "plugins"), join(env["PULUMI_HOME"], "plugins"));
  }
  return { env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Environment of this process, without what jest and npm put there. */
export function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !/^(npm_|JEST_|NODE_ENV$|NODE_OPTIONS$|PULUMI_)/.test(entry[0]),
    ),
  );
}

/** Runs a line of bash in lab/; its standard output, without the last line break. */
export async function lab(line: string, seconds = 120): Promise<string> {
  const { code, stdout, text } = await run("bash", ["-euo", "pipefail", "-c", line], { cwd: join(ROOT, "lab"), env: inherited(), seconds });
  if (code !== 0) throw new Error(`in lab/: ${line}: exit code ${code}\n${text}`);
  return stdout.trimEnd();
}
