import * as pulumi from "@pulumi/pulumi";

/** An error for the reader of the terminal, printed without a stack: the text says all there is to know. */
export function refusal(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  // The engine's handler colours the stack for a trace that nobody reads, and Node 20 spends 12 s on one line of it.
  error.stack = "";
  return error;
}
