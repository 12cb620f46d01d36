import { run, type Env, type Outcome } from "../e2e/support/process";

/** Runs a checker; an exit code that it does not use for findings is an error with its text. */
export async function command(
  tool: string,
  args: readonly string[],
  options: { env: Env; cwd: string; allowed?: readonly number[] },
): Promise<Outcome> {
  const outcome = await run(tool, args, { cwd: options.cwd, env: options.env });
  if (outcome.code === null || !(options.allowed ?? [0, 1]).includes(outcome.code)) {
    throw new Error(`${tool.split("/").at(-1)} ${args[0] ?? ""}: exit code ${outcome.code}\n${outcome.text.slice(-2000)}`);
  }
  return outcome;
}
