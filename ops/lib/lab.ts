import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { Refusal, type Stop } from "./fail";
import { ROOT } from "./places";

const SCRIPT = "lab/lab.sh";

/**
 * Runs one command of the lab, its output shown as it comes.
 * @throws Refusal when it fails; the lab has said why
 * @throws Interrupted after Ctrl-C, once the lab has ended
 */
export async function lab(args: readonly string[], stop: Stop): Promise<void> {
  stop.check();
  const child = spawn("bash", [SCRIPT, ...args], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  const forward = () => child.kill("SIGINT");
  stop.signal.addEventListener("abort", forward);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("close", resolve);
    child.on("error", () =>
      reject(new Refusal("bash is not on PATH, and the lab is a bash script. Install bash 5, or use a cluster of your own.")),
    );
  });
  stop.signal.removeEventListener("abort", forward);
  stop.check();
  if (code !== 0) throw new Refusal(`${SCRIPT} ${args.join(" ")} failed; the lines above say why and what to do.`);
}

/** Environment of a lab: what `eval "$(lab/lab.sh env NAME)"` would leave behind. Undefined when that lab does not exist. */
export async function labEnv(name: string): Promise<NodeJS.ProcessEnv | undefined> {
  const script = `text=$(${SCRIPT} env "$1" 2>/dev/null) || exit 9; eval "$text"; env -0`;
  try {
    const { stdout } = await promisify(execFile)("bash", ["-c", script, "env", name], { cwd: ROOT });
    return parseEnv(stdout);
  } catch (error) {
    if ((error as { code?: unknown }).code === 9) return undefined;
    throw error;
  }
}

/** The output of `env -0`. A value may hold newlines, equals signs and quotes. */
export function parseEnv(text: string): NodeJS.ProcessEnv {
  return Object.fromEntries(
    text
      .split("\0")
      .filter((entry) => entry.includes("="))
      .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}
