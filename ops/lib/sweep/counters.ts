/** What a page of metrics says: pure, no I/O. */

/** One line of a page: name, labels, value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of a page in Prometheus' text format; comments and lines that are no sample are left out. */
export function samplesOf(page: string): Sample[] {
  return page.split("\n").flatMap((line) => {
    const [, name, labels = "", value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

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

/** Sum of the samples of one name that carry all the given labels. */
export function sum(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return matching(samples, name, labels).reduce((total, { value }) => total + value, 0);
}

export function matching(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): Sample[] {
  return samples.filter((sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text));
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
