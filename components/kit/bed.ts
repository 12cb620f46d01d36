import type { ImageSource } from "./images";
import type { Placement } from "./spread";

/** What every component needs to know of the bed it stands in. Plain data, made by `platform`. */
export interface Bed {
  /** Namespace of the bed, `testbed-<stack>`; also the instance label. */
  readonly namespace: string;
  readonly images: ImageSource;
  readonly placement: Placement;
  readonly networkPolicies: boolean;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly terminationGracePeriodSeconds: number;
  /** Seconds that one pod may take to become ready. */
  readonly podSeconds: number;
  /** Seconds that a job may take, waiting included. */
  readonly jobSeconds: number;
  /** True lifts the protection of data-bearing sets, for the documented destroy of a kept bed. */
  readonly unprotectSets: boolean;
}

/** A password in a Secret, by reference. */
export interface SecretKey {
  readonly secretName: string;
  readonly key: string;
}
