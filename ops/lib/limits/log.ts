/** What a server says in its log about its dynamic config. @see Temporal 1.31.2: client_diff.go and logged_calculator.go in common */

/** A value that the server has read from its file. Times are milliseconds since 1970. */
export interface ReadLine {
  readonly at: number;
  /** In lower case, as the server has it. */
  readonly key: string;
  /** Constraints in the server's own notation, see `whereText`. */
  readonly where: string;
  /** As Go prints it; undefined: the key is no longer set there. */
  readonly value: string | undefined;
  /** Read before anything was served: limiters were made with it. */
  readonly atStart: boolean;
}

/** A value that a limiter has taken. Written by the first limiter of its kind; those for other priorities follow within their minute. */
export interface QuotaLine {
  readonly at: number;
  readonly component: string;
  readonly scope: string;
  readonly namespace: string | undefined;
  readonly value: number;
}

export interface ServerLog {
  /** False: lines from the start on are missing, so what is not in it may have been said all the same. */
  readonly fromStart: boolean;
  readonly reads: readonly ReadLine[];
  readonly quotas: readonly QuotaLine[];
}

/** As ours has them, by name. */
export type Constraints = Readonly<Record<string, string | number>>;

/** Names of constraints here and in the server's log, in its order. */
const NAMES = [
  ["namespace", "Namespace"],
  ["namespaceId", "NamespaceID"],
  ["taskQueueName", "TaskQueueName"],
  ["taskType", "TaskQueueType"],
  ["shardId", "ShardID"],
  ["historyTaskType", "HistoryTaskType"],
  ["destination", "Destination"],
] as const;

/** Constraints as the log has them, such as `{Namespace:default}`; empty for none. */
export function whereText(constraints: Constraints): string {
  return NAMES.flatMap(([ours, theirs]) => (constraints[ours] === undefined ? [] : [`{${theirs}:${constraints[ours]}}`])).join("");
}

/** The way back. */
export function constraintsOf(where: string): Record<string, string> {
  const pairs = [...where.matchAll(/\{(\w+):([^}]*)\}/g)].flatMap(([, theirs, value = ""]) => {
    const ours = NAMES.find(([, name]) => name === theirs)?.[0];
    return ours === undefined ? [] : [[ours, value] as const];
  });
  return Object.fromEntries(pairs);
}

const CHANGED = /^dynamic config changed for the key: (\S+) oldValue: (nil|\{ .* \}) newValue: (nil|\{ .* \})$/;
const VALUE = /^\{ constraints: \{(.*?)\} value: (.*) \}$/;

/** Takes a log apart. Lines that are no JSON, or of no interest, are passed over. */
export function serverLog(text: string): ServerLog {
  const reads: ReadLine[] = [];
  const quotas: QuotaLine[] = [];
  let fromStart = false;
  let started = false;
  for (const line of text.split("\n")) {
    const said = parse(line);
    if (said === undefined) continue;
    const at = Date.parse(String(said["ts"]));
    const message = String(said["msg"]);
    if (message === "Build info.") fromStart = true;
    else if (message === "Updated dynamic config") started = true;
    else if (message === "Quota changed") {
      quotas.push({
        at,
        component: String(said["component"]),
        scope: String(said["scope"]),
        namespace: said["wf-namespace"] as string | undefined,
        value: Number(said["new-quota"]),
      });
    } else {
      const [, key, before = "", after = ""] = CHANGED.exec(message) ?? [];
      if (key === undefined) continue;
      const [, where = "", value] = VALUE.exec(after) ?? [];
      const place = value === undefined ? (VALUE.exec(before)?.[1] ?? "") : where;
      reads.push({ at, key: key.toLowerCase(), where: place, value, atStart: fromStart && !started });
    }
  }
  return { fromStart, reads, quotas };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!/"msg":"(Build info|dynamic config changed|Updated dynamic config|Quota changed)/.test(line)) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined; // cut in two by a rotation
  }
}
