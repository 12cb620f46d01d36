import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "./errors";
import { parseLayer, type Layer } from "./layers";

/** A layer file of this folder, by its name. */
export function readLayer(name: string): Layer | Problem {
  return parseLayer(`values/${name}.yaml`, readFileSync(join(__dirname, `${name}.yaml`), "utf8"));
}
