/**
 * How many workflows per second a Temporal of these settings completes at most, and which limit says so: arithmetic over what one
 * workflow costs. Nothing here knows of CPU, or of how fast the store is; docs/capacity.md says where the numbers come from.
 */
export { callsPerWorkflow, matchingCalls, type Calls, type Interval, type Workload } from "./capacity/calls";
export { type Forwarding } from "./capacity/forwarding";
export { setupOf, type Limit, type LimitName, type Setup, type Where } from "./capacity/setup";
export { binding, bounds, inFlight, type Bound, type InFlight } from "./capacity/bounds";
export {
  HEADROOM,
  pasteable,
  settingsFor,
  withSettings,
  type Pasteable,
  type Plan,
  type Setting,
  type TaskQueueEntry,
} from "./capacity/target";
export { notesOn } from "./capacity/notes";
export { capacityOf, inWords, workloadOf, type Capacity } from "./capacity/summary";
