import { Client, Connection } from "@temporalio/client";
import { until } from "../../e2e/support/wait";
import type { RealBed } from "../../real/support/real-bed";
import { readCounters, type Counter } from "./metric";

/** Ways to make a server need what a limit bounds. Each is one round, ends by itself, and leaves no work behind that lasts. */

const RESOURCE_EXHAUSTED = 8;

/** A connection to one frontend pod, without a client that tries again. */
export interface Ground {
  readonly bed: RealBed;
  readonly connection: Connection;
  /** A name that no other round has. */
  readonly unique: (prefix: string) => string;
}

/** What came of one round. */
export interface Round {
  readonly offered: number;
  /** What was not refused for a limit. */
  readonly through: number;
  /** From the first call to the last answer. */
  readonly seconds: number;
}

export type Provocation = (ground: Ground) => Promise<Round>;

/** Opens a connection for a while. */
export async function onGround<T>(bed: RealBed, use: (ground: Ground) => Promise<T>): Promise<T> {
  const pod = await bed.pod("temporal-frontend");
  const connection = await Connection.connect({ address: `${pod.status.podIP}:7233`, connectTimeout: "20s", interceptors: [] });
  let number = 0;
  try {
    return await use({ bed, connection, unique: (prefix) => `${prefix}-${Date.now()}-${(number += 1)}` });
  } finally {
    await connection.close();
  }
}

/** True unless the call was refused for a limit; what else it says is not the limit's matter. */
async function passed(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    const { code, cause } = error as { code?: number; cause?: { code?: number } };
    return (code ?? cause?.code) !== RESOURCE_EXHAUSTED;
  }
}

/** Many calls at the same time. */
function burst(offered: number, call: (ground: Ground) => Promise<unknown>): Provocation {
  return async (ground) => {
    const began = Date.now();
    const answers = await Promise.all(Array.from({ length: offered }, () => passed(call(ground))));
    return { offered, through: answers.filter(Boolean).length, seconds: (Date.now() - began) / 1000 };
  };
}

type Calls = (namespace: string, calls: number) => Provocation;

/** Reads of a task queue that nobody uses: one call of the frontend and one of matching. */
export const describeQueue: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: "nobody" }, taskQueueType: 1 }),
  );

/** The same of queues that were never used: matching loads each from its store. */
export const loadQueues: Calls = (namespace, calls) =>
  burst(calls, ({ connection, unique }) =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: unique("new") }, taskQueueType: 1 }),
  );

/** Reads by a caller that says it is an operator. */
export const asOperator: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) =>
    connection.withMetadata({ "caller-type": "operator" }, () =>
      connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: "nobody" }, taskQueueType: 1 }),
    ),
  );

/** Counts in visibility. */
export const count: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) => connection.workflowService.countWorkflowExecutions({ namespace }));

/** Updates of a namespace that change nothing. */
export const updateNamespace: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) => connection.workflowService.updateNamespace({ namespace }));

/** One store call of the frontend each. */
export const describeNamespace: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) => connection.workflowService.describeNamespace({ namespace }));

/** One call and one store call of history each, all of one shard: the workflow is not there. */
export const describeWorkflow: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) =>
    connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: "nobody" } }),
  );

/** Long polls of a queue without tasks, at the same time. */
export const polls: Calls = (namespace, calls) =>
  burst(calls, ({ connection }) =>
    connection.withDeadline(Date.now() + 4000, () =>
      connection.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: "nobody" }, identity: "bite" }),
    ),
  );

/** Deletions of namespaces that do not exist, each with another name: one store call of the worker each. */
export const deleteNamespaces = (calls: number): Provocation =>
  burst(calls, ({ connection, unique }) =>
    connection.withDeadline(Date.now() + 10_000, () => connection.operatorService.deleteNamespace({ namespace: unique("gone") })),
  );

/** Workflows that would delete the system's own namespace: they read it, and refuse. One store call of the worker each, in its name. */
export const SYSTEM_NAMESPACE = "temporal-system";
export const refuseToDelete = (calls: number): Provocation =>
  burst(calls, ({ connection, unique }) =>
    new Client({ connection, namespace: SYSTEM_NAMESPACE }).workflow.execute("temporal-sys-delete-namespace-workflow", {
      ...{ taskQueue: "default-worker-tq", workflowId: unique("refused"), workflowRunTimeout: "20s" },
      args: [{ Namespace: SYSTEM_NAMESPACE }],
    }),
  );

/** Starts a workflow that no worker knows and that ends by itself. */
function start({ connection, unique }: Ground, namespace: string, taskQueue: string, startDelay?: number): Promise<unknown> {
  return new Client({ connection, namespace }).workflow.start("Nobody", {
    ...{ taskQueue, workflowId: unique("bite"), workflowRunTimeout: "60s", workflowTaskTimeout: "60s" },
    ...(startDelay !== undefined && { startDelay }),
  });
}

/** Starts at the same time: history gets transfer, timer and visibility tasks. */
export const starts: Calls = (namespace, calls) => burst(calls, (ground) => start(ground, namespace, "nobody"));

/** Delayed starts, one after the other: all three queues of history have something new all the time. */
export const stream = (namespace: string, calls: number, seconds: number): Provocation => {
  return async (ground) => {
    const began = Date.now();
    const answers = await Promise.all(
      Array.from({ length: calls }, async (_, index) => {
        await new Promise((resume) => setTimeout(resume, ((seconds * 1000) / calls) * index));
        return passed(start(ground, namespace, "nobody", 500));
      }),
    );
    return { offered: calls, through: answers.filter(Boolean).length, seconds: (Date.now() - began) / 1000 };
  };
};

/** Tasks in a queue, and pollers that take them: how many are handed out in so many seconds. */
export const handOut = (namespace: string, name: string, tasks: number, seconds: number, pollers = 8): Provocation => {
  return async (ground) => {
    const { connection } = ground;
    await Promise.all(Array.from({ length: tasks }, () => start(ground, namespace, name)));
    const began = Date.now();
    const end = began + seconds * 1000;
    let taken = 0;
    const poller = async () => {
      while (taken < tasks && Date.now() < end) {
        const poll = connection.withDeadline(Date.now() + 3000, () =>
          connection.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name }, identity: "bite" }),
        );
        const { taskToken } = await poll.catch(() => ({ taskToken: undefined }));
        if (taskToken !== undefined && taskToken !== null && taskToken.length > 0 && Date.now() < end) taken += 1;
      }
    };
    await Promise.all(Array.from({ length: pollers }, poller));
    return { offered: tasks, through: taken, seconds: (Date.now() - began) / 1000 };
  };
};

/** A schedule whose last seconds are made up for at once: how many of its workflows are started in so many seconds. */
export const backfill = (namespace: string, workflows: number, seconds: number): Provocation => {
  return async ({ connection, unique }) => {
    const client = new Client({ connection, namespace });
    const schedule = await client.schedule.create({
      ...{ scheduleId: unique("bite"), spec: { intervals: [{ every: "1s" }] }, state: { paused: true } },
      policies: { overlap: "ALLOW_ALL" },
      action: {
        ...{ type: "startWorkflow", workflowType: "Nobody", workflowId: unique("scheduled"), taskQueue: "nobody", args: [] },
        workflowRunTimeout: "60s",
      },
    });
    const began = Date.now();
    const end = new Date(Math.floor(began / 1000) * 1000 - 10_000);
    // Both ends count.
    await schedule.backfill({ start: new Date(end.getTime() - (workflows - 1) * 1000), end, overlap: "ALLOW_ALL" });
    let through = 0;
    await until("starts", seconds, async () => {
      through = Number((await schedule.describe()).info.numActionsTaken);
      return through >= workflows ? true : undefined;
    }).catch(() => undefined);
    await schedule.delete();
    return { offered: workflows, through, seconds: (Date.now() - began) / 1000 };
  };
};

/** Signals that the frontends have been asked for in a namespace. */
export const signals = (namespace: string): Counter => ({
  ...{ role: "frontend", metric: "service_requests", labels: { namespace, operation: "SignalWorkflowExecution" } },
});

/** A batch job that signals so many workflows: how many it has done in so many seconds. */
export const batch = (namespace: string, workflows: number, seconds: number): Provocation => {
  return async (ground) => {
    const { bed, connection, unique } = ground;
    const client = new Client({ connection, namespace });
    const executions = await Promise.all(
      Array.from({ length: workflows }, async () => {
        const workflowId = unique("signalled");
        await client.workflow.start("Nobody", { taskQueue: "nobody", workflowId, workflowRunTimeout: "60s" });
        return { workflowId };
      }),
    );
    const jobId = unique("batch");
    const asked = async () => (await readCounters(bed, [signals(namespace)]))[0] ?? 0;
    const before = await asked();
    const began = Date.now();
    await connection.workflowService.startBatchOperation({
      ...{ namespace, jobId, reason: "bite", executions },
      signalOperation: { signal: "bite", identity: "bite" },
    });
    let through = 0;
    await until("signals", seconds, async () => ((through = (await asked()) - before) >= workflows ? true : undefined)).catch(
      () => undefined,
    );
    const round = { offered: workflows, through, seconds: (Date.now() - began) / 1000 };
    await connection.workflowService.stopBatchOperation({ namespace, jobId, reason: "seen", identity: "bite" }).catch(() => undefined);
    return round;
  };
};

/** Leaves a bucket the time that it takes to fill again. */
export function rested(seconds: number, provoke: Provocation): Provocation {
  let last = 0;
  return async (ground) => {
    await until("a full bucket", seconds, () => (Date.now() - last >= seconds * 1000 ? true : undefined));
    const round = await provoke(ground);
    last = Date.now();
    return round;
  };
}

/** Partitions that the server says a queue has. */
export const listPartitions = (namespace: string, taskQueue: string): Provocation => {
  return async ({ connection }) => {
    const { workflowTaskQueuePartitions } = await connection.workflowService.listTaskQueuePartitions({
      namespace,
      taskQueue: { name: taskQueue },
    });
    return { offered: 4, through: workflowTaskQueuePartitions?.length ?? 0, seconds: 0 };
  };
};

/** Long polls of one queue, enough to reach every partition that is read. */
export const pollPartitions = (namespace: string, taskQueue: string): Provocation =>
  burst(12, ({ connection }) =>
    connection.withDeadline(Date.now() + 3000, () =>
      connection.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: taskQueue }, identity: "bite" }),
    ),
  );
