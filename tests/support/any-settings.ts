import fc from "fast-check";
import { CATALOGUE, type DynamicConfigKey } from "../../components/temporal/catalogue";
import { LOOKUPS } from "../../components/temporal/dynamic-config";
import { dynamicConfigOf, TemporalLimits } from "../../components/temporal/limits";
import { clashesWithTyped, type RawConfig, rawProblems } from "../../components/temporal/raw-checks";
import { anyLimits } from "./any-limits";

/** Raw keys of Temporal, alone and beside typed limits, as somebody may set them: what the program takes, drawn at random. */

const name = fc.stringMatching(/^[a-z]{2,8}$/);
const DURATION = fc
  .tuple(fc.integer({ min: 0, max: 999 }), fc.constantFrom("ms", "s", "m", "h", "d"))
  .map(([count, unit]) => `${count}${unit}`);
const TEXT = fc.constantFrom("", "on", "off", "some text", "yes", "1");

/** A value of a key, as the catalogue has it; of a structure its default, or what the server takes for nothing. */
function valueOf(known: DynamicConfigKey): fc.Arbitrary<unknown> {
  switch (known.type) {
    case "int":
      return fc.integer({ min: 0, max: 10_000_000 });
    case "float":
      return fc.oneof(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 1000 }));
    case "bool":
      return fc.boolean();
    case "string":
      return TEXT;
    case "duration":
      return DURATION;
    case "map":
      return fc.dictionary(name, fc.integer({ min: 1, max: 100 }), { maxKeys: 3, noNullPrototype: true });
    case "typed":
      return fc.constant(known.default);
  }
}

const CONSTRAINT_VALUES: Readonly<Record<string, fc.Arbitrary<string | number>>> = {
  taskType: fc.constantFrom("Workflow", "Activity", "TASK_QUEUE_TYPE_NEXUS", 1, 2),
  historyTaskType: fc.constantFrom(...CATALOGUE.historyTaskTypes),
  shardId: fc.integer({ min: 1, max: 16_384 }),
};

const constraintsOf = (known: DynamicConfigKey) =>
  fc
    .constantFrom(...LOOKUPS[known.scope])
    .chain((names) => fc.record(Object.fromEntries(names.map((each) => [each, CONSTRAINT_VALUES[each] ?? name]))));

/** Keys whose values can be drawn: all but structures without a default. */
const DRAWN = Object.entries(CATALOGUE.keys).filter(([, { type, default: given }]) => type !== "typed" || given !== undefined);

/** Any key of the catalogue with a value and constraints that it may have; what the program refuses is left out. */
export const anyRawKeys: fc.Arbitrary<RawConfig> = fc
  .uniqueArray(
    fc
      .constantFrom(...DRAWN)
      .chain(([key, known]) =>
        fc
          .array(fc.record({ value: valueOf(known), constraints: constraintsOf(known) }), { minLength: 1, maxLength: 3 })
          .map((entries): [string, RawConfig[string]] => [key, entries]),
      ),
    { maxLength: 8, selector: ([key]) => key },
  )
  .map((entries) => Object.fromEntries(entries.filter(([key, each]) => rawProblems({ [key]: each }).length === 0)));

/** Both, without raw keys that the typed limits leave no room for. */
export const anySettings = fc.record({ limits: anyLimits(), dynamicConfig: anyRawKeys }).map(({ limits: given, dynamicConfig }) => {
  const parsed = TemporalLimits.parse(given);
  const clashes = new Set(clashesWithTyped(dynamicConfig, Object.keys(dynamicConfigOf(parsed))).map(({ path: [key] }) => key));
  return { limits: parsed, dynamicConfig: Object.fromEntries(Object.entries(dynamicConfig).filter(([key]) => !clashes.has(key))) };
});
