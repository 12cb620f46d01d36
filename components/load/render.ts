import type { LoadValues, RunnerValues } from "./values";

/** Where the worker's and the runner's SDK serve their metrics. */
export const METRICS_PORT = 9090;
/** Workflow that the worker registers; it runs the same activity `Count` times. */
export const WORKFLOW_TYPE = "ExecuteActivity";

/** Argument of the workflow, as JSON. */
function workflowInput(activities: number): string {
  return JSON.stringify({ Count: activities, Activity: "Echo", Input: { Message: "testbed" } });
}

/**
 * Environment that worker and runner share. An address with `dns:///` has one connection to each frontend pod; without it the
 * SDK stays on the first.
 */
export function clientEnv(values: LoadValues, server: { readonly host: string; readonly port: number }): Record<string, string> {
  return {
    TEMPORAL_GRPC_ENDPOINT: `dns:///${server.host}:${server.port}`,
    TEMPORAL_NAMESPACE: values.namespace,
    TEMPORAL_TASK_QUEUE: values.taskQueue,
    PROMETHEUS_ENDPOINT: `:${METRICS_PORT}`,
  };
}

/** Environment of the worker alone: what is unset is left to its own default. */
export function workerEnv({ worker }: LoadValues): Record<string, string> {
  const { maxWorkflowTaskPollers: workflow, maxActivityTaskPollers: activity } = worker;
  return {
    ...(workflow === undefined ? {} : { TEMPORAL_MAX_WORKFLOW_TASK_POLLERS: String(workflow) }),
    ...(activity === undefined ? {} : { TEMPORAL_MAX_ACTIVITY_TASK_POLLERS: String(activity) }),
  };
}

/** Command line of the runner. */
export function runnerCommand(runner: RunnerValues): string[] {
  return [
    "/usr/local/bin/runner",
    "-c",
    String(runner.concurrentWorkflows),
    `-w=${runner.wait}`,
    ...(runner.backoff ? [] : ["-disable-backoff"]),
    "-t",
    WORKFLOW_TYPE,
    workflowInput(runner.activities),
  ];
}

/** Seconds that the client has to report a workflow that timed out; without them it is cut off before it can say so. */
const REPORT_SECONDS = 3;

/**
 * Body of the check. A workflow's id holds the second in which the check began, so a run by hand meets no workflow of an
 * earlier one; and no workflow outlives the try that started it.
 */
export function checkScript(): string {
  return `
temporal() { command temporal --command-timeout "\${limit}s" "$@"; }
polled() {
  limit=15
  temporal task-queue describe --task-queue "$TASK_QUEUE" -o json > /tmp/queue || return 1
  grep -q '"identity"' /tmp/queue || { echo "nothing polls it"; return 1; }
}
wait_for "a worker ($WORKER) on task queue $TASK_QUEUE of namespace $TEMPORAL_NAMESPACE" polled
completed=0
while [ "$completed" -lt "$WORKFLOWS" ]; do
  limit=$(( started + GIVE_UP_AFTER - $(date +%s) ))
  [ "$limit" -gt ${REPORT_SECONDS} ] || fail "$completed of $WORKFLOWS workflows completed in $GIVE_UP_AFTER s"
  run "workflow load-check-$started-$(( completed + 1 )) of $WORKFLOWS" temporal workflow execute --workflow-id "load-check-$started-$(( completed + 1 ))" \\
    --type ${WORKFLOW_TYPE} --task-queue "$TASK_QUEUE" --input '${workflowInput(1)}' --execution-timeout "$(( limit - ${REPORT_SECONDS} ))s"
  completed=$(( completed + 1 ))
done
`;
}
