import { until } from "../../e2e/support/wait";
import type { Setting } from "../knobs";
import type { RealBed } from "./real-bed";

/** Reads every row back until all are in force; what is not by then is the message. */
export async function expectRead(bed: RealBed, settings: readonly Setting[], seconds: number): Promise<void> {
  let wrong: Record<string, unknown> = {};
  const look = async () => {
    wrong = {};
    for (const { row, expected } of settings) {
      const seen = await row.read(bed, row.knob).catch((error: unknown) => `error: ${String(error)}`);
      if (JSON.stringify(seen) !== JSON.stringify(expected)) wrong[row.knob] = { seen, expected };
    }
    return Object.keys(wrong).length === 0 ? true : undefined;
  };
  // Servers take their time to read a file, to join and to log.
  await until("every knob to be read back", seconds, look).catch(() => undefined);
  expect(wrong).toEqual({});
}
