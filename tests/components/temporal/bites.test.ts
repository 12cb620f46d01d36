import { LIMITS } from "../../../components/temporal/limits-table";
import { GROUPS, LISTED } from "../../soak/support/bites";

/** The table of what limits do to running servers is whole: `make soak` shows each, or the table says why it cannot. */

const limits = Object.entries(LIMITS).flatMap(([section, table]) => Object.keys(table).map((name) => `${section}.${name}`));
const shown = GROUPS.flatMap(({ rows }) => rows.map(({ knob }) => knob));
/** Without the variant that a row shows beside the knob itself. */
const plain = (knob: string) => knob.replace(/ \(.*\)$/, "");

test("every limit is shown on real servers or listed with its reason, and no row is of anything else", () => {
  expect([...new Set([...shown.map(plain), ...LISTED.map(({ knob }) => knob)])].sort()).toEqual([...limits].sort());
});

test("no limit is both shown and listed, and none is shown twice", () => {
  expect(LISTED.map(({ knob }) => knob).filter((knob) => shown.map(plain).includes(knob))).toEqual([]);
  expect(new Set(shown).size).toBe(shown.length);
});

test("every row sets its limit when it is low or when it is raised", () => {
  const silent = GROUPS.flatMap(({ rows }) => rows).filter(({ knob, low, raised = {} }) => {
    const name = plain(knob).split(".")[1] ?? "";
    return !JSON.stringify([low, raised]).includes(`"${name}":`);
  });
  expect(silent.map(({ knob }) => knob)).toEqual([]);
});

test("a limit that is listed says why, and what is checked in its place", () => {
  for (const { reason, standIn } of LISTED) expect([reason.length > 20, standIn.length > 20]).toEqual([true, true]);
});
