import type { Reread } from "../../../components/temporal/limits-table";

/** The three waits between a changed ConfigMap and a limit in force, in seconds, each at its worst. */
export interface Lag {
  /** Until the kubelet has put a changed ConfigMap into a running pod. */
  readonly kubelet: number;
  /** False: the kubelet could not be asked, and its default was taken. */
  readonly kubeletAsked: boolean;
  /** Until the server looks at its file again. */
  readonly poll: number;
}

/** A limiter re-reads its rate with the first call after this, in seconds. @see Temporal 1.31.2, common/quotas: defaultRefreshInterval */
export const REFRESH = 60;

/** The kubelet's own default. @see k8s.io/kubernetes 1.34, pkg/kubelet/apis/config/v1beta1/defaults.go: SyncFrequency */
const SYNC_SECONDS = 60;

/** Each pod is looked at again after the sync period and up to half of it more. @see pkg/kubelet/pod_workers.go: workerResyncIntervalJitterFactor */
const JITTER = 1.5;

/** How long a kubelet that caches ConfigMaps by time keeps one. @see pkg/kubelet/util/manager: defaultTTL */
const CACHED_SECONDS = 60;

/** What a kubelet says of itself at /configz. */
export interface KubeletConfig {
  readonly syncFrequency?: string;
  readonly configMapAndSecretChangeDetectionStrategy?: string;
}

/** Worst case of the kubelet. @param kubelets of the nodes that the pods are on; undefined for one that does not say */
export function kubeletLag(kubelets: readonly (KubeletConfig | undefined)[]): Pick<Lag, "kubelet" | "kubeletAsked"> {
  const known = kubelets.filter((each) => each !== undefined);
  const asked = known.length > 0 && known.length === kubelets.length;
  const each = (asked ? known : [{}]).map(({ syncFrequency, configMapAndSecretChangeDetectionStrategy: strategy }) => {
    const cached = strategy === "Cache" ? CACHED_SECONDS : 0;
    return goSeconds(syncFrequency ?? "") * JITTER + cached;
  });
  return { kubelet: Math.ceil(Math.max(...each)), kubeletAsked: asked };
}

/** A duration as Go prints it: 1m0s, 5s, 1h0m0s. */
function goSeconds(text: string): number {
  const [, hours = "0", minutes = "0", seconds = "0"] = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(text) ?? [];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return total > 0 ? total : SYNC_SECONDS;
}

/** Seconds from a changed ConfigMap to the limit in force, at worst. */
export function worstCase({ kubelet, poll }: Lag, reread: Reread | undefined): number {
  return kubelet + poll + (reread === "rate" ? REFRESH : 0);
}
