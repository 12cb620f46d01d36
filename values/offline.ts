import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "./errors";
import { isTree, LAYERS, mergeLayers, parseLayer, type Layer, type LayerName, type Tree } from "./layers";
import { parseValues } from "./parse";
import { readLayer } from "./read";
import { Values } from "./slices";

/** Settings of a stack without the engine: for commands that answer at once. What it cannot know are passwords. */
export interface Offline {
  readonly layer: LayerName;
  /** Where they come from, such as "values/dev.yaml and Pulumi.dev.yaml". */
  readonly source: string;
  readonly values: Values;
}

const FOLDER = __dirname;
const PROJECT = "testbed";

/**
 * The values of a layer, with a stack's slices on top.
 * @param file name of the stack's file, for messages
 * @returns every problem at once when they do not hold
 */
export function layerValues(layer: LayerName, slices: Tree = {}, file = "Pulumi.yaml"): Values | Problem[] {
  const parsed = ["base", layer].map(readLayer);
  const problems = parsed.filter((each): each is Problem => !("tree" in each));
  if (problems.length > 0) return problems;
  const layers = parsed.filter((each): each is Layer => "tree" in each);
  const result = parseValues(mergeLayers([...layers, { source: file, tree: slices }]));
  return Array.isArray(result) ? result : result.values;
}

/**
 * The values of the stack with this name: those of the layer and the slices that its file names, or, without a file, those of the
 * layer with the stack's name.
 * @param root folder of the Pulumi.<stack>.yaml files
 */
export function stackValues(stack: string, root = join(FOLDER, "..")): Offline | Problem[] {
  const file = `Pulumi.${stack}.yaml`;
  const path = join(root, file);
  if (!existsSync(path)) {
    const allowed = `there is no ${file}, and no layer of that name; layers are ${LAYERS.join(", ")}`;
    return isLayer(stack) ? found(stack, {}, file) : [{ where: "stack", given: stack, allowed }];
  }
  const parsed = parseLayer(file, readFileSync(path, "utf8"));
  if (!("tree" in parsed)) return [parsed];
  const config = isTree(parsed.tree["config"]) ? parsed.tree["config"] : {};
  const layer = config[`${PROJECT}:layer`];
  if (!isLayer(layer)) {
    return [
      {
        where: `${file}: layer`,
        given: layer === undefined ? "nothing" : JSON.stringify(layer),
        allowed: `allowed is one of ${LAYERS.join(", ")}`,
      },
    ];
  }
  const slices = Object.keys(Values.shape).flatMap((slice) => {
    const value = config[`${PROJECT}:${slice}`];
    return value === undefined ? [] : [[slice, value]];
  });
  return found(layer, Object.fromEntries(slices) as Tree, file);
}

/** The values of a layer by its name, without any stack. */
export function layerOffline(layer: string): Offline | Problem[] {
  return isLayer(layer) ? found(layer, {}, "") : [{ where: "layer", given: layer, allowed: `allowed is one of ${LAYERS.join(", ")}` }];
}

function found(layer: LayerName, slices: Tree, file: string): Offline | Problem[] {
  const values = layerValues(layer, slices, file);
  if (Array.isArray(values)) return values;
  const source = Object.keys(slices).length === 0 ? `values/${layer}.yaml` : `values/${layer}.yaml and ${file}`;
  return { layer, source, values };
}

function isLayer(name: unknown): name is LayerName {
  return (LAYERS as readonly unknown[]).includes(name);
}
