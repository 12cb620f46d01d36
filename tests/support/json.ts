import type { Json, JsonMap } from "./harness";

/** Reading captured inputs: nothing here fails on what is missing, the assertion does. */

/** The value at "spec.template.spec"; undefined when any step is missing. A step into a list is its index; the empty path is the value itself. */
export function at(json: Json | undefined, path: string): Json | undefined {
  if (path === "") return json;
  return path
    .split(".")
    .reduce<Json | undefined>((value, step) => (isMap(value) || Array.isArray(value) ? (value as JsonMap)[step] : undefined), json);
}

export function isMap(json: Json | undefined): json is JsonMap {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** The map at a path; an empty one when there is none. */
export function mapAt(json: Json | undefined, path: string): JsonMap {
  const found = at(json, path);
  return isMap(found) ? found : {};
}

/** The maps of a list at a path; none when there is no list. */
export function listAt(json: Json | undefined, path: string): JsonMap[] {
  const found = at(json, path);
  return Array.isArray(found) ? found.filter(isMap) : [];
}

/** The text at a path; empty when there is none. */
export function textAt(json: Json | undefined, path: string): string {
  const found = at(json, path);
  return typeof found === "string" ? found : "";
}
