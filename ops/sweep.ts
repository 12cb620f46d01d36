import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { main, Refusal } from "./lib/fail";
import { runSweep, restoreStack } from "./lib/sweep/command";

const USAGE = `usage: npm run sweep -- experiment.yaml [--fresh] [--retry-failed] [--check]
       npm run sweep -- --restore STACK

  --fresh          forget the results of an earlier run of this experiment
  --retry-failed   measure again what has failed
  --check          say what is wrong with the experiment, and do nothing
  --restore STACK  put back the settings of a stack whose sweep was killed`;

/** Measures a stack at every point of an experiment. Goes on where an earlier run of the same experiment ended. Exit code 0 when no point has failed. */
main(async (stop) => {
  const { positionals, values } = arguments_();
  if (values.restore !== undefined) return restoreStack(values.restore, stop);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Refusal(`one experiment file is needed\n${USAGE}`);
  return runSweep({ file, text: read(file), fresh: values.fresh, retryFailed: values["retry-failed"], onlyCheck: values.check }, stop);
});

function arguments_() {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: { fresh: flag, "retry-failed": flag, check: flag, restore: { type: "string" } },
    });
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n${USAGE}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${(error as Error).message}. Examples are in experiments/.`);
  }
}
