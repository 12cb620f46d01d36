import { load } from "js-yaml";

/** Dotted keys of a value: `[]` stands for the entries of a list. An empty map or list is a leaf. */
export function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value) && value.length > 0) return [...new Set(value.flatMap((entry) => leaves(entry, `${path}[]`)))];
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return path === "" ? [] : [path];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, path === "" ? key : `${path}.${key}`));
}

/** Keys of a YAML file; what a Go template fills in counts as text. */
export function yamlKeys(text: string): string[] {
  return leaves(load(text.replace(/\{\{.*?\}\}/g, "filled")));
}

/** Keys of a JSON file. */
export function jsonKeys(text: string): string[] {
  return leaves(JSON.parse(text));
}

/** Directives of an nginx configuration, each with the blocks that it stands in: `http.server.listen`. Blocks are directives too. */
export function nginxKeys(text: string): string[] {
  const blocks: string[] = [];
  const found = new Set<string>();
  let directive = "";
  for (const [token] of text.replace(/#.*/g, "").matchAll(/"[^"]*"|'[^']*'|[{};]|[^\s{};]+/g)) {
    if (token === "}") blocks.pop();
    else if (token !== "{" && token !== ";") directive ||= token;
    else {
      found.add([...blocks, directive].join("."));
      if (token === "{") blocks.push(directive);
      directive = "";
    }
  }
  return [...found];
}

/** Top-level keys of a YAML file whose keys hold dots. */
export function topLevelKeys(text: string): string[] {
  return Object.keys(load(text) ?? {});
}

/** Keys of a Java properties file. */
export function propertiesKeys(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => (line.split("=")[0] ?? "").trim());
}
