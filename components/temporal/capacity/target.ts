import { dump } from "js-yaml";
import { bounds, limitBounds } from "./bounds";
import type { Workload } from "./calls";
import { keyOf, knobOf, knobPath, LIMITED, type LimitName, type Setup } from "./setup";

/** A limit that has to be raised. */
export interface Setting {
  readonly limited: LimitName;
  readonly knob: string;
  readonly from: number;
  /** The lowest whole value that will do; the server takes no broken one for most limits. */
  readonly to: number;
  /** Why: the name of the bound that needs most. */
  readonly because: string;
}

/** What it takes for a rate. */
export interface Plan {
  readonly target: number;
  readonly headroom: number;
  /** Limits to raise; those that suffice already are not named. */
  readonly settings: readonly Setting[];
  /** What no limit gives, each with what would. */
  readonly beyond: readonly string[];
}

/** Rate limiters, uneven connections and forwarding take their share, so less than twice the rate is no safe distance. */
export const HEADROOM = 2;

/**
 * The lowest limits with which every bound is `target` x `headroom` workflows per second or more.
 * Limits are raised only; shards, pods, workers and the store's own speed are said in `beyond`.
 */
export function settingsFor(target: number, headroom: number, setup: Setup, workload: Workload): Plan {
  const goal = target * headroom;
  const short = limitBounds(setup, workload)
    .filter(({ perSecond }) => perSecond < goal)
    .sort((a, b) => a.perSecond - b.perSecond);
  const names = [...new Set(short.map(({ limited }) => limited))];
  const settings = names.map((limited): Setting => {
    const needs = short
      .filter((bound) => bound.limited === limited)
      .map(({ name, times, cost }) => ({ because: name, to: leastWhole((goal * cost) / times) }));
    const most = needs.reduce((a, b) => (b.to > a.to ? b : a));
    return { limited, knob: knobOf(setup, limited), from: setup.limits[limited].value, ...most };
  });
  return { target, headroom, settings, beyond: beyond(goal, setup, workload) };
}

/** The setup once the settings are in force. */
export function withSettings(setup: Setup, settings: readonly Setting[]): Setup {
  const raised = settings.map(({ limited, to }) => [limited, { ...setup.limits[limited], value: to }]);
  return { ...setup, limits: { ...setup.limits, ...(Object.fromEntries(raised) as Partial<Setup["limits"]>) } };
}

/** Rounding up must not take a broken last digit for need. */
function leastWhole(value: number): number {
  return Math.ceil(value - value * 1e-12);
}

function beyond(goal: number, setup: Setup, workload: Workload): string[] {
  const texts: string[] = [];
  const shards = bounds(setup, workload).find(({ limit }) => limit === "numHistoryShards");
  if (shards !== undefined && shards.perSecond < goal) {
    const needed = Math.ceil((setup.shards * goal) / shards.perSecond);
    texts.push(
      `${setup.shards} history shards give ${whole(shards.perSecond)} workflows/s at ${ms(setup)} a write; ${whole(goal)} need ${needed}. They are fixed for the life of the data: a new bed, or a faster store`,
    );
  }
  texts.push(
    `whether pods have the CPU for ${whole(goal)} workflows/s, and Cassandra the writes: limits let requests in, they do not serve them. A workflow is one write and more of Cassandra per state transition`,
    "more replicas instead: a limit per pod counts once for each pod of its role, so twice the pods are twice the limit",
  );
  return texts;
}

function whole(value: number): string {
  return Math.floor(value).toLocaleString("en");
}

function ms({ shardSeconds }: Setup): string {
  return `${Number((shardSeconds * 1000).toPrecision(3))} ms`;
}

/** A list entry of `temporal.limits.taskQueues`, as the values have it. */
export type TaskQueueEntry = Readonly<Record<string, string | number | undefined>>;

/** Settings as text to paste: they are the same. */
export interface Pasteable {
  /** For the `config:` of Pulumi.<stack>.yaml. */
  readonly yaml: string;
  /** The same as commands. */
  readonly commands: readonly string[];
  /** Limits that `temporal.dynamicConfig` sets: they are changed there, by hand. */
  readonly byHand: readonly string[];
}

/**
 * The settings as stack config.
 * @param taskQueues entries that the values have: a list replaces the one below it, so they are said again
 */
export function pasteable(settings: readonly Setting[], setup: Setup, taskQueues: readonly TaskQueueEntry[]): Pasteable {
  const byHand = settings.filter(({ limited }) => setup.limits[limited].raw || scopeIsTaken(setup, limited));
  const typed = settings.filter((setting) => !byHand.includes(setting));
  const ofQueue = typed.filter(({ limited }) => LIMITED[limited].at[0] === "taskQueues");
  const leaves: Leaf[] = typed
    .filter((setting) => !ofQueue.includes(setting))
    .flatMap(({ limited, to }): Leaf[] => {
      const path = knobPath(setup, limited);
      return [...(setup.limits[limited].cluster ? [[[...path.slice(0, -1), "scope"], "cluster"] as const] : []), [path, to]];
    });
  if (ofQueue.length > 0) {
    withQueue(ofQueue, setup, taskQueues).forEach((entry, index) => {
      for (const [name, value] of Object.entries(entry)) if (value !== undefined) leaves.push([["taskQueues", index, name], value]);
    });
  }
  return {
    yaml: leaves.length === 0 ? "" : dump({ "testbed:temporal": { limits: tree(leaves) } }, { lineWidth: -1 }),
    commands: leaves.map(([path, value]) => `pulumi config set --path 'testbed:temporal.limits${path.map(step).join("")}' ${value}`),
    byHand: byHand.map(({ limited, from, to }) => `temporal.dynamicConfig["${keyOf(setup, limited)}"]: ${from} to ${to}`),
  };
}

/** A value of stack config, and the path to it below `temporal.limits`. */
type Leaf = readonly [path: readonly (string | number)[], value: string | number];

/** Limits that each pod has; the others are those of a partition or shard, whatever the scope of their section. */
const PER_POD = new Set<LimitName>(
  (Object.keys(LIMITED) as LimitName[]).filter((name) => !["shardStore", "queueDispatch", "namespaceDispatch"].includes(name)),
);

/** Whether a limit per pod stands in a section that says `scope: cluster` for another, and so cannot be said there. */
function scopeIsTaken({ limits }: Setup, limited: LimitName): boolean {
  const [section] = LIMITED[limited].at;
  const others = (Object.keys(LIMITED) as LimitName[]).filter((name) => LIMITED[name].at[0] === section);
  return PER_POD.has(limited) && !limits[limited].cluster && others.some((name) => limits[name].cluster);
}

function withQueue(settings: readonly Setting[], { namespace, taskQueue }: Setup, given: readonly TaskQueueEntry[]): TaskQueueEntry[] {
  const wanted = Object.fromEntries(settings.map(({ limited, to }) => [LIMITED[limited].at[1], to]));
  const own = (entry: TaskQueueEntry) => entry["namespace"] === namespace && entry["taskQueue"] === taskQueue;
  return given.some(own)
    ? given.map((entry) => (own(entry) ? { ...entry, ...wanted } : entry))
    : [...given, { namespace, taskQueue, ...wanted }];
}

/** A path step as Pulumi writes it. */
function step(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return /^\w+$/.test(part) ? `.${part}` : `["${part}"]`;
}

function tree(leaves: readonly Leaf[]): unknown {
  const groups = new Map<string | number, Leaf[]>();
  for (const [[first = "", ...rest], value] of leaves) groups.set(first, [...(groups.get(first) ?? []), [rest, value]]);
  const entries = [...groups].map(([key, below]): [string | number, unknown] => {
    const [only] = below;
    return [key, only?.[0].length === 0 ? only[1] : tree(below)];
  });
  return typeof entries[0]?.[0] === "number" ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
