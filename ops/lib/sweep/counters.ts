import { matching, type Sample } from "../samples";

/** What pods have counted between two moments: pure, no I/O. */

/** Counters of several pods at one moment. */
export interface Snapshot {
  /** Pod to its samples. */
  readonly pods: Readonly<Record<string, readonly Sample[]>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What each counter has grown by between two snapshots, all pods together.
 * @throws Error when a pod went, came or restarted in between: what it counted is lost
 */
export function growth(before: Snapshot, after: Snapshot): Sample[] {
  const names = (snapshot: Snapshot) => Object.keys(snapshot.pods).sort();
  if (names(before).join() !== names(after).join()) {
    throw new Error(`pods changed while it was measured: ${names(before).join(", ")} before, ${names(after).join(", ")} after`);
  }
  const grown = new Map<string, Sample>();
  for (const [pod, samples] of Object.entries(after.pods)) {
    const earlier = new Map((before.pods[pod] ?? []).map((sample) => [keyOf(sample), sample.value]));
    for (const sample of samples) {
      const key = keyOf(sample);
      const by = sample.value - (earlier.get(key) ?? 0);
      if (by < 0 && COUNTER.test(sample.name)) throw new Error(`pod ${pod} restarted while it was measured: ${sample.name} went back`);
      grown.set(key, { ...sample, value: (grown.get(key)?.value ?? 0) + by });
    }
  }
  return [...grown.values()];
}

/** Names that only ever grow, of those that are read here. */
const COUNTER =
  /^(service_requests|service_errors_resource_exhausted|workflow_(success|failed|timeout|terminate|cancel)|\w+_latency_(bucket|count|sum))$/;

function keyOf({ name, labels }: Sample): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${name}${JSON.stringify(sorted)}`;
}

/**
 * A quantile of a histogram, in the histogram's own unit, straight between the bounds of a bucket as Prometheus has it.
 * Undefined when nothing was counted, and where it lies beyond the highest bound.
 */
export function quantile(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>>,
  at: number,
): number | undefined {
  const totals = new Map<number, number>();
  for (const { labels: own, value } of matching(samples, `${name}_bucket`, labels)) {
    const bound = own["le"] === "+Inf" ? Infinity : Number(own["le"]);
    totals.set(bound, (totals.get(bound) ?? 0) + value);
  }
  const buckets = [...totals].sort(([a], [b]) => a - b);
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all === 0) return undefined;
  const rank = at * all;
  const index = buckets.findIndex(([, count]) => count >= rank);
  const [high, upTo] = buckets[index] ?? [Infinity, all];
  const [low, below] = index > 0 ? (buckets[index - 1] ?? [0, 0]) : [0, 0];
  if (high === Infinity) return undefined;
  return upTo === below ? high : low + ((high - low) * (rank - below)) / (upTo - below);
}
