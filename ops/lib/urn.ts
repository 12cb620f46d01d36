/** The parts of a URN that the tools read. */
export interface Urn {
  /** Types of the parents, outermost first; the stack itself is left out. */
  readonly parentTypes: readonly string[];
  readonly type: string;
  readonly name: string;
}

/** A component of this program: the types that make a stage. */
const STAGE_TYPE = /^testbed:/;

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` taken apart. */
export function parseUrn(urn: string): Urn {
  const [, , types = "", ...name] = urn.split("::");
  const chain = types.split("$").filter((type) => type !== "pulumi:pulumi:Stack");
  return { parentTypes: chain.slice(0, -1), type: chain.at(-1) ?? "", name: name.join("::") };
}

/** True for a component itself, which is no object in the cluster. */
export function isComponent(urn: string): boolean {
  return STAGE_TYPE.test(parseUrn(urn).type);
}

/**
 * Name of the stage that a resource belongs to: its outermost parent of a type `testbed:*`. Undefined for what stands
 * outside of all stages, such as the provider.
 * @param parentOf URN of the parent; undefined when it is not known
 */
export function stageOf(urn: string, parentOf: (urn: string) => string | undefined): string | undefined {
  let current: string | undefined = urn;
  while (current !== undefined) {
    const { parentTypes, type, name } = parseUrn(current);
    if (!parentTypes.some((parent) => STAGE_TYPE.test(parent))) return STAGE_TYPE.test(type) ? name : undefined;
    current = parentOf(current);
  }
  return undefined;
}

/** A resource as people say it: `StatefulSet cassandra`. */
export function spoken(urn: string): string {
  const { type, name } = parseUrn(urn);
  return type === "" ? name : `${type.split(":").at(-1)} ${name}`;
}
