import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { Evidence } from "./evidence";

/** Judgements on single objects. Pure: `evidence.ts` fetched the objects. */

export interface Workload {
  readonly kind: "StatefulSet" | "Deployment" | "Job";
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  /** Short word for a person: ready, not ready, complete, running, failed. */
  readonly state: string;
}

/** Every workload with how far it is, by name. */
export function workloads({ sets, deployments, jobs }: Pick<Evidence, "sets" | "deployments" | "jobs">): Workload[] {
  const running = (kind: "StatefulSet" | "Deployment", object: Client.V1StatefulSet | Client.V1Deployment): Workload => {
    const desired = object.spec?.replicas ?? 1;
    const ready = object.status?.readyReplicas ?? 0;
    // Until the controller has seen the last edit, its numbers speak of the one before.
    const seen = (object.status?.observedGeneration ?? 0) >= (object.metadata?.generation ?? 0);
    const updated =
      (object.status?.updatedReplicas ?? 0) >= desired || (kind === "StatefulSet" && object.status?.updatedReplicas === undefined);
    const state = ready < desired ? "not ready" : seen && updated ? "ready" : "rolling out";
    return { kind, name: object.metadata?.name ?? "", ready, desired, state };
  };
  return [
    ...sets.map((set) => running("StatefulSet", set)),
    ...deployments.map((deployment) => running("Deployment", deployment)),
    ...jobs.map((job): Workload => {
      const desired = job.spec?.completions ?? 1;
      const ready = job.status?.succeeded ?? 0;
      const state = jobFailure(job) !== undefined ? "failed" : ready >= desired ? "complete" : "running";
      return { kind: "Job", name: job.metadata?.name ?? "", ready, desired, state };
    }),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reason and message of a job that has failed for good. */
export function jobFailure(job: Client.V1Job): { reason: string; message: string } | undefined {
  const failed = job.status?.conditions?.find(({ type, status }) => (type === "Failed" || type === "FailureTarget") && status === "True");
  return failed && { reason: failed.reason ?? "", message: failed.message ?? "" };
}

/** One container that does not do what it should. */
export interface ContainerTrouble {
  readonly container: string;
  readonly image: string;
  /** `waiting ImagePullBackOff`, `terminated Error, exit code 1`, `running, not ready`. */
  readonly state: string;
  readonly reason: string;
  /** What Kubernetes or the container itself said last. */
  readonly message: string;
  readonly restarts: number;
  /** True when it ran at some time, so that there may be a log. */
  readonly ran: boolean;
  /** True when the log to read is that of the run before. */
  readonly previous: boolean;
}

export interface PodTrouble {
  readonly namespace: string;
  readonly pod: string;
  readonly phase: string;
  /** Conditions that are not met, with reason and message. */
  readonly conditions: readonly string[];
  readonly containers: readonly ContainerTrouble[];
}

/** Pods that are neither ready nor done, and why. */
export function podTroubles(pods: readonly Client.V1Pod[]): PodTrouble[] {
  return pods.filter(isTroubled).map((pod) => ({
    namespace: pod.metadata?.namespace ?? "",
    pod: pod.metadata?.name ?? "",
    phase: pod.metadata?.deletionTimestamp ? "Terminating" : (pod.status?.phase ?? "Unknown"),
    conditions: (pod.status?.conditions ?? [])
      // Ready and ContainersReady only repeat what the containers below say.
      .filter(({ type, status }) => status === "False" && type !== "Ready" && type !== "ContainersReady")
      .map(({ type, reason, message }) => [`${type}: ${reason ?? "False"}`, message].filter(Boolean).join(", ")),
    containers: [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].filter(isUnwell).map(trouble),
  }));
}

function isTroubled({ status }: Client.V1Pod): boolean {
  if (status?.phase === "Succeeded") return false;
  return status?.phase !== "Running" || status.conditions?.find(({ type }) => type === "Ready")?.status !== "True";
}

function isUnwell({ ready, state, restartCount }: Client.V1ContainerStatus): boolean {
  return state?.terminated !== undefined ? state.terminated.exitCode !== 0 : !ready || restartCount > 0;
}

function trouble({ name, image, state, lastState, restartCount }: Client.V1ContainerStatus): ContainerTrouble {
  const ended = state?.terminated ?? lastState?.terminated;
  const now = state?.waiting
    ? `waiting ${state.waiting.reason ?? ""}`.trim()
    : state?.terminated
      ? `terminated ${state.terminated.reason ?? ""}, exit code ${state.terminated.exitCode}`
      : state?.running
        ? "running, not ready"
        : "not started";
  return {
    container: name,
    image,
    state: now,
    reason: ended?.reason ?? state?.waiting?.reason ?? "",
    message: (ended?.message ?? state?.waiting?.message ?? "").trim(),
    restarts: restartCount,
    ran: ended !== undefined || state?.running !== undefined,
    previous: state?.waiting !== undefined && lastState?.terminated !== undefined,
  };
}

/** Claims that have no volume. */
export function pendingClaims(claims: readonly Client.V1PersistentVolumeClaim[], events: readonly Client.CoreV1Event[]): string[] {
  return claims
    .filter(({ status }) => status?.phase !== "Bound")
    .map(({ metadata, spec, status }) => {
      const said = [...events]
        .filter(({ involvedObject }) => involvedObject.kind === "PersistentVolumeClaim" && involvedObject.name === metadata?.name)
        .sort((a, b) => lastSeen(a) - lastSeen(b))
        .at(-1);
      const why = said === undefined ? "no event says why" : `${said.reason}: ${said.message}`;
      return `${metadata?.namespace}/${metadata?.name} is ${status?.phase ?? "Pending"}, class ${spec?.storageClassName ?? "none (the cluster has no default)"}: ${why}`;
    });
}

/** Pods that a quota did not allow, and how full each quota is then. */
export function quotaDenials({ events, quotas }: Pick<Evidence, "events" | "quotas">): string[] {
  const denials = warnings(events).filter(({ message }) => message.includes("exceeded quota"));
  if (denials.length === 0) return [];
  return [
    ...denials.map(({ object, message }) => `${object}: ${message}`),
    ...quotas.map(({ metadata, status }) => {
      const use = Object.entries(status?.hard ?? {}).map(([resource, hard]) => `${resource} ${status?.used?.[resource] ?? "0"} of ${hard}`);
      return `${metadata?.namespace}/${metadata?.name} has in use: ${use.join(", ")}`;
    }),
  ];
}

export interface Warning {
  readonly at: number;
  readonly count: number;
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

/** Warning events, those that say the same once, newest last. */
export function warnings(events: readonly Client.CoreV1Event[]): Warning[] {
  const found = new Map<string, Warning>();
  for (const event of events) {
    if (event.type !== "Warning") continue;
    const { kind = "", name = "" } = event.involvedObject;
    const warning = { object: `${kind} ${name}`, reason: event.reason ?? "", message: (event.message ?? "").trim() };
    const key = JSON.stringify(warning);
    const count = event.series?.count ?? event.count ?? 1;
    const before = found.get(key);
    found.set(key, { ...warning, at: Math.max(lastSeen(event), before?.at ?? 0), count: count + (before?.count ?? 0) });
  }
  return [...found.values()].sort((a, b) => a.at - b.at);
}

/** Milliseconds since 1970. */
function lastSeen(event: Client.CoreV1Event): number {
  const time = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return time === undefined ? 0 : new Date(time).getTime();
}
