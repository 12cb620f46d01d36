import { dynamicConfigOf, type ConstrainedValue } from "../../../components/temporal/limits";
import type { TemporalValues } from "../../../components/temporal/values";

/** Everything that the one ConfigMap of limits holds. */
export function renderedConfig({ limits, dynamicConfig }: TemporalValues): Readonly<Record<string, readonly ConstrainedValue[]>> {
  const raw = Object.entries(dynamicConfig).map(([key, entries]) => [
    key,
    entries.map(({ value, constraints = {} }) => ({ value, constraints: constraints as Record<string, string> })),
  ]);
  return { ...dynamicConfigOf(limits), ...(Object.fromEntries(raw) as Record<string, ConstrainedValue[]>) };
}
