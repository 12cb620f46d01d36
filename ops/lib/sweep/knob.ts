import type { Tree } from "../../../values/layers";

/** Knobs are named by their path in the values, such as `temporal.limits.matching.rps`. */

/** A knob's value by its name, such as `{"temporal.limits.matching.rps": 80}`. */
export type Knobs = Readonly<Record<string, unknown>>;

/** The two maps whose keys are names that may hold dots themselves. */
const RAW = "temporal.dynamicConfig.";
const NAMESPACES = "temporal.limits.namespaces.";

/** Keys from the top of the values down to the knob. */
export function pathOf(knob: string): string[] {
  if (knob.startsWith(RAW)) return ["temporal", "dynamicConfig", knob.slice(RAW.length)];
  if (knob.startsWith(NAMESPACES)) {
    const rest = knob.slice(NAMESPACES.length);
    const last = rest.lastIndexOf(".");
    return ["temporal", "limits", "namespaces", ...(last < 0 ? [rest] : [rest.slice(0, last), rest.slice(last + 1)])];
  }
  return knob.split(".");
}

/** Namespace that a knob limits; undefined where it holds for more than one. */
export function namespaceOfKnob(knob: string): string | undefined {
  return knob.startsWith(NAMESPACES) ? pathOf(knob)[3] : undefined;
}

/** The knobs as a tree of settings, to be merged over others. */
export function treeOf(knobs: Knobs): Tree {
  const tree: Tree = {};
  for (const [knob, value] of Object.entries(knobs)) {
    const path = pathOf(knob);
    const last = path.pop() ?? knob;
    const parent = path.reduce<Tree>((at, key) => (at[key] ??= {}) as Tree, tree);
    parent[last] = value;
  }
  return tree;
}

/** True when the knob is part of the one ConfigMap that servers read again while they run: no pod restarts. */
export function isHot(knob: string): boolean {
  return knob.startsWith("temporal.limits.") || knob.startsWith(RAW);
}

/** `matching.rps 80` for a reader who sees many of them: the part that all limits share is left out. */
export function shortText(knobs: Knobs): string {
  return Object.entries(knobs)
    .map(([knob, value]) => `${shortName(knob)} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

export function shortName(knob: string): string {
  return knob.replace(/^temporal\.(limits|dynamicConfig)\./, "");
}
