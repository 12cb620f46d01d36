import { join } from "node:path";

/** Folder of the project: where Pulumi.yaml is. */
export const ROOT = join(__dirname, "..", "..");
/** What the tools write; git ignores it. */
export const STATE = join(ROOT, ".testbed");
export const PROJECT = "testbed";

/** Namespace of a stack's bed; the one rule that the program has too (values/index.ts). */
export function namespaceOf(stack: string): string {
  return `${PROJECT}-${stack}`;
}
