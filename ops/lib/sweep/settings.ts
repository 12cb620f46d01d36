import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { LAYERS, isTree, mergeLayers, parseLayer, type Layer, type Tree } from "../../../values/layers";
import { PROJECT, ROOT } from "../places";
import { treeOf, type Knobs } from "./knob";

/** The settings file of a stack, as text that a sweep changes and puts back byte by byte. */

interface SettingsFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/**
 * The layers of a stack, the last one its own settings.
 * @param source name of the settings file for messages
 * @throws Error when the settings are no YAML, or name no layer that there is
 */
export function layersOf(source: string, text: string): Layer[] {
  const { config = {} } = (load(text) ?? {}) as SettingsFile;
  const layer = config[`${PROJECT}:layer`];
  if (!(LAYERS as readonly unknown[]).includes(layer)) throw new Error(`${source} names no layer; allowed: ${LAYERS.join(", ")}`);
  const layers = ["base", String(layer)].map((name) => {
    const parsed = parseLayer(`values/${name}.yaml`, readFileSync(join(ROOT, "values", `${name}.yaml`), "utf8"));
    if (!("tree" in parsed)) throw new Error(`${parsed.where}: ${parsed.allowed}`);
    return parsed;
  });
  const slices: Tree = {};
  for (const [key, value] of Object.entries(config)) {
    const slice = /^testbed:(\w+)$/.exec(key)?.[1];
    // Passwords are secrets of their own, and `layer`, `context` and `renderTo` are text.
    if (slice !== undefined && isTree(value) && !("secure" in value)) slices[slice] = value;
  }
  return [...layers, { source, tree: slices }];
}

/** The settings with knobs over them. The salt, the passwords and all else stay as they are. */
export function withKnobs(text: string, knobs: Knobs): string {
  const file = (load(text) ?? {}) as SettingsFile & Tree;
  const own = Object.fromEntries(Object.entries(file.config ?? {}).map(([key, value]) => [key.replace(`${PROJECT}:`, ""), value]));
  const slices = Object.keys(treeOf(knobs));
  const kept = Object.fromEntries(slices.map((slice) => [slice, own[slice] ?? {}]));
  const merged = mergeLayers([
    { source: "settings", tree: kept },
    { source: "sweep", tree: treeOf(knobs) },
  ]).tree;
  const config = { ...file.config, ...Object.fromEntries(Object.entries(merged).map(([slice, tree]) => [`${PROJECT}:${slice}`, tree])) };
  return dump({ ...file, config }, { lineWidth: -1, noRefs: true });
}
