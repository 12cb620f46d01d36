import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { ROOT } from "./engine";

/** Stack config: `layer`, `context`, and a map per slice. Keys without the project's name. */
export type Config = { readonly [key: string]: unknown };

const FILES = ["Pulumi.yaml", "package.json", "tsconfig.json", "index.ts", "bed", "components", "values"];

/**
 * A copy of the program in a folder of its own, so that a test can edit it, and so that the salt and settings of a
 * test's stack never reach the stack files of the work tree.
 */
export class Program {
  public readonly folder = mkdtempSync(join(tmpdir(), "testbed-program-"));

  public constructor() {
    for (const file of FILES) cpSync(join(ROOT, file), join(this.folder, file), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Replaces text that must be there; the returned function puts it back. */
  public edit(file: string, from: RegExp, to: string): () => void {
    const path = join(this.folder, file);
    const before = readFileSync(path, "utf8");
    if (!from.test(before)) throw new Error(`${file} has no ${from.source}: adapt the test to the program`);
    writeFileSync(path, before.replace(from, to));
    return () => writeFileSync(path, before);
  }

  /** Writes the config of a stack. The salt of its secrets, once there, stays. */
  public configure(stack: string, config: Config, file = `Pulumi.${stack}.yaml`): string {
    const own = join(this.folder, `Pulumi.${stack}.yaml`);
    let salt: unknown;
    try {
      salt = (load(readFileSync(own, "utf8")) as { encryptionsalt?: unknown }).encryptionsalt;
    } catch {
      salt = undefined; // no such file yet
    }
    const keyed = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `testbed:${key}`, value]));
    const path = join(this.folder, file);
    writeFileSync(path, dump({ config: keyed, ...(salt === undefined ? {} : { encryptionsalt: salt }) }));
    return path;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
