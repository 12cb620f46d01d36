import { LIMITS } from "../../../components/temporal/limits-table";
import { GROUPS } from "../../soak/support/bites";

/** The table of what limits do to running servers is whole: `make soak` shows each. */

const limits = Object.entries(LIMITS).flatMap(([section, table]) => Object.keys(table).map((name) => `${section}.${name}`));
const shown = GROUPS.flatMap(({ rows }) => rows.map(({ knob }) => knob));
/** Without the variant that a row shows beside the knob itself. */
const plain = (knob: string) => knob.replace(/ \(.*\)$/, "");

test("every limit is shown on real servers, and no row is of anything else", () => {
  expect([...new Set(shown.map(plain))].sort()).toEqual([...limits].sort());
});

test("none is shown twice", () => {
  expect(new Set(shown).size).toBe(shown.length);
});

test("every row sets its limit when it is low or when it is raised", () => {
  const silent = GROUPS.flatMap(({ rows }) => rows).filter(({ knob, low, raised = {} }) => {
    const name = plain(knob).split(".")[1] ?? "";
    return !JSON.stringify([low, raised]).includes(`"${name}":`);
  });
  expect(silent.map(({ knob }) => knob)).toEqual([]);
});
