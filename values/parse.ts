import type { z } from "zod";
import { nearest } from "../components/kit/nearest";
import { catalogued } from "../components/temporal/catalogue";
import { overBudget, sumRequests, type Requests } from "../components/platform/budget";
import { liveKeyFor } from "./dead-keys";
import type { Problem } from "./errors";
import { footprints } from "./footprints";
import { isTree, type Merged, type Tree } from "./layers";
import { Values } from "./slices";
import { variantsOf } from "./unions";

/** Settings that passed every check. */
export interface Parsed {
  readonly values: Values;
  readonly requests: Requests;
}

/** One strict parse of the merged layers: the values, or every problem at once. */
export function parseValues(merged: Merged): Parsed | Problem[] {
  const tree = structuredClone(merged.tree);
  let result = Values.safeParse(tree);
  // `pulumi config set` writes 1.5 and some other numbers as text; a numeric leaf takes numeric text.
  if (!result.success && coerceNumbers(tree, result.error.issues)) result = Values.safeParse(tree);

  const problems = [...merged.problems];
  if (!result.success) {
    problems.push(...result.error.issues.flatMap((issue) => toProblems(issue, tree, merged)));
    return problems;
  }
  const requests = sumRequests(footprints(result.data));
  for (const { path, message } of overBudget(requests, result.data.platform.budget)) {
    problems.push({ where: where(path, merged), given: String(at(tree, path)), allowed: `allowed is ${message}` });
  }
  return problems.length > 0 ? problems : { values: result.data, requests };
}

const NUMERIC = /^-?\d+(\.\d+)?$/;

/** Replaces numeric text where a number was expected; true when it replaced any. */
function coerceNumbers(tree: Tree, issues: readonly z.core.$ZodIssue[]): boolean {
  let coerced = false;
  for (const issue of issues) {
    if (issue.code !== "invalid_type" || (issue.expected !== "number" && issue.expected !== "int")) continue;
    const parent = at(tree, issue.path.slice(0, -1));
    const key = issue.path.at(-1);
    if (key === undefined || typeof parent !== "object" || parent === null) continue;
    const holder = parent as Record<PropertyKey, unknown>;
    const text = holder[key];
    if (typeof text === "string" && NUMERIC.test(text)) {
      holder[key] = Number(text);
      coerced = true;
    }
  }
  return coerced;
}

function toProblems(issue: z.core.$ZodIssue, tree: Tree, merged: Merged): Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const live = liveKeyFor(deepest(path, at(tree, path)));
      return { where: where(path, merged), allowed: `unknown key; ${live ?? suggestion(key, issue.path, tree)}` };
    });
  }
  if (issue.code === "invalid_key") {
    const reasons = issue.issues.map(({ message }) => message).join("; ");
    return [{ where: where(issue.path, merged), given: show(issue.path.at(-1)), allowed: `allowed is ${reasons}` }];
  }
  const value = at(tree, issue.path);
  const dead = deadRawKey(issue.path, value);
  if (dead !== undefined) return [{ where: where(issue.path, merged), allowed: `unknown key; ${dead}` }];
  const given = value === undefined ? undefined : show(value);
  return [{ where: where(issue.path, merged), ...(given === undefined ? {} : { given }), allowed: allowed(issue, value) }];
}

/** Dead keys pasted among the raw keys of Temporal, as one key or as a block: that it is no list is not what is wrong with it. */
function deadRawKey([slice, raw, ...path]: readonly PropertyKey[], value: unknown): string | undefined {
  const [key] = path;
  if (slice !== "temporal" || raw !== "dynamicConfig" || path.length !== 1 || catalogued(String(key)) !== undefined) return undefined;
  return liveKeyFor(deepest(path, value));
}

/** A path and, below it, the first key of each map: dead keys are recognised by what they hold. */
export function deepest(path: readonly PropertyKey[], value: unknown): string {
  const names = path.map(String);
  for (let below = value; isTree(below);) {
    const [first] = Object.keys(below);
    if (first === undefined) break;
    names.push(first);
    below = below[first];
  }
  return names.join(".");
}

function allowed(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return value === undefined ? `missing; ${kind(issue.expected)} is needed` : `allowed is ${kind(issue.expected)}`;
    case "invalid_value":
      return `allowed is one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `allowed is ${issue.minimum} or more`;
    case "too_big":
      return `allowed is ${issue.maximum} or less`;
    case "invalid_union": {
      const variants = variantsOf(unwrap(placesAt(issue.path.slice(0, -1), {})[0]?.schema));
      if (variants !== undefined && issue.path.at(-1) === variants.by) {
        const names = [...variants.schemas.keys()].join(", ");
        return value === undefined ? `missing; one of ${names} is needed` : `allowed is one of ${names}`;
      }
      const kinds = issue.errors.flat().flatMap((error) => (error.code === "invalid_type" ? [kind(error.expected)] : []));
      const any = [...new Set(kinds)].join(" or ");
      return value === undefined ? `missing; ${any} is needed` : `allowed is ${any}`;
    }
    default:
      return `allowed is ${issue.message}`;
  }
}

function kind(expected: string): string {
  const names: Record<string, string> = {
    int: "a whole number",
    string: "text",
    boolean: "true or false",
    object: "a map",
    record: "a map",
    array: "a list",
  };
  return names[expected] ?? `a ${expected}`;
}

/** Known keys beside an unknown one, by walking the schema; in a slice with variants those of the variant that is set. */
function suggestion(key: string, parent: readonly PropertyKey[], tree: Tree): string {
  const places = placesAt(parent, tree).flatMap((place) => variantsAt(place, parent, tree));
  const elsewhere = places.find(({ schema, variant }) => variant?.set === false && keysOf(schema).includes(key))?.variant;
  if (elsewhere !== undefined) return `only ${elsewhere.key} ${elsewhere.name} reads it; leave it out, or set that`;
  const known = [...new Set(places.filter(({ variant }) => variant?.set !== false).flatMap(({ schema }) => keysOf(schema)))];
  const near = nearest(key, known);
  return near === undefined ? `known here: ${known.join(", ")}` : `did you mean ${near}?`;
}

/** A part of the schema, and the variant that it belongs to. */
interface Place {
  readonly schema: unknown;
  readonly variant?: { readonly key: string; readonly name: string; readonly set: boolean };
}

/** What the schema has at a path: one place, or one for each variant above it. */
function placesAt(path: readonly PropertyKey[], tree: Tree): Place[] {
  return path.reduce<Place[]>(
    (places, step, depth) =>
      places
        .flatMap((place) => variantsAt(place, path.slice(0, depth), tree))
        .map((place) => ({ ...place, schema: child(place.schema, step) })),
    [{ schema: Values }],
  );
}

/** A place, or its variants if it has some. */
function variantsAt(place: Place, path: readonly PropertyKey[], tree: Tree): Place[] {
  const variants = variantsOf(unwrap(place.schema));
  if (variants === undefined) return [place];
  const given = at(tree, [...path, variants.by]);
  return [...variants.schemas].map(([name, schema]) => ({
    schema,
    variant: { key: [...path, variants.by].join("."), name, set: name === given },
  }));
}

function keysOf(schema: unknown): string[] {
  return Object.keys((unwrap(schema) as { shape?: object }).shape ?? {});
}

function child(schema: unknown, step: PropertyKey): unknown {
  const inner = unwrap(schema) as { shape?: Record<PropertyKey, unknown>; valueType?: unknown; element?: unknown };
  return inner.shape?.[step] ?? inner.valueType ?? inner.element;
}

function unwrap(schema: unknown): object {
  const wrapper = schema as { unwrap?: () => unknown; shape?: object; element?: unknown } | undefined;
  if (wrapper === undefined) return {};
  return wrapper.shape === undefined && wrapper.element === undefined && typeof wrapper.unwrap === "function"
    ? unwrap(wrapper.unwrap())
    : wrapper;
}

function where(path: readonly PropertyKey[], merged: Merged): string {
  return `${merged.sourceOf(path)}: ${path.map(String).join(".")}`;
}

function at(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    tree,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
