import { parseArgs } from "node:util";
import { nearest } from "../../components/kit/nearest";
import { HEADROOM } from "../../components/temporal/capacity";
import { Refusal } from "./fail";

/** What `npm run capacity` may be asked. Unset: what the stack's own load does. */
export interface CapacityOptions {
  readonly stack?: string;
  readonly layer?: string;
  readonly namespace?: string;
  readonly taskQueue?: string;
  readonly activities?: number;
  readonly waiting?: boolean;
  readonly eager: boolean;
  readonly partitions?: number;
  readonly workers?: number;
  /** Seconds. */
  readonly shardLatency?: number;
  /** Mean seconds from start to end of a workflow. */
  readonly workflowLatency?: number;
  /** Workflows per second. */
  readonly target?: number;
  readonly headroom: number;
  readonly json: boolean;
  /** File to draw into. */
  readonly plot?: string;
}

/** Options with what they stand in for and mean; an option without a word behind it takes no value. */
const OPTIONS = {
  stack: ["NAME", "the settings of Pulumi.NAME.yaml and its layer (dev)"],
  layer: ["NAME", "the settings of a layer alone: dev, prod or october-2025"],
  namespace: ["NAME", "namespace of the workflows (that of the load)"],
  "task-queue": ["NAME", "task queue of the workflows (that of the load)"],
  activities: ["N", "activities of one workflow, one after the other (those of the load's runner)"],
  "no-wait": ["", "starters do not wait for results (as the load's runner does)"],
  eager: ["", "activities start eagerly"],
  partitions: ["N", "partitions of the task queue (those in force)"],
  workers: ["N", "worker processes (those of the load)"],
  "shard-latency": ["TIME", "one write of an execution to the store, such as 5ms (5ms)"],
  "workflow-latency": ["TIME", "start to end of one workflow, such as 2s: then waiting starters are a bound, too"],
  target: ["RATE", "workflows per second: prints the limits that they need"],
  headroom: ["TIMES", `how far above the target every bound is to be, 1 or more (${HEADROOM})`],
  json: ["", "the answer as JSON"],
  plot: ["FILE.svg", "draws capacity over activities per workflow"],
} as const satisfies Record<string, readonly [value: string, meaning: string]>;
type Name = keyof typeof OPTIONS;

/** @throws Refusal with everything that is wrong with the options, and the list of them */
export function capacityOptions(argv: readonly string[]): CapacityOptions {
  const problems: string[] = [];
  const given = new Map<Name, string>();
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, [value]]) => [name, { type: value === "" ? "boolean" : "string" } as const]),
  );
  for (const token of parseArgs({ args: [...argv], options, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") problems.push(`${token.value}: no option; they begin with --`);
    if (token.kind !== "option") continue;
    if (!isName(token.name)) {
      const near = nearest(token.name, Object.keys(OPTIONS));
      problems.push(`${token.rawName}: unknown${near === undefined ? "" : `; did you mean --${near}?`}`);
      continue;
    }
    const [value] = OPTIONS[token.name];
    if (value === "" && token.value !== undefined) problems.push(`--${token.name}: ${token.value} given; it takes no value`);
    else if (value !== "" && (token.value ?? "") === "") problems.push(`--${token.name}: nothing given; allowed is ${value}`);
    else given.set(token.name, token.value ?? "");
  }
  const read = <T>(name: Name, parse: (text: string) => T | undefined, allowed: string): T | undefined => {
    const text = given.get(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) problems.push(`--${name}: ${text} given; allowed is ${allowed}`);
    return value;
  };
  const words = (name: Name) => given.get(name);
  const found = {
    ...{ stack: words("stack"), layer: words("layer"), namespace: words("namespace"), taskQueue: words("task-queue") },
    activities: read("activities", whole(0, 1000), "a whole number from 0 to 1000"),
    waiting: given.has("no-wait") ? false : undefined,
    eager: given.has("eager"),
    partitions: read("partitions", whole(1, 1000), "a whole number from 1 to 1000"),
    workers: read("workers", whole(1, 10_000), "a whole number from 1 to 10000"),
    shardLatency: read("shard-latency", seconds, "a time above 0, such as 5ms or 0.02s"),
    workflowLatency: read("workflow-latency", seconds, "a time above 0, such as 800ms, 2s or 5m"),
    target: read("target", number(0.001), "a rate above 0, such as 1000"),
    headroom: read("headroom", number(1), "1 or more, such as 2") ?? HEADROOM,
    json: given.has("json"),
    plot: read("plot", (text) => (/.\.svg$/.test(text) ? text : undefined), "a file that ends in .svg"),
  };
  if (given.has("stack") && given.has("layer")) problems.push("--stack and --layer: both given; a stack names its layer itself");
  if (problems.length > 0) throw new Refusal(refusalText(problems));
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as unknown as CapacityOptions;
}

function isName(name: string): name is Name {
  return Object.hasOwn(OPTIONS, name);
}

function refusalText(problems: readonly string[]): string {
  const left = Object.entries(OPTIONS).map(([name, [value, meaning]]) => [`--${name} ${value}`, meaning] as const);
  const width = Math.max(...left.map(([option]) => option.length));
  return [
    `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} with the options; nothing was computed:`,
    ...problems.map((problem) => `  ${problem}`),
    "Allowed, with what holds otherwise in brackets:",
    ...left.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`),
  ].join("\n");
}

function number(least: number) {
  return (text: string): number | undefined =>
    /^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= 1e9 ? Number(text) : undefined;
}

function whole(least: number, most: number) {
  return (text: string): number | undefined =>
    /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined;
}

const UNITS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60 };

function seconds(text: string): number | undefined {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(us|ms|s|m)$/.exec(text) ?? [];
  const time = Number(value) * (UNITS[unit ?? ""] ?? NaN);
  return time > 0 ? Number(time.toPrecision(12)) : undefined;
}
