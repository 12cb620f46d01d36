import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { STACK_LABEL } from "../../components/platform/facts";
import type { Kube } from "./kube";
import { namespaceOf } from "./places";

/** What the cluster says about one stack, as it stands. */
export interface Evidence {
  readonly namespaces: readonly string[];
  readonly pods: readonly Client.V1Pod[];
  readonly sets: readonly Client.V1StatefulSet[];
  readonly deployments: readonly Client.V1Deployment[];
  readonly jobs: readonly Client.V1Job[];
  readonly claims: readonly Client.V1PersistentVolumeClaim[];
  readonly quotas: readonly Client.V1ResourceQuota[];
  readonly events: readonly Client.CoreV1Event[];
}

/** Reads it from the cluster; `namespaces` is empty when the stack has none there. */
export async function gather({ core, apps, batch }: Kube, stack: string): Promise<Evidence> {
  const { items } = await core.listNamespace();
  const namespaces = items
    .filter(({ metadata }) => metadata?.name === namespaceOf(stack) || metadata?.labels?.[STACK_LABEL] === stack)
    .map(({ metadata }) => metadata?.name ?? "");
  const all = async <T>(list: (scope: { namespace: string }) => Promise<{ items: T[] }>): Promise<T[]> =>
    (await Promise.all(namespaces.map((namespace) => list({ namespace })))).flatMap((answer) => answer.items);
  const [pods, sets, deployments, jobs, claims, quotas, events] = await Promise.all([
    all((scope) => core.listNamespacedPod(scope)),
    all((scope) => apps.listNamespacedStatefulSet(scope)),
    all((scope) => apps.listNamespacedDeployment(scope)),
    all((scope) => batch.listNamespacedJob(scope)),
    all((scope) => core.listNamespacedPersistentVolumeClaim(scope)),
    all((scope) => core.listNamespacedResourceQuota(scope)),
    all((scope) => core.listNamespacedEvent(scope)),
  ]);
  return { namespaces, pods, sets, deployments, jobs, claims, quotas, events };
}
