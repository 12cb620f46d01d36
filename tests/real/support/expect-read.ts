import { until } from "../../e2e/support/wait";
import type { Setting } from "../knobs";
import type { RealBed } from "./real-bed";

/** Reads every row back until all are in force; what is not by then is the message. */
export async function expectRead(bed: RealBed, settings: readonly Setting[], seconds: number): Promise<void> {
  const wrong = async () => {
    const found: Record<string, unknown> = {};
    for (const { row, expected } of settings) {
      const seen = await row.read(bed, row.knob).catch((error: unknown) => `error: ${String(error)}`);
      if (JSON.stringify(seen) !== JSON.stringify(expected)) found[row.knob] = { seen, expected };
    }
    return found;
  };
  // Servers take their time to read a file, to join and to log.
  const last = await until("every knob to be read back", seconds, async () => {
    const found = await wrong();
    return Object.keys(found).length === 0 ? found : undefined;
  }).catch(wrong);
  expect(last).toEqual({});
}
