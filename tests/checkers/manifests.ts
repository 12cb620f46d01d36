import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { engine } from "../e2e/support/engine";
import { Program, type Config } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";

/** A manifest as the API server gets it; what the checkers and the bench read of it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** `Deployment temporal-ui`. */
export const label = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** `Deployment testbed-dev/temporal-ui`; a name for what is not known. */
export function objectOf(manifest: Manifest | undefined): string {
  if (manifest === undefined) return "unknown";
  const { kind, metadata } = manifest;
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/**
 * Renders a bed with the real engine and provider, without a cluster, and hands over the folder. It holds passwords in clear:
 * only its owner may open it, and it is gone when `use` has ended.
 * @param edit a change of the program's text before it is run
 */
export async function withRendered<T>(
  given: Config,
  use: (folder: string) => Promise<T> | T,
  edit?: (program: Program) => void,
): Promise<T> {
  const home = await engine();
  const program = new Program();
  const folder = mkdtempSync(join(tmpdir(), "testbed-rendered-"));
  try {
    edit?.(program);
    const config: Config = { ...given, ...(given["layer"] === "prod" ? { context: "prod" } : {}), renderTo: folder };
    const stack = await new Stack(program, String(given["layer"]), home.env).init(config);
    succeeded(await stack.up());
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    program.remove();
    home.remove();
  }
}

/** The manifests of a folder, by file name below it. */
export function readManifests(folder: string): Map<string, Manifest> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
  if (files.length === 0) throw new Error("nothing was rendered");
  return new Map(files.sort().map((file) => [file, load(readFileSync(join(folder, file), "utf8")) as Manifest]));
}
