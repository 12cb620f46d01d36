import * as read from "./support/read-back";
import type { RealBed } from "./support/real-bed";

/** A row of the table of knobs: what is set, where it is rendered to, and how it is read back from what runs. */
export type Row = ReadRow | UnreadRow;

export interface ReadRow {
  /** Key as in docs/knobs.md. */
  readonly knob: string;
  readonly place: string;
  /** Where a running server, its kernel or its kubelet says what is in force. */
  readonly readBack: string;
  /**
   * `hot`: set on a running bed, restarts nothing; `cluster`: the same, cluster-wide instead of per pod. `edited`: set on a running bed. `created`: set before the first `up` of
   * a bed, because it is fixed for the life of the data or says how a bed is made.
   */
  readonly phase: "hot" | "cluster" | "edited" | "created";
  /** What the stack config sets; no layer has it. A function where only the running bed knows it. */
  readonly value: unknown;
  readonly read: (bed: RealBed, knob: string) => Promise<unknown>;
  /** What is read when it is in force, where that is not the value itself. */
  readonly expected?: unknown;
}

export interface UnreadRow {
  readonly knob: string;
  readonly place: string;
  /** Why nobody can read it back here, and what stands in for it. */
  readonly reason: string;
}

/** Requests and limits of one workload: four knobs, reported by the kubelet; the limits also as the kernel has them. */
export function resources(
  knob: string,
  workload: string,
  wanted: { readonly requests: readonly [string, string]; readonly limits: readonly [string, string] },
): ReadRow[] {
  const row = (kind: "requests" | "limits", resource: "cpu" | "memory", value: string): ReadRow => ({
    knob: `${knob}.resources.${kind}.${resource}`,
    place: `pod ${workload}: resources.${kind}.${resource}`,
    readBack: kind === "limits" ? "cgroup of the container" : "kubelet: status.containerStatuses[].resources",
    phase: "edited",
    value,
    read: (bed) => (kind === "limits" ? read.cgroupLimit(bed, workload, resource) : read.kubeletRequest(bed, workload, resource)),
    expected: kind === "limits" ? read.asLimit(resource, value) : value,
  });
  return [
    row("requests", "cpu", wanted.requests[0]),
    row("requests", "memory", wanted.requests[1]),
    row("limits", "cpu", wanted.limits[0]),
    row("limits", "memory", wanted.limits[1]),
  ];
}

/** The claims of a set, fixed once they exist. */
export function storage(knob: string, set: string): ReadRow[] {
  const retention = (when: "whenDeleted" | "whenScaled", readBack: string): ReadRow => ({
    knob: `${knob}.storage.${when}`,
    place: `StatefulSet ${set}: persistentVolumeClaimRetentionPolicy`,
    readBack,
    phase: "created",
    value: "Retain",
    read: (bed) => read.retention(bed, set, when),
  });
  const template = { place: `StatefulSet ${set}: claim template`, phase: "created" } as const;
  return [
    {
      ...template,
      knob: `${knob}.storage.size`,
      readBack: "capacity of the bound volume",
      value: "3Gi",
      read: (bed) => read.volume(bed, set, "size"),
    },
    {
      ...template,
      knob: `${knob}.storage.className`,
      readBack: "class of the bound volume",
      value: "standard",
      read: (bed) => read.volume(bed, set, "class"),
    },
    retention("whenDeleted", "API server, and the claim after `destroy`"),
    retention("whenScaled", "API server"),
  ];
}

/** An image: its name and tag as the kubelet runs it. */
export function image(knob: string, workload: string): Row[] {
  const place = `pod ${workload}: image`;
  return [
    {
      knob: `${knob}.digest`,
      place,
      readBack: "kubelet: status.containerStatuses[].imageID",
      phase: "edited",
      value: (bed: RealBed) => read.imageDigest(bed, workload),
      read: (bed) => read.imageDigest(bed, workload),
    },
    ...["repository", "tag"].map((part) => ({
      knob: `${knob}.${part}`,
      place,
      reason:
        "the lab serves one repository and tag per system, so no other value can run; the digest knob shows that the pod runs what is named, and the missing-image test that another name is asked for",
    })),
  ];
}

/** Knobs that nothing can read back here, all for one reason. @param knobs name to the place it is rendered to */
export function unread(prefix: string, reason: string, knobs: Readonly<Record<string, string>>): UnreadRow[] {
  return Object.entries(knobs).map(([knob, place]) => ({ knob: `${prefix}.${knob}`, place, reason }));
}

/** The same for an image, its resources, or its claims. */
export function unreadImage(knob: string, workload: string, reason: string): UnreadRow[] {
  const place = `pod ${workload}: image`;
  return unread(knob, reason, { repository: place, tag: place, digest: place });
}

export function unreadResources(knob: string, workload: string, reason: string): UnreadRow[] {
  const kinds = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];
  return unread(`${knob}.resources`, reason, Object.fromEntries(kinds.map((kind) => [kind, `pod ${workload}: resources.${kind}`])));
}

export function unreadStorage(knob: string, set: string, reason: string): UnreadRow[] {
  const template = `StatefulSet ${set}: claim template`;
  const policy = `StatefulSet ${set}: persistentVolumeClaimRetentionPolicy`;
  return unread(`${knob}.storage`, reason, { size: template, className: template, whenDeleted: policy, whenScaled: policy });
}
