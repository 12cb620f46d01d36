import type * as k8s from "@pulumi/kubernetes";
import type { Cluster } from "./cluster";

/** Arguments of the one provider: the cluster that was looked at, or a folder to render to. */
export function providerArgs(cluster: Cluster | undefined, renderTo: string | undefined): k8s.ProviderArgs {
  return {
    // Given as empty, the plugin reads KUBECONFIG when it runs. Left out, the SDK would write that path into the state.
    kubeconfig: "",
    // The dynamic config is edited in place; every other ConfigMap is immutable and is replaced.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    // An `up` that was killed may have made objects that it did not record; the guard let only our own namespaces pass (D7).
    upsertExistingObjects: true,
    // And as each create has a field manager of its own, adopting them means taking their fields over.
    enablePatchForce: true,
    kubeClientSettings: { qps: 300, burst: 600 },
    ...(cluster === undefined ? {} : { context: cluster.context, clusterIdentifier: cluster.uid }),
    ...(renderTo === undefined ? {} : { renderYamlToDirectory: renderTo }),
  };
}
