import { z } from "zod";

/** A slice with variants, such as the generations of CanopyX: one key says which, and each variant has keys of its own. */
export interface Variants {
  /** The key that says which. */
  readonly by: string;
  /** Schema of each variant, by the value of that key. */
  readonly schemas: ReadonlyMap<string, z.ZodObject>;
}

/** The variants of a schema; undefined for one that has none. */
export function variantsOf(schema: unknown): Variants | undefined {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined;
  const by = schema.def.discriminator;
  const options = schema.options as readonly z.ZodObject[];
  return { by, schemas: new Map(options.map((option) => [String((option.shape[by] as z.ZodLiteral).value), option])) };
}
