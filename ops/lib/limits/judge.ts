import { LIMITS } from "../../../components/temporal/limits-table";
import { valueAt, type Asked } from "./asked";
import { REFRESH, worstCase } from "./lag";
import { whereText } from "./log";
import { equals, forAll, perPod, taken, type Taken } from "./observed";
import { partitionsKey, type Seen, type ServerPod } from "./seen";

/**
 * What is to be said of a limit, worst first.
 * `not applied`: the ConfigMap is not what the stack's settings give. `unused`: a value for all pods hides it. `late`: a server has not
 * read it though the worst-case lag is over. `unknown`: nothing tells what a server has read. `waiting`: it has time left.
 * `read`: servers have read a raw key; what it does is theirs. `next call`: no call has come since; the next one takes it.
 */
export const STATES = ["not applied", "unused", "late", "unknown", "waiting", "read", "next call", "in force", "default"] as const;
export type State = (typeof STATES)[number];

/** Where the answer comes from. `unseen`: nothing tells, but the server's source says when it must have taken it. */
export type By = Taken["by"] | "partitions" | "server log" | "file" | "unseen";

/** One limit in one pod. Times are milliseconds since 1970. */
export interface PodVerdict {
  readonly pod: string;
  readonly state: State;
  /** What the file in the pod says, and since when. */
  readonly file: unknown;
  readonly fileSince: number | undefined;
  /** What the process has read. */
  readonly read: unknown;
  readonly readAt: number | undefined;
  readonly inForce: unknown;
  readonly since: number | undefined;
  readonly by: By | undefined;
  /** Seconds, at most. */
  readonly wait: number | undefined;
  readonly why: string | undefined;
}

export interface Verdict extends Asked {
  readonly state: State;
  /** What each pod allows; several, while pods differ. */
  readonly inForce: readonly unknown[];
  /** The moment from which it has held in every pod. */
  readonly since: number | undefined;
  readonly by: readonly By[];
  /** Seconds from a changed ConfigMap to the limit in force, at worst. */
  readonly lag: number;
  readonly wait: number | undefined;
  readonly why: string | undefined;
  readonly pods: readonly PodVerdict[];
}

const worst = <T extends { readonly state: State }>(all: readonly T[]): T | undefined =>
  [...all].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))[0];

/** What holds of one limit in all pods of its role. */
export function judge(asked: Asked, seen: Seen): Verdict {
  const own = seen.pods.filter(({ role }) => role === asked.role);
  const pods = own.map((pod) => judgePod(asked, pod, own, seen));
  const lag = worstCase(seen.lag, asked.limit?.reread);
  const last = worst(pods);
  const overall = whole(asked, seen) ?? {
    state: last?.state ?? ("unknown" as const),
    why: pods.length === 0 ? `no pod of ${asked.role} runs` : last?.why,
  };
  const waits = pods.flatMap(({ wait }) => wait ?? []);
  const settled = pods.every(({ since }) => since !== undefined) && !["waiting", "late", "unknown"].includes(overall.state);
  return {
    ...asked,
    ...overall,
    ...{ lag, pods },
    inForce: [...new Set(pods.map(({ inForce }) => inForce))],
    since: settled && pods.length > 0 ? Math.max(...pods.flatMap(({ since }) => since ?? [])) : undefined,
    by: [...new Set(pods.flatMap(({ by }) => by ?? []))],
    wait: overall.state === "waiting" && waits.length > 0 ? Math.max(...waits) : undefined,
  };
}

/** What is wrong whatever the pods say. */
function whole({ key, limit, constraints, rendered, mounted }: Asked, seen: Seen): { state: State; why: string } | undefined {
  const { configured, mounted: map } = seen;
  if ("source" in configured && JSON.stringify(rendered) !== JSON.stringify(mounted)) {
    const why = `the ConfigMap in the cluster is not what ${configured.source} give: run \`pulumi up\``;
    return { state: "not applied", why };
  }
  if (mounted !== undefined && limit?.key === key && forAll(limit, map.config, constraints["namespace"]) > 0) {
    return { state: "unused", why: `the server does not look at it while ${limit.clusterKey} is above 0` };
  }
  return undefined;
}

export function shown(value: unknown): string {
  return value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
}

type Answer = Pick<PodVerdict, "state" | "inForce" | "since" | "by" | "wait" | "why">;

function judgePod(asked: Asked, pod: ServerPod, peers: readonly ServerPod[], seen: Seen): PodVerdict {
  const read = readBy(asked, pod, seen);
  const file = pod.file === undefined ? undefined : valueAt(pod.file.config, asked.key, asked.constraints);
  const about = { pod: pod.name, file, fileSince: pod.file?.since };
  if ("unknown" in read) {
    return { ...about, read: undefined, readAt: undefined, ...answer("unknown", { why: read.unknown }) };
  }
  const limiters = taken(asked, pod, seen.mounted.config, peers);
  const done = { ...about, read: number(read.value), readAt: read.at };
  if (!same(read.value, asked.mounted)) return { ...done, ...notRead(asked, read.value, limiters, seen) };
  const found = inForce(asked, read, limiters, peers.length, seen);
  const unset = asked.mounted === undefined && ["in force", "next call", "read"].includes(found.state);
  return { ...done, ...found, ...(unset ? { state: "default" as const } : {}) };
}

function answer(state: State, rest: Partial<Answer> = {}): Answer {
  return { inForce: undefined, since: undefined, by: undefined, wait: undefined, why: undefined, state, ...rest };
}

/** What a process has read; `atStart`: its limiters were made with it. */
interface Read {
  readonly value: unknown;
  readonly at: number | undefined;
  readonly atStart: boolean;
  readonly by: "server log" | "file";
}

/** By its log, or, where that has lost its beginning, by the file that it looks at every few seconds. */
function readBy({ key, constraints, mounted }: Asked, pod: ServerPod, { lag }: Seen): Read | { readonly unknown: string } {
  const { log, file } = pod;
  const last = log?.reads.findLast((line) => line.key === key.toLowerCase() && line.where === whereText(constraints));
  // What is neither number, text nor truth value is logged in a notation of Go's own.
  if (typeof mounted !== "object") {
    if (last !== undefined) return { value: last.value, at: last.at, atStart: last.atStart, by: "server log" };
    if (log?.fromStart === true) return { value: undefined, at: pod.started, atStart: true, by: "server log" };
  }
  if (file === undefined) {
    const log = pod.log === undefined ? "its log could not be read" : "its log has lost its beginning, or the role logs less than info";
    return { unknown: `${pod.name}: ${log}, and no command runs in it to look at its file` };
  }
  const value = valueAt(file.config, key, constraints);
  const atStart = file.since !== undefined && file.since < pod.started;
  const at = file.since === undefined ? undefined : atStart ? pod.started : file.since + lag.poll * 1000;
  return { value, at, atStart, by: "file" };
}

/** @param read as the log prints it, or as it is in a file */
function same(read: unknown, wanted: unknown): boolean {
  if (read === undefined || wanted === undefined) return read === wanted;
  if (typeof wanted === "number") return Number(read) === wanted;
  return shown(read) === shown(wanted);
}

function notRead({ limit }: Asked, read: unknown, limiters: readonly Taken[] | undefined, { now, mounted, lag }: Seen): Answer {
  const left = (mounted.changed - now) / 1000 + worstCase(lag, undefined);
  const old = { inForce: limiters?.[0]?.value ?? number(read) };
  if (left < 0) {
    return answer("late", {
      ...old,
      why: `not read ${Math.round(-left)} s after the worst-case lag: the file in the pod, or its log, says why`,
    });
  }
  return answer("waiting", { ...old, wait: Math.ceil(left) + (limit?.reread === "rate" ? REFRESH : 0) });
}

/** Numbers as numbers, also those that a log has as text. */
function number(value: unknown): unknown {
  return typeof value === "string" && value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

/** What a limit does that its process has read. */
function inForce(asked: Asked, read: Read, limiters: readonly Taken[] | undefined, members: number, seen: Seen): Answer {
  const { limit, constraints } = asked;
  const { at, by } = read;
  if (by === "file" && at !== undefined && at > seen.now) {
    // Known by the file alone, which the process has yet to look at.
    return answer("waiting", { wait: Math.ceil((at - seen.now) / 1000) + (limit?.reread === "rate" ? REFRESH : 0), by });
  }
  if (limit === undefined)
    return answer("read", {
      inForce: number(read.value),
      since: at,
      by,
      why: "a raw key: what it does, and from when on, is the server's",
    });

  if (limit.key === LIMITS.taskQueues.writePartitions.key && asked.role === "matching") return partitions(asked, read, seen);
  const { namespace, taskQueueName } = constraints;
  const wanted = perPod(limit, seen.mounted.config, namespace, members, taskQueueName);
  const refreshed = read.atStart || limit.reread !== "rate" ? at : at === undefined ? undefined : at + REFRESH * 1000;
  if (limiters === undefined) {
    const why = UNSEEN[limit.reread];
    if (refreshed !== undefined && refreshed > seen.now) {
      return answer("waiting", { wait: Math.ceil((refreshed - seen.now) / 1000), inForce: undefined, by: "unseen", why });
    }
    return answer("in force", { inForce: wanted, since: refreshed, by: "unseen", why });
  }
  const open = limiters.filter((each) => each.wanted !== undefined && !equals(each.value, each.wanted));
  if (limiters.length > 0 && open.length === 0) {
    const times = limiters.flatMap((each) => each.at ?? []);
    return answer("in force", {
      inForce: limiters[0]?.value,
      // A limiter that has taken the same value before is older than the file that says so now.
      since: times.length > 0 ? Math.max(...times) : refreshed,
      by: limiters.some((each) => each.by === "gauge") ? "gauge" : "quota log",
    });
  }
  if (refreshed !== undefined && refreshed > seen.now && open.length > 0) {
    return answer("waiting", { wait: Math.ceil((refreshed - seen.now) / 1000), inForce: open[0]?.value, by: open[0]?.by });
  }
  const why =
    limiters.length > 0
      ? "no call has reached the limiter since: the next one takes the new value first"
      : "no call has come yet: the first one makes the limiter";
  return answer("next call", { inForce: wanted, since: refreshed, by: "unseen", why });
}

/** Why nothing shows that a value is in force. */
const UNSEEN = {
  rate: "the server neither logs nor exports this rate; it takes it with the first call later than 60 s after it has read it",
  call: "the server looks it up with each call",
  subscribed: "the server hands it on as it reads it",
} as const;

function partitions({ constraints, mounted }: Asked, { at, value, by }: Read, { partitions: all, now, lag }: Seen): Answer {
  const seen = all.get(partitionsKey(constraints["namespace"], constraints["taskQueueName"]));
  if (typeof seen !== "number")
    return answer("in force", { inForce: number(value), since: at, by, why: seen ?? "the server looks it up with each call" });
  if (mounted === undefined || seen === mounted) return answer("in force", { inForce: seen, since: at, by: "partitions" });
  // One matching pod answers, and it may be another one than this.
  const left = (at ?? now) / 1000 + worstCase(lag, undefined) - now / 1000;
  if (left > 0) return answer("waiting", { inForce: seen, wait: Math.ceil(left), by: "partitions" });
  return answer("late", { inForce: seen, by: "partitions", why: `the server lists ${seen} partitions` });
}

/** 0: nothing is open. 1: something is wrong. 2: something has time left. */
export function exitCode(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  const states = new Set(verdicts.map(({ state }) => state));
  if (["not applied", "unused", "late"].some((state) => states.has(state as State))) return 1;
  return states.has("waiting") ? 2 : 0;
}
