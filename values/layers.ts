import { YAMLException, load } from "js-yaml";
import type { Problem } from "./errors";

/** Every layer: a file of that name in this folder, put over base.yaml. */
export const LAYERS = ["dev", "prod", "october-2025"] as const;
export type LayerName = (typeof LAYERS)[number];

/** A tree of settings, as YAML or stack config holds it. */
export type Tree = { [key: string]: unknown };

/** One source of settings: a layer file, or the stack config. */
export interface Layer {
  /** Name for messages, such as "values/dev.yaml". */
  readonly source: string;
  readonly tree: Tree;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses a layer file; malformed text and duplicate keys are problems with file and line. */
export function parseLayer(source: string, text: string): Layer | Problem {
  try {
    const tree: unknown = load(text) ?? {};
    if (!isTree(tree)) return { where: source, allowed: "a map of slices is expected at the top" };
    return { source, tree };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return {
      where: `${source}:${(error.mark?.line ?? 0) + 1}`,
      allowed: `${error.reason}. Correct the YAML at this line.`,
    };
  }
}

/** Layers merged into one tree, and who set what. */
export interface Merged {
  readonly tree: Tree;
  /** Source of the value at a path ("temporal.history.replicas"), or of the nearest map above it. */
  sourceOf(path: readonly PropertyKey[]): string;
  readonly problems: readonly Problem[];
}

/** Merges layers, the last one winning: maps merge, scalars and lists replace, null is an error. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const sources = new Map<string, string>();
  const problems: Problem[] = [];

  const merge = (below: unknown, above: unknown, path: string[], source: string): unknown => {
    const where = path.join(".");
    // `pulumi config set --path` writes null as text.
    if (above === null || above === "null") {
      problems.push({ where: `${source}: ${where}`, given: JSON.stringify(above), allowed: removal(source, path) });
      return below;
    }
    sources.set(where, source);
    if (!isTree(above)) return above;
    const result: Tree = isTree(below) ? { ...below } : {};
    for (const [key, value] of Object.entries(above)) {
      const merged = merge(result[key], value, [...path, key], source);
      if (merged !== undefined) result[key] = merged;
    }
    return result;
  };

  let tree: unknown = {};
  for (const layer of layers) tree = merge(tree, layer.tree, [], layer.source);

  return {
    tree: tree as Tree,
    problems,
    sourceOf(path) {
      for (let length = path.length; length > 0; length--) {
        const source = sources.get(path.slice(0, length).join("."));
        if (source !== undefined) return source;
      }
      return layers.at(-1)?.source ?? "values";
    },
  };
}

function removal(source: string, path: readonly string[]): string {
  return source.startsWith("Pulumi.")
    ? `to go back to the layer's value run \`pulumi config rm --path testbed:${path.join(".")}\``
    : "leave the key out to take the value of the layer below";
}
