import { mergeLayers, type Tree } from "../../../values/layers";

/** Two parts of a stack config as one, merged as the layers are. */
export function merged(...parts: readonly Readonly<Tree>[]): Tree {
  return mergeLayers(parts.map((tree) => ({ source: "test", tree }))).tree;
}
