import { z } from "zod";
import { Image, Resources } from "../kit/schemas";

const UPSTREAM = "benchmark-workers v1.7.0";

/** The SDK starts with five pollers whatever the maximum says, so a smaller maximum would be a promise that it does not keep. */
const MaxPollers = z.int().min(5).max(1000).optional();

const WorkerValues = z.strictObject({
  replicas: z
    .int()
    .min(1)
    .max(100)
    .meta({
      description: "Pods of the worker.",
      source: `${UPSTREAM}, Helm chart: 1`,
    }),
  maxWorkflowTaskPollers: MaxPollers.meta({
    description:
      "Most workflow-task polls of one pod at a time, on the queue and again on its sticky one; their number then scales between 1 and it. Unset: 2, fixed. Restarts the pods.",
    source: `${UPSTREAM}, TEMPORAL_MAX_WORKFLOW_TASK_POLLERS; Go SDK 1.37: starts at 5`,
  }),
  maxActivityTaskPollers: MaxPollers.meta({
    description:
      "Most activity-task polls of one pod at a time; their number then scales between 1 and it. Unset: 2, fixed. Restarts the pods.",
    source: `${UPSTREAM}, TEMPORAL_MAX_ACTIVITY_TASK_POLLERS; Go SDK 1.37: starts at 5`,
  }),
  resources: Resources,
});

const RunnerValues = z.strictObject({
  replicas: z.int().min(0).max(100).meta({
    description: "Pods that start workflows as long as they run. 0: none, and no object for them. 1 is the soak test of the 2025 reports.",
    source: "this bed: load is something you ask for",
  }),
  concurrentWorkflows: z
    .int()
    .min(1)
    .max(10_000)
    .meta({
      description: "Workflows that one pod keeps in flight: when one ends, it starts the next. Restarts the runner.",
      source: `${UPSTREAM}, -c: 10; the 2025 reports ran their soak test with 3, then 6`,
    }),
  activities: z
    .int()
    .min(0)
    .max(1000)
    .meta({
      description: "Echo activities that each workflow runs, one after the other. Restarts the runner.",
      source: `${UPSTREAM}, Count of ExecuteActivity; its soak test runs 3`,
    }),
  wait: z.boolean().meta({
    description:
      "true: a workflow is in flight until it ends, so the rate follows the server. false: only its start is waited for, so open workflows pile up without bound. Restarts the runner.",
    source: `${UPSTREAM}, -w: true`,
  }),
  backoff: z.boolean().meta({
    description:
      "true: after an error the pod starts nothing for 1 s, then 2, 4 ... 32 s while errors last, and so throttles itself. false: it goes on at once, as a saturation test needs. Restarts the runner.",
    source: `${UPSTREAM}, -disable-backoff: false`,
  }),
  resources: Resources,
});
export type RunnerValues = z.infer<typeof RunnerValues>;

const CheckValues = z.strictObject({
  workflows: z.int().min(1).max(100).meta({
    description: "Workflows that must complete, one after the other, before `up` ends well. An edit runs the check again.",
    source: "this bed: one proves every part between a client and a worker",
  }),
});

/** Knobs of the load: a worker, the runner that keeps it busy, and the check that a workflow completes. */
export const LoadValues = z.strictObject({
  enabled: z.boolean().meta({
    description: "Whether the bed has a worker, a runner and the check. false takes away what there is of them; closed workflows stay.",
    source: "this bed: on where it proves that the bed works, off where the workers are yours",
  }),
  image: Image.extend({
    tag: Image.shape.tag.meta({
      description: "Pinned tag, as upstream's git tag has it, with the v. Restarts the pods, runs the check again.",
      source: `${UPSTREAM}: its release workflow publishes the git tag unchanged`,
    }),
  }),
  namespace: z
    .string()
    .min(1)
    .meta({
      description: "Temporal namespace of worker, runner and check: one of temporal.namespaces. Restarts the pods, runs the check again.",
      source: `${UPSTREAM}, TEMPORAL_NAMESPACE: default`,
    }),
  taskQueue: z
    .string()
    .regex(/^[A-Za-z0-9][\w./-]{0,199}$/, "letters, digits, '.', '_', '/' and '-', at most 200")
    .meta({
      description: "Task queue of worker, runner and check. Restarts the pods, runs the check again.",
      source: `${UPSTREAM}, TEMPORAL_TASK_QUEUE: benchmark`,
    }),
  worker: WorkerValues,
  runner: RunnerValues,
  check: CheckValues,
});
export type LoadValues = z.infer<typeof LoadValues>;
