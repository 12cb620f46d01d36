import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Refusal } from "../fail";

/** The process that sweeps a stack. */
interface Holder {
  readonly pid: number;
  /** Start of the process in the system's own ticks, where it tells: numbers of processes are used again. */
  readonly started: string;
  readonly since: string;
}

/**
 * Takes the lock of a stack; a lock of a process that is gone is taken over.
 * @returns the function that gives it back
 * @throws Refusal while another process holds it
 */
export function lockStack(file: string, stack: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const own: Holder = { pid: process.pid, started: startOf(process.pid), since: new Date().toISOString() };
  for (;;) {
    try {
      const descriptor = openSync(file, "wx");
      writeSync(descriptor, JSON.stringify(own));
      closeSync(descriptor);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
    }
    const holder = read(file);
    if (holder !== undefined && lives(holder)) {
      throw new Refusal(
        `stack ${stack} is being swept by process ${holder.pid}, since ${holder.since}. Wait until it ends, or stop it with \`kill -INT ${holder.pid}\`.`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** Undefined for a lock that says nothing readable: its writer was killed while it wrote. */
function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function lives({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== "EPERM") return false;
  }
  return startOf(pid) === started;
}

/** 22nd field of the process's state; empty where the system has no /proc. */
function startOf(pid: number): string {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return "";
  const text = readFileSync(file, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
