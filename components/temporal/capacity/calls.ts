import { forwardedCalls, type Forwarding, UPSTREAM_FORWARDING } from "./forwarding";

/** What one workflow is: activities one after the other on the workflow's own task queue, as the load's ExecuteActivity runs them. */
export interface Workload {
  /** Activities of one workflow; a mean may be broken. */
  readonly activities: number;
  /** Whether the starter waits for the result by a long poll. */
  readonly waiting: boolean;
  /** Whether activities start with the workflow task that asks for them: wanted by the SDK, and allowed by the server. */
  readonly eager: boolean;
  /** Mean seconds from start to end of a workflow, where it is known. */
  readonly seconds?: number;
}

/** A number that is known by its ends. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What one completed workflow costs. Calls are those that the server's counter `service_requests` counts, per service. */
export interface Calls {
  readonly frontend: number;
  readonly history: number;
  readonly matching: Interval;
  /** Writes of executions (`state_transition_count_count`), each one store call to the limiters. */
  readonly stateTransitions: number;
  /** Reads of the event history, one store call each. */
  readonly historyReads: number;
  readonly transferTasks: number;
  readonly visibilityWrites: number;
  /** Store calls of history: low where transfer tasks are loaded in batches of many, high where each is loaded by itself. */
  readonly storeCalls: Interval;
}

/**
 * Calls per completed workflow, for tasks that are matched as they arrive and workers that keep workflows cached (sticky).
 * Source: Temporal 1.31.2, traced from `service/frontend/workflow_handler.go` on, and measured (docs/capacity.md).
 *
 * A workflow with N activities has N + 1 workflow tasks, N of them on the sticky queue, and N activity tasks. Each task is one poll
 * and one response to frontend, one add and one poll to matching, one start and one completion to history. An eager activity has
 * only the completion: `handlePostCommandEagerExecuteActivity` (respondworkflowtaskcompleted/workflow_task_completed_handler.go:533)
 * starts it within the write of the workflow task, and no transfer task is made (`bypassActivityTaskGeneration`, line 505).
 */
export function callsPerWorkflow(workload: Workload, partitions = 1, forwarding: Forwarding = UPSTREAM_FORWARDING): Calls {
  const n = workload.activities;
  const waits = workload.waiting ? 1 : 0;
  const eager = workload.eager ? n : 0;
  const stateTransitions = 4 * n + 3 - eager;
  const historyReads = n + 1 + waits;
  const transferTasks = 2 * n + 2 - eager;
  return {
    frontend: 4 * n + 3 + waits - eager,
    history: 4 * n + 3 + waits - eager,
    matching: matchingCalls(workload, partitions, forwarding),
    stateTransitions,
    historyReads,
    transferTasks,
    visibilityWrites: 2,
    storeCalls: { low: stateTransitions + historyReads, high: stateTransitions + historyReads + transferTasks },
  };
}

/**
 * Matching calls of one workflow: an add and a poll per task, and what forwarding between partitions adds at most.
 * @param perSecond workflows per second; the more there are, the less of each is forwarded. 0: as few as you like.
 */
export function matchingCalls(workload: Workload, partitions: number, forwarding: Forwarding, perSecond = 0): Interval {
  const activityTasks = workload.eager ? 0 : workload.activities;
  const stickyTasks = workload.activities;
  const low = 2 * (1 + stickyTasks + activityTasks);
  // What is for a sticky queue is not forwarded: the first workflow task and the activities are.
  const first = forwardedCalls(1, partitions, forwarding, perSecond);
  const activities = forwardedCalls(activityTasks, partitions, forwarding, perSecond);
  // A poll of a sticky queue may fetch the first one, from whichever partition: instead of a poll forwarded to the root.
  return { low, high: low + first.adds + Math.max(first.polls, 1) + activities.adds + activities.polls };
}
