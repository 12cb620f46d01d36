import { readdirSync, readFileSync } from "node:fs";

/** What the kernel says about a process in a pod, read from outside of the pod: some images have no shell. */
export interface PodProcess {
  readonly pid: number;
  readonly commandLine: readonly string[];
  /** Fields of /proc/PID/status, such as Uid or Seccomp. */
  readonly status: Readonly<Record<string, string>>;
  /** Mount options of its root file system, such as ro. */
  readonly rootMount: readonly string[];
}

/** Processes of one container. @param containerID as in the pod's status: `containerd://ID` */
export function processesOf(containerID: string): PodProcess[] {
  const id = containerID.replace(/^.*:\/\//, "");
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(id)) return [];
        return [read(pid)];
      } catch {
        return []; // ended in between
      }
    });
}

function read(pid: number): PodProcess {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
    .split("\n")
    .map((line) => line.split(":\t"));
  const root = readFileSync(`/proc/${pid}/mountinfo`, "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .find(([, , , , point]) => point === "/");
  return {
    pid,
    commandLine: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1),
    status: Object.fromEntries(status.map(([key = "", value = ""]) => [key, value.trim()])),
    rootMount: (root?.[5] ?? "").split(","),
  };
}
