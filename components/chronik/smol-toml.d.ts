/** The package's types are those of its ES module alone, and this program is CommonJS; at run time it serves both. */
declare module "smol-toml" {
  export function parse(text: string): Record<string, unknown>;
  export function stringify(table: object): string;
}
