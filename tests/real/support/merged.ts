type Tree = { readonly [key: string]: unknown };

/** Maps merge, all else is replaced: as the layers do. */
export function merged(under: Tree, over: Tree): Record<string, unknown> {
  const isMap = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
  const both = Object.entries(over).map(([key, value]) => {
    const below = under[key];
    return [key, isMap(value) && isMap(below) ? merged(below, value) : value] as const;
  });
  return { ...under, ...Object.fromEntries(both) };
}
