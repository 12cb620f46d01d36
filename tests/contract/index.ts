import type { Contract } from "./contract";
import * as core from "./core";

/** What every program of the bed reads. */
export const CONTRACTS: readonly Contract[] = [...core.CONTRACTS];
