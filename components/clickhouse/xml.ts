import { XMLBuilder } from "fast-xml-parser";

/** A configuration of ClickHouse as a tree: a key that starts with "@" is an attribute, a list repeats its element. */
export type XmlTree = { readonly [key: string]: string | number | XmlTree | readonly (string | number | XmlTree)[] };

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressBooleanAttributes: false,
  suppressEmptyNode: true,
  format: true,
});

/** The tree under the root element that server and Keeper expect. */
export function toXml(tree: XmlTree): string {
  return builder.build({ clickhouse: tree });
}

/** A value that the server takes from its environment when it reads the file. */
export function fromEnv(variable: string): XmlTree {
  return { "@from_env": variable };
}

/** The same, and the copy of the configuration that the server leaves on its disk does not hold it. */
export function secretFromEnv(variable: string): XmlTree {
  return { ...fromEnv(variable), "@hide_in_preprocessed": "1" };
}
