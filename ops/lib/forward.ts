import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { Refusal } from "./fail";

/** A local port that leads to a Service. */
export interface Forward {
  readonly service: string;
  readonly remote: number;
  readonly local: number;
}

/** Pause before a dropped forward is started again, in milliseconds: doubled with each failure in a row, up to the last. */
const PAUSES_MS = [250, 500, 1000, 2000, 5000];

/** @param failures how often it failed since it last worked */
export function pauseAfter(failures: number): number {
  return PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
}

/**
 * The local port to use: the one that was asked for, or the usual one if it is free, or any free one.
 * @throws Refusal when the one that was asked for is no port, or taken
 */
export async function localPort(flag: string, given: string | undefined, usual: number): Promise<number> {
  if (given === undefined) return (await listens(usual)) ?? (await listens(0)) ?? 0;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (port < 1 || port > 65535) throw new Refusal(`--${flag} is '${given}'; allowed: a port, 1 to 65535.`);
  if ((await listens(port)) === undefined)
    throw new Refusal(`--${flag} is ${port}, which another program uses or which is not yours to use; choose another, or leave it out.`);
  return port;
}

/** The port that could be opened on the loopback address; 0 asks for any. */
function listens(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

/**
 * Keeps one forward open until the signal: starts kubectl, says when it serves, starts it again when it ends.
 * @param say called with a line for the reader
 */
export async function keepForward(namespace: string, forward: Forward, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const { service, local, remote } = forward;
  let failures = 0;
  while (!signal.aborted) {
    const child = spawn("kubectl", ["-n", namespace, "port-forward", `service/${service}`, `${local}:${remote}`], {
      env: process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { served, last } = await until(child, signal, () => say(`${service}: serving on 127.0.0.1:${local}`));
    if (signal.aborted) return;
    failures = served ? 0 : failures + 1;
    say(`${service}: dropped (${last}); again in ${pauseAfter(failures) / 1000} s`);
    await pause(pauseAfter(failures), signal);
  }
}

/** Waits for the end of kubectl, and tells whether it ever served, and its last words. */
function until(child: ChildProcess, signal: AbortSignal, onServing: () => void): Promise<{ served: boolean; last: string }> {
  let served = false;
  let last = "no reason given";
  const end = () => child.kill("SIGTERM");
  signal.addEventListener("abort", end);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (served || !line.startsWith("Forwarding from")) return;
      served = true;
      onServing();
    });
  }
  if (child.stderr) createInterface({ input: child.stderr }).on("line", (line) => (last = line));
  return new Promise((resolve, reject) => {
    child.on("error", () => reject(new Refusal('kubectl is not on PATH; install it, or use the lab\'s: eval "$(lab/lab.sh env demo)".')));
    child.on("close", () => {
      signal.removeEventListener("abort", end);
      resolve({ served, last });
    });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
