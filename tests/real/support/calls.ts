import type { Workload } from "../../../components/temporal/capacity";
import { samplesOf, sum } from "../../../ops/lib/samples";
import { until } from "../../e2e/support/wait";
import type { RealBed } from "./real-bed";
import { metrics, temporal } from "./servers";
import { ECHO, type Queue } from "./workflows";

/** What the servers counted for one namespace, since they started. */
interface Counters {
  readonly frontend: number;
  readonly history: number;
  readonly matching: number;
  readonly completed: number;
}

/** Calls per completed workflow, as the servers counted them. */
export interface Measured {
  readonly frontend: number;
  readonly history: number;
  readonly matching: number;
  readonly workflows: number;
  readonly perSecond: number;
}

const SERVICES = ["frontend", "history", "matching"] as const;

async function counters(bed: RealBed, namespace: string): Promise<Counters> {
  const pages = await Promise.all(
    SERVICES.flatMap(async (service) => {
      const pods = await bed.pods(`temporal-${service}`);
      return Promise.all(pods.map(async ({ status }) => samplesOf(await metrics(status.podIP, 9090))));
    }),
  );
  const all = pages.flat(2);
  const requests = (service: string) => sum(all, "service_requests", { service_name: service, namespace });
  return {
    frontend: requests("frontend"),
    history: requests("history"),
    matching: requests("matching"),
    completed: sum(all, "workflow_success", { namespace }),
  };
}

/**
 * Runs workflows of one kind, ten at a time, and divides what the servers counted meanwhile. Polls that end without a task are in
 * it: a few a minute, so a run is short and has many workflows.
 */
export async function measureCalls(bed: RealBed, { namespace, taskQueue }: Queue, workload: Workload, count: number): Promise<Measured> {
  const args = [{ ...ECHO, Count: workload.activities }];
  const run = `calls-${Date.now()}`;
  const before = await counters(bed, namespace);
  const began = Date.now();
  await temporal(bed, namespace, async (client) => {
    let next = 0;
    const starter = async () => {
      for (let number = next++; number < count; number = next++) {
        const handle = await client.workflow.start("ExecuteActivity", { workflowId: `${run}-${number}`, taskQueue, args });
        if (workload.waiting) await handle.result();
      }
    };
    await Promise.all(Array.from({ length: 10 }, starter));
  });
  const after = await until(`${count} workflows to complete`, 120, async () => {
    const now = await counters(bed, namespace);
    return now.completed - before.completed >= count ? now : undefined;
  });
  const seconds = (Date.now() - began) / 1000;
  const each = (what: "frontend" | "history" | "matching") => (after[what] - before[what]) / count;
  return {
    frontend: each("frontend"),
    history: each("history"),
    matching: each("matching"),
    workflows: after.completed - before.completed,
    perSecond: count / seconds,
  };
}
