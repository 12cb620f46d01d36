import { existsSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROJECT } from "./places";

/** The engine that says it is at work on a stack. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When it began, as the engine wrote it. */
  readonly since: string;
}

/** Folder of a `file://` backend. Undefined for other backends: only the engine itself can read those. */
function backendFolder(): string | undefined {
  const [backend = ""] = (process.env["PULUMI_BACKEND_URL"] ?? "").split("?");
  if (!backend.startsWith("file://")) return undefined;
  return join(backend.startsWith("file:///") ? fileURLToPath(backend) : backend.slice("file://".length), ".pulumi");
}

/** Locks of a stack; empty where the backend cannot be read. */
export function lockHolders(stack: string): Holder[] {
  const backend = backendFolder();
  const folder = backend && join(backend, "locks", "organization", PROJECT, stack);
  if (folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        return [parseLock(readFileSync(join(folder, file), "utf8"))];
      } catch (error) {
        if ((error as { code?: string }).code === "ENOENT") return []; // released between the two looks
        throw error;
      }
    });
}

/**
 * Removes empty `.attrs` files. The engine writes each file of a backend at one stroke, but its attributes not: one that was
 * killed in between leaves them empty, and then no command reads that stack any more ("failed to load checkpoint: EOF").
 * Only call it while no engine is at work.
 */
export function mendBackend(folder = backendFolder()): void {
  if (folder === undefined || !existsSync(folder)) return;
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, path);
    if (file.endsWith(".attrs") && statSync(file).size === 0) rmSync(file);
  }
}

/** A lock that says nothing readable counts as one of a dead process here: its writer was killed while it wrote. */
export function parseLock(text: string): Holder {
  let lock: { pid?: number; hostname?: string; timestamp?: string } = {};
  try {
    lock = JSON.parse(text) as typeof lock;
  } catch {
    // as said above
  }
  return { pid: lock.pid ?? 0, host: lock.hostname ?? hostname(), since: lock.timestamp ?? "" };
}

/** True unless the holder is certainly gone: on this machine, with no process of that number that is a `pulumi`. */
export function isLive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  if (holder.pid <= 0) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
  // Numbers are used again; where the system tells the name, it must be the engine's.
  const name = `/proc/${holder.pid}/comm`;
  return !existsSync(name) || readFileSync(name, "utf8").startsWith("pulumi");
}
