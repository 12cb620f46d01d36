/** A problem that the reader can mend: printed as it is, without a stack trace. */
export class Refusal extends Error {
  public override readonly name = "Refusal";
}

/** The reader pressed Ctrl-C, and everything has been wound down. */
export class Interrupted extends Error {
  public override readonly name = "Interrupted";
}

/** Two signals within this time are one: `timeout` and some shells send SIGINT to the process and to its group. */
const SAME_MS = 1000;

/** What a tool may use to stop early. */
export interface Stop {
  readonly signal: AbortSignal;
  /** @throws Interrupted once Ctrl-C was pressed */
  check(): void;
  /** Called at the second Ctrl-C and each further one. */
  onAgain(action: () => void): void;
}

/**
 * Runs a tool: Ctrl-C, SIGTERM and a closed terminal become `stop`, a Refusal becomes one clear text, anything else keeps its stack.
 * Exit code: what `run` returns, 1 on failure, 130 when interrupted.
 */
export function main(run: (stop: Stop) => Promise<number>): void {
  const controller = new AbortController();
  const again: (() => void)[] = [];
  let last = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (Date.now() - last < SAME_MS) return;
      last = Date.now();
      if (controller.signal.aborted) again.forEach((action) => action());
      else controller.abort();
    });
  }
  // A reader that went away, as in `make demo | head`, must not stop the engine half-way.
  process.stdout.on("error", () => undefined);
  const stop: Stop = {
    signal: controller.signal,
    check: () => {
      if (controller.signal.aborted) throw new Interrupted("stopped");
    },
    onAgain: (action) => again.push(action),
  };
  run(stop)
    .catch((error: unknown) => {
      if (error instanceof Interrupted) {
        console.error(`\n${error.message}`);
        return 130;
      }
      console.error(error instanceof Refusal ? `\n${error.message}` : error);
      return 1;
    })
    // Open sockets to the cluster or the engine would keep the process alive.
    .then((code) => process.exit(code), console.error);
}
