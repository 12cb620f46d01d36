import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import type { Kube } from "../kube";
import { samplesOf } from "../samples";
import type { Snapshot } from "./counters";

/** What a sweep asks the pods of a bed. Pods are reached through the API server, so it works wherever kubectl does. */

export const SERVERS = ["temporal-frontend", "temporal-history", "temporal-matching", "temporal-worker"];
const WORKERS = ["load-worker"];
/** Servers and workers serve their metrics on the same port. */
const METRICS_PORT = 9090;

/** Ready pods of some workloads, by name. */
export async function podsOf({ core }: Kube, namespace: string, workloads: readonly string[]): Promise<Client.V1Pod[]> {
  const labelSelector = `app.kubernetes.io/name in (${workloads.join(",")})`;
  const { items } = await core.listNamespacedPod({ namespace, labelSelector });
  return items
    .filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.conditions?.some(isReady))
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

function isReady({ type, status }: Client.V1PodCondition): boolean {
  return type === "Ready" && status === "True";
}

export function nameOf(pod: Client.V1Pod): string {
  return pod.metadata?.name ?? "";
}

/**
 * Counters of all servers and workers of a bed.
 * @throws Error when a pod does not answer
 */
export async function snapshot(kube: Kube, namespace: string): Promise<Snapshot> {
  const pods = await podsOf(kube, namespace, [...SERVERS, ...WORKERS]);
  const at = Date.now();
  const pages = await Promise.all(
    pods.map(async (pod) => {
      const page = await again(() => kube.text(`/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}:${METRICS_PORT}/proxy/metrics`));
      return [nameOf(pod), samplesOf(page)] as const;
    }),
  );
  return { pods: Object.fromEntries(pages), at };
}

/** A second try: under load an API server is late once in a while, and a look that is lost costs a whole run. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  return ask().catch(ask);
}

/** Lines that a pod has logged since a moment; undefined: all it has. */
export async function logSince(kube: Kube, namespace: string, pod: string, since: Date | undefined): Promise<string> {
  const query = since === undefined ? "" : `?sinceTime=${encodeURIComponent(since.toISOString())}`;
  return again(() => kube.text(`/api/v1/namespaces/${namespace}/pods/${pod}/log${query}`));
}

const TOUCHED = "testbed/config-refreshed-at";

/**
 * Makes the kubelets refresh what these pods have mounted at once: a changed annotation makes them look at the pod again.
 * It restarts nothing. Without it a refresh takes up to its sync period, a minute or more.
 * @see kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap: mounted ConfigMaps are updated automatically
 */
export async function refreshMounts({ core }: Kube, namespace: string, pods: readonly Client.V1Pod[]): Promise<void> {
  const body = [{ op: "add", path: `/metadata/annotations/${TOUCHED.replace("/", "~1")}`, value: new Date().toISOString() }];
  await Promise.all(
    pods.map(async (pod) => {
      const name = nameOf(pod);
      const all = pod.metadata?.annotations === undefined ? [{ op: "add", path: "/metadata/annotations", value: {} }] : [];
      await core.patchNamespacedPod({ name, namespace, body: [...all, ...body] });
    }),
  );
}
