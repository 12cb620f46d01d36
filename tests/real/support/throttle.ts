import { Connection, type Client } from "@temporalio/client";
import { samplesOf, sum } from "../../../ops/lib/samples";
import { until } from "../../e2e/support/wait";
import type { RealBed } from "./real-bed";
import { metrics } from "./servers";

const RESOURCE_EXHAUSTED = 8;

/** One second of calls on a namespace, without a client that tries again. */
export interface Second {
  readonly accepted: number;
  readonly throttled: number;
}

/** Offers calls to one frontend pod for one second. */
async function offer(service: Client["workflowService"], namespace: string, calls: number): Promise<Second> {
  const answers = await Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      await new Promise((resume) => setTimeout(resume, (1000 / calls) * index));
      try {
        await service.describeTaskQueue({ namespace, taskQueue: { name: "nobody" }, taskQueueType: 1 });
        return true;
      } catch (error) {
        if ((error as { code?: number }).code === RESOURCE_EXHAUSTED) return false;
        throw error;
      }
    }),
  );
  const accepted = answers.filter(Boolean).length;
  return { accepted, throttled: calls - accepted };
}

/**
 * Offers calls until a second fits; the seconds that took.
 * @param fits asked with each second's counts
 */
export async function offerUntil(
  bed: RealBed,
  namespace: string,
  calls: number,
  what: string,
  seconds: number,
  fits: (second: Second) => boolean,
): Promise<{ readonly lag: number; readonly last: Second }> {
  const pod = await bed.pod("temporal-frontend");
  const connection = await Connection.connect({ address: `${pod.status.podIP}:7233`, interceptors: [] });
  const began = Date.now();
  try {
    const last = await until(what, seconds, async () => {
      const second = await offer(connection.workflowService, namespace, calls);
      return fits(second) ? second : undefined;
    });
    return { lag: (Date.now() - began) / 1000, last };
  } finally {
    await connection.close();
  }
}

/** The server's own count of calls it has refused in a namespace for its rate. */
export async function exhausted(bed: RealBed, namespace: string): Promise<number> {
  const pod = await bed.pod("temporal-frontend");
  const page = samplesOf(await metrics(pod.status.podIP, 9090));
  return sum(page, "service_errors_resource_exhausted", { namespace, resource_exhausted_cause: "RpsLimit" });
}
