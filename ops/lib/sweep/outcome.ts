import type { Knobs } from "./knob";
import type { Measurement } from "./measure";
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
