/** What a checker does not like about an object. */
export interface Finding {
  readonly checker: string;
  readonly layer: string;
  /** `Deployment testbed-dev/temporal-ui`; an object without a namespace has an empty one. */
  readonly object: string;
  /** The checker's own name of the rule; for checkers that have none, their name. */
  readonly rule: string;
  readonly text: string;
}

/** Looks at every manifest of a folder. */
export interface Checker {
  readonly name: string;
  check(layer: string, folder: string): Promise<Finding[]>;
}

/** Two findings are one when only their text differs. */
export function keyOf({ checker, layer, object, rule }: Finding): string {
  return [checker, layer, object, rule].join(" | ");
}
