import type { Knobs } from "./knob";
import { SERVICES, type Measurement } from "./measure";
import type { Prediction } from "./predict";

/** How one run of a sweep ended. Plain data, as it is kept. */
export interface Outcome {
  readonly point: number;
  readonly repetition: number;
  readonly knobs: Knobs;
  /** When it ended, in ISO 8601. */
  readonly at: string;
  readonly predicted: Prediction;
  /** Seconds from the edit of the settings to the limit in force on every server; undefined where it was in force already. */
  readonly lag?: number;
  readonly measured?: Measurement;
  /** Why there is no measurement. */
  readonly failed?: string;
}

/**
 * Whether calls were refused where the prediction says so. A rate that no limit has cut is no ceiling: too few workflows were in
 * flight, or the machine is the bound. Undefined for a bound that refuses no calls, and where nothing was measured.
 */
export function limitReached({ predicted, measured }: Pick<Outcome, "predicted" | "measured">): boolean | undefined {
  const [service = ""] = predicted.by.split(".");
  if (measured === undefined || !(SERVICES as readonly string[]).includes(service)) return undefined;
  return measured.throttled.some((refused) => refused.service === service && refused.cause === "RpsLimit");
}
