import { loadStack, type Stack } from "../../values";
import { derive, type Derived } from "../../values/derive";
import { configure, type RunOptions, startEngine } from "./harness";

/** A layer's settings, with slices of the stack config on top, as the program gets them. */
export async function settings(layer: string, slices: RunOptions["slices"] = {}): Promise<Stack & Derived> {
  await startEngine(layer);
  configure(layer, { slices });
  const stack = loadStack();
  return { ...stack, ...derive(stack.values, stack.namespace) };
}
