import type { RealBed } from "./real-bed";

/** Where the seconds of one pod's start went; the API server keeps whole seconds. */
export interface PodTimes {
  readonly pod: string;
  /** Seconds from the first pod of the bed to the creation of this one. */
  readonly created: number;
  /** From creation to a node with its volumes, image and sandbox: the first container starts. */
  readonly placed: number;
  /** From there until it was ready, or, for a job, done. */
  readonly started: number;
}

interface TimedPod {
  readonly metadata: { readonly name: string; readonly creationTimestamp: string };
  readonly status: {
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime: string }[];
    readonly containerStatuses: readonly {
      readonly state: {
        readonly running?: { readonly startedAt: string };
        readonly terminated?: { readonly startedAt: string; readonly finishedAt: string };
      };
    }[];
  };
}

export async function podTimes(bed: RealBed): Promise<PodTimes[]> {
  const pods = (await bed.bed.pods()) as unknown as readonly TimedPod[];
  const first = Math.min(...pods.map(({ metadata }) => Date.parse(metadata.creationTimestamp)));
  return pods
    .map(({ metadata, status }) => {
      const state = status.containerStatuses[0]?.state;
      const created = Date.parse(metadata.creationTimestamp);
      const started = Date.parse(state?.running?.startedAt ?? state?.terminated?.startedAt ?? metadata.creationTimestamp);
      const ready = status.conditions.find(({ type, status: met }) => type === "Ready" && met === "True")?.lastTransitionTime;
      const ended = Date.parse(state?.terminated?.finishedAt ?? ready ?? metadata.creationTimestamp);
      return {
        pod: metadata.name,
        created: (created - first) / 1000,
        placed: (started - created) / 1000,
        started: (ended - started) / 1000,
      };
    })
    .sort((a, b) => a.created - b.created || a.pod.localeCompare(b.pod));
}

export function podTimesText(times: readonly PodTimes[]): string {
  const width = Math.max(...times.map(({ pod }) => pod.length));
  const cell = (value: number) => `${value}`.padStart(8);
  return [
    `  ${"pod".padEnd(width)}${"created".padStart(8)}${"placed".padStart(8)}${"to ready".padStart(9)}   seconds`,
    ...times.map(({ pod, created, placed, started }) => `  ${pod.padEnd(width)}${cell(created)}${cell(placed)}${cell(started)}`),
  ].join("\n");
}
