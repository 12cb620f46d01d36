import type { Catalogue, DynamicConfigKey } from "../../components/temporal/catalogue";

/** What of a key decides how it may be set; its description does not. */
const FACTS: readonly (keyof DynamicConfigKey)[] = ["type", "scope", "constraints", "default", "defaults"];

/**
 * What another catalogue has that this one has not, and the other way round: one line per key, sorted.
 * @returns no lines when both say the same of every key
 */
export function catalogueDifference(before: Catalogue, after: Catalogue): string[] {
  const keys = [...new Set([...Object.keys(before.keys), ...Object.keys(after.keys)])].sort();
  return keys.flatMap((key) => {
    const [old, now] = [before.keys[key], after.keys[key]];
    if (old === undefined) return now === undefined ? [] : [`added    ${key}: ${now.type}, ${now.scope}, default ${text(now)}`];
    if (now === undefined) return [`removed  ${key}: ${old.type}, ${old.scope}, default ${text(old)}`];
    const changed = FACTS.filter((fact) => JSON.stringify(old[fact]) !== JSON.stringify(now[fact]));
    return changed.length === 0
      ? []
      : [`changed  ${key}: ${changed.map((fact) => `${fact} ${show(old[fact])} -> ${show(now[fact])}`).join(", ")}`];
  });
}

const text = ({ default: plain, defaults }: DynamicConfigKey): string => show(plain ?? defaults);
const show = (value: unknown): string => (value === undefined ? "none" : JSON.stringify(value));
