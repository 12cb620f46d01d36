import { catalogued } from "../../../components/temporal/catalogue";
import { dynamicConfig, type DynamicConfig } from "../../../components/temporal/dynamic-config";
import { limitsIn } from "../../../components/temporal/limits";
import { LIMITS, type Limit, type Reader, type Section } from "../../../components/temporal/limits-table";
import { TEMPORAL_ROLES } from "../../../components/temporal/roles";
import { constraintsOf, whereText, type Constraints } from "./log";
import type { Seen } from "./seen";

/** One limit as one role has it: what is to be answered. Values are undefined where nothing is set. */
export interface Asked {
  /** Path below `temporal`, such as `limits.matching.rps`. */
  readonly knob: string;
  readonly key: string;
  readonly constraints: Readonly<Record<string, string>>;
  readonly role: Reader;
  /** Undefined for a raw key that is no typed limit. */
  readonly limit: Limit | undefined;
  readonly configured: unknown;
  readonly rendered: unknown;
  readonly mounted: unknown;
}

/** The limits that bind most by their defaults: shown when they are not set, too. */
const SHOWN: readonly string[] = [LIMITS.frontend.rps.key, LIMITS.matching.rps.key, LIMITS.history.rps.key];

/**
 * What to answer for: everything that is set by the stack, in the ConfigMap or in a server, then the limits that bind by default.
 * @param options all: every typed limit. namespace: only what holds in this one
 */
export function asked(seen: Seen, options: { readonly all: boolean; readonly namespace?: string | undefined }): Asked[] {
  const temporal = "temporal" in seen.configured ? seen.configured.temporal : undefined;
  const rendered: DynamicConfig = temporal === undefined ? {} : dynamicConfig(temporal);
  const set = temporal === undefined ? [] : limitsIn(temporal.limits);
  const keys = new Map<string, Pick<Asked, "key" | "constraints">>();
  const add = (given: string, where: string) => {
    const key = catalogued(given)?.key ?? given;
    keys.set(`${key} ${where}`, { key, constraints: constraintsOf(where) });
  };
  for (const config of [rendered, seen.mounted.config]) {
    for (const [key, values] of Object.entries(config)) for (const { constraints } of values) add(key, whereText(constraints ?? {}));
  }
  for (const [key, where] of seen.pods.flatMap(({ log }) => stillRead(log?.reads ?? []))) add(key, where);
  for (const { key } of general()) if (options.all || SHOWN.includes(key)) add(key, "");

  return [...keys.values()]
    .filter(({ constraints }) => options.namespace === undefined || [undefined, options.namespace].includes(constraints["namespace"]))
    .flatMap(({ key, constraints }) => {
      const own = set.find(
        ({ limit, cluster, constraints: theirs }) =>
          (cluster ? (limit.clusterKey ?? limit.key) : limit.key) === key && whereText(theirs) === whereText(constraints),
      );
      const raw = temporal !== undefined && key in temporal.dynamicConfig;
      const typed = own === undefined || raw ? typedBy(key, constraints) : { knob: own.knob.replace(/^temporal\./, ""), limit: own.limit };
      const values = { rendered: valueAt(rendered, key, constraints), mounted: valueAt(seen.mounted.config, key, constraints) };
      const configured = raw ? values.rendered : own?.value;
      // A twin that is written as 0, and switches that a limit needs, are no limits that somebody has set.
      if (implied(key, typed?.limit, configured, values.mounted) && !options.all) return [];
      const knob = raw || typed === undefined ? `dynamicConfig["${key}"]` : typed.knob;
      return readers(key, typed?.limit).map((role) => ({ knob, key, constraints, role, limit: typed?.limit, configured, ...values }));
    })
    .sort((a, b) => order(a) - order(b) || a.knob.localeCompare(b.knob) || a.role.localeCompare(b.role));
}

/** The value that is written for exactly these constraints. */
export function valueAt(config: DynamicConfig, key: string, constraints: Constraints): unknown {
  const name = Object.keys(config).find((each) => each.toLowerCase() === key.toLowerCase()) ?? key;
  return config[name]?.find((each) => whereText(each.constraints ?? {}) === whereText(constraints))?.value;
}

/** Keys and places for which a server last said that it has a value. */
function stillRead(reads: readonly { readonly key: string; readonly where: string; readonly value: string | undefined }[]) {
  const last = new Map(reads.map(({ key, where, value }) => [JSON.stringify([key, where]), value]));
  return [...last].flatMap(([place, value]) => (value === undefined ? [] : [JSON.parse(place) as [string, string]]));
}

/** Limits that hold for all namespaces and task queues, once each. */
function general(): Limit[] {
  return (Object.keys(LIMITS) as Section[])
    .filter((section) => section !== "namespaces")
    .flatMap((section) => limitsOf(section).map(([, limit]) => limit));
}

function limitsOf(section: Section): [string, Limit][] {
  return Object.entries<Limit>(LIMITS[section]);
}

/** The knob that would have written this. */
function typedBy(key: string, constraints: Readonly<Record<string, string>>): { knob: string; limit: Limit } | undefined {
  const { namespace, taskQueueName } = constraints;
  for (const section of Object.keys(LIMITS) as Section[]) {
    if ((section === "namespaces") !== (namespace !== undefined && section !== "taskQueues")) continue;
    const found = limitsOf(section).find(([, limit]) => limit.key === key || limit.clusterKey === key);
    if (found === undefined) continue;
    const [name, limit] = found;
    const place = [namespace, taskQueueName].filter((each) => each !== undefined).join("/");
    const at = { namespaces: `namespaces.${namespace}`, taskQueues: place === "" ? "taskQueues" : `taskQueues[${place}]` };
    return { knob: `limits.${at[section as keyof typeof at] ?? section}.${name}`, limit };
  }
  return undefined;
}

const NEEDED = new Set(
  Object.values(LIMITS).flatMap((section: Readonly<Record<string, Limit>>) =>
    Object.values(section).flatMap(({ needs }) => Object.keys(needs ?? {})),
  ),
);

function implied(key: string, limit: Limit | undefined, configured: unknown, mounted: unknown): boolean {
  return configured === undefined && (NEEDED.has(key) || (limit?.clusterKey === key && (mounted === 0 || mounted === undefined)));
}

function readers(key: string, limit: Limit | undefined): readonly Reader[] {
  if (limit !== undefined) return limit.readers;
  return TEMPORAL_ROLES.filter((role) => key.startsWith(`${role}.`)).length > 0
    ? TEMPORAL_ROLES.filter((role) => key.startsWith(`${role}.`))
    : TEMPORAL_ROLES;
}

const SECTIONS = [...Object.keys(LIMITS), ""];

function order({ knob }: Asked): number {
  const section = /^limits\.(\w+)/.exec(knob)?.[1] ?? "";
  return SECTIONS.indexOf(section);
}
