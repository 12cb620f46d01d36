import { type Captured, runProgram, type RunOptions } from "./harness";

/** Slices of the stack config that switch on what a layer leaves off, images that nobody can pull included. */
const SLICES: NonNullable<RunOptions["slices"]> = {
  // Whatever a layer's own budget is: what is looked at is not the sum.
  platform: { budget: { cpu: "500", memory: "2Ti" } },
  load: {
    enabled: true,
    worker: { maxWorkflowTaskPollers: 16, maxActivityTaskPollers: 8 },
    runner: { replicas: 1, backoff: false },
  },
};

const beds = new Map<string, Promise<Captured>>();

/** The registrations of a layer with everything on; captured once a test file. */
export function everythingIn(layer: string): Promise<Captured> {
  const known = beds.get(layer) ?? runProgram(layer, { slices: SLICES });
  beds.set(layer, known);
  return known;
}
