import type { RealBed } from "./real-bed";
import { BENCHMARK, keepStarting, notCompleted, type Activities } from "./workflows";

/** What rounds of killing did. */
export interface Kills {
  readonly victims: readonly string[];
  readonly started: number;
  /** Workflows that did not complete, with how they ended. */
  readonly lost: readonly string[];
}

const WORK: Activities = { Count: 4, Activity: "Sleep", Input: { SleepTimeInSeconds: 1 } };

/**
 * Kills pods while workflows run: deleted without grace, which is a SIGKILL, and made anew without the kubelet's back-off.
 * @param victims one per round
 * @param afterSeconds when in its round each kill comes
 */
export async function kill(bed: RealBed, prefix: string, victims: readonly string[], afterSeconds: () => number): Promise<Kills> {
  const starter = keepStarting(bed, BENCHMARK, prefix, WORK, 4);
  let ids: readonly string[];
  try {
    for (const victim of victims) {
      await new Promise((resume) => setTimeout(resume, afterSeconds() * 1000));
      const pod = await bed.pod(victim);
      await bed.deletePod(pod.metadata.name, 0);
      await bed.settled();
    }
  } finally {
    // Also when a pod does not come back: a starter that goes on would keep the test's process alive.
    ids = await starter.stop();
  }
  return { victims, started: ids.length, lost: await notCompleted(bed, BENCHMARK, ids) };
}
