import { z } from "zod";
import { isTree, LAYERS, mergeLayers, type Layer, type LayerName, type Tree } from "./layers";
import { readLayer } from "./read";
import { Values } from "./slices";
import { variantsOf } from "./unions";

/** What is derived from the schema: an editor's JSON schema of a layer file, and the list of every knob. */

/** A knob, or a map or list whose entries the operator names. */
export interface Knob {
  readonly key: string;
  readonly allowed: string;
  /** Value in each layer; empty when unset. */
  readonly values: Readonly<Record<LayerName, string>>;
  readonly description: string;
  readonly source: string;
}

/** A layer holds any part of the whole, so nothing is required. */
export function schemaJson(): string {
  const schema = z.toJSONSchema(Values, {
    override: ({ jsonSchema }) => {
      delete jsonSchema.required;
      // A part of a slice may fit several of its variants.
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  });
  return `${JSON.stringify({ title: "A layer of settings", ...schema }, undefined, 2)}\n`;
}

/** Every knob, in the order of the schema. */
export function knobs(): Knob[] {
  const trees = Object.fromEntries(LAYERS.map((layer) => [layer, mergeLayers([layerNamed("base"), layerNamed(layer)]).tree]));
  return walk(Values, "", {}, trees as Record<LayerName, Tree>);
}

function layerNamed(name: string): Layer {
  const layer = readLayer(name);
  if ("tree" in layer) return layer;
  throw new Error(`${layer.where}: ${layer.allowed}`);
}

interface Meta {
  readonly description?: string;
  readonly source?: string;
}

function walk(schema: z.ZodType, key: string, above: Meta, values: Readonly<Record<LayerName, unknown>>): Knob[] {
  const meta = { ...above, ...metaOf(schema) };
  const inner = unwrap(schema);
  const below = (step: string, name: string, child: z.ZodType, known: boolean) =>
    walk(
      child,
      `${key}${step}`,
      {},
      ofLayers((layer) => (known ? at(values[layer], name) : undefined)),
    );
  const variants = variantsOf(inner);
  if (variants !== undefined) {
    return ofVariants(`${key}.${variants.by}`, new Map([...variants.schemas].map(([name, each]) => [name, walk(each, key, {}, values)])));
  }
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, child]) =>
      below(key === "" ? name : `.${name}`, name, child, true),
    );
  }
  const own: Knob = {
    key,
    allowed: allowed(inner),
    values: ofLayers((layer) => show(values[layer])),
    description: meta.description ?? "",
    source: meta.source ?? "",
  };
  if (inner instanceof z.ZodRecord) {
    const value = unwrap(inner.valueType as z.ZodType);
    return value instanceof z.ZodObject ? [own, ...below(".<name>", "", value, false)] : [own];
  }
  if (inner instanceof z.ZodArray) {
    const element = unwrap(inner.element as z.ZodType);
    return element instanceof z.ZodObject ? [own, ...below("[]", "", element, false)] : [own];
  }
  return [own];
}

/** Every knob once, whichever variants have it; what they say differently is said of each. @param by key that says which variant */
function ofVariants(by: string, variants: ReadonlyMap<string, Knob[]>): Knob[] {
  const keys = [...new Set([...variants.values()].flat().map(({ key }) => key))];
  return keys.flatMap((key) => {
    const found = [...variants].flatMap(([name, knobs]) => knobs.filter((knob) => knob.key === key).map((knob) => ({ name, knob })));
    const [first] = found;
    if (first === undefined) return [];
    if (key === by) return [{ ...first.knob, allowed: [...variants.keys()].join(", ") }];
    const of = (part: "allowed" | "description" | "source") => {
      const texts = new Set(found.map(({ knob }) => knob[part]));
      return texts.size === 1 ? first.knob[part] : found.map(({ name, knob }) => `${name}: ${knob[part]}`).join("; ");
    };
    const only = found.length < variants.size ? `Only for ${by} ${found.map(({ name }) => name).join(", ")}. ` : "";
    return [{ ...first.knob, allowed: of("allowed"), description: `${only}${of("description")}`, source: of("source") }];
  });
}

function ofLayers<T>(make: (layer: LayerName) => T): Record<LayerName, T> {
  return Object.fromEntries(LAYERS.map((layer) => [layer, make(layer)])) as Record<LayerName, T>;
}

/** What is said of a schema, by itself or by what it wraps. */
function metaOf(schema: z.ZodType): Meta {
  const inner = wrapped(schema);
  return { ...(inner === undefined ? {} : metaOf(inner)), ...(schema.meta() as Meta | undefined) };
}

function unwrap(schema: z.ZodType): z.ZodType {
  const inner = wrapped(schema);
  return inner === undefined ? schema : unwrap(inner);
}

function wrapped(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional) return schema.unwrap() as z.ZodType;
  // A number that is taken as text first.
  if (schema instanceof z.ZodPipe) return schema.out as z.ZodType;
  return undefined;
}

/** What a knob takes, in words. */
function allowed(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.join(", ");
  if (schema instanceof z.ZodBoolean) return "true, false";
  if (schema instanceof z.ZodArray) return `list of ${allowed(unwrap(schema.element as z.ZodType))}`;
  if (schema instanceof z.ZodRecord) return `name to ${allowed(unwrap(schema.valueType as z.ZodType))}`;
  if (schema instanceof z.ZodObject) return `{${Object.keys(schema.shape).join(", ")}}`;
  if (schema instanceof z.ZodNumber) {
    const { type, minimum, maximum } = z.toJSONSchema(schema);
    return `${type === "integer" ? "whole number" : "number"}, ${minimum ?? "any"} to ${maximum === Number.MAX_SAFE_INTEGER ? "any" : (maximum ?? "any")}`;
  }
  // A text with a rule says its rule when it is broken.
  const broken = schema.safeParse("\0");
  return broken.success ? "text" : (broken.error.issues[0]?.message ?? "text");
}

function at(tree: unknown, key: string): unknown {
  return isTree(tree) ? tree[key] : undefined;
}

function show(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? (value === "" ? '""' : value) : JSON.stringify(value);
}
