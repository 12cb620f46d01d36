import { WorkflowExecutionAlreadyStartedError, type Client } from "@temporalio/client";
import { temporal } from "./servers";
import type { RealBed } from "./real-bed";

/** Input of the workflow type that benchmark-workers brings: activities one after the other. */
export interface Activities {
  readonly Count: number;
  readonly Activity: "Echo" | "Sleep";
  readonly Input: { readonly Message: string } | { readonly SleepTimeInSeconds: number };
}

export const ECHO: Activities = { Count: 1, Activity: "Echo", Input: { Message: "test" } };

/** Where a worker of the bed looks for work. */
export interface Queue {
  readonly namespace: string;
  readonly taskQueue: string;
}
export const BENCHMARK: Queue = { namespace: "default", taskQueue: "benchmark" };

/** Starts one workflow; true once the server has said that it is started, whoever asked first. */
async function started(client: Client, taskQueue: string, workflowId: string, input: Activities): Promise<boolean> {
  try {
    await client.workflow.start("ExecuteActivity", { workflowId, taskQueue, args: [input], workflowExecutionTimeout: "10m" });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
    return false; // a server that is being killed: tried again with the same id
  }
}

/** A starter that goes on while servers are killed under it. */
export interface Starter {
  /** Stops starting; the ids of all workflows whose start a server has confirmed. */
  stop(): Promise<readonly string[]>;
}

export function keepStarting(bed: RealBed, { namespace, taskQueue }: Queue, prefix: string, input: Activities, perSecond: number): Starter {
  const ids: string[] = [];
  let going = true;
  const loop = async () => {
    for (let number = 0; going;) {
      // A connection lasts as long as its pod.
      await temporal(bed, namespace, async (client) => {
        for (let failed = 0; going && failed < 3;) {
          const id = `${prefix}-${number}`;
          if (await started(client, taskQueue, id, input)) {
            ids.push(id);
            number += 1;
            await new Promise((resume) => setTimeout(resume, 1000 / perSecond));
          } else failed += 1;
        }
      }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      going = false;
      await done;
      return ids;
    },
  };
}

/** Waits for workflows; those that did not complete, with how they ended. */
export async function notCompleted(bed: RealBed, { namespace }: Queue, ids: readonly string[]): Promise<string[]> {
  return temporal(bed, namespace, async (client) => {
    const ended = await Promise.all(
      ids.map(async (id) => {
        try {
          await client.workflow.getHandle(id).result();
          return [];
        } catch (error) {
          return [`${id}: ${String(error)}`];
        }
      }),
    );
    return ended.flat();
  });
}
