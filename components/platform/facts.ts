/** Facts of a bed that no edit may change while its data exists, and where they are written down. */

/** Label of a namespace that says which stack it belongs to. */
export const STACK_LABEL = "testbed.dev/stack";
/** Annotation of the bed's namespace that holds the facts as JSON. */
export const FACTS_ANNOTATION = "testbed.dev/facts";

/** A fact by the knob that sets it, such as `temporal.numHistoryShards`. */
export type Facts = Readonly<Record<string, string | number>>;
