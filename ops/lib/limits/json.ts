import { REFRESH } from "./lag";
import type { Verdict } from "./judge";
import type { Seen } from "./seen";

/** The answer for programs. Times are ISO 8601; what is not known, or not set, is null. */
export function limitsJson(stack: string, context: string, verdicts: readonly Verdict[], { now, configured, mounted, lag }: Seen): object {
  return {
    ...{ stack, context, at: iso(now) },
    configuredBy: "source" in configured ? configured.source : null,
    configuredUnknown: "unknown" in configured ? configured.unknown : null,
    configMapChanged: iso(mounted.changed),
    lagSeconds: { kubelet: lag.kubelet, kubeletAsked: lag.kubeletAsked, poll: lag.poll, refresh: REFRESH },
    limits: verdicts.map((each) => ({
      ...{ knob: `temporal.${each.knob}`, key: each.key, service: each.role, constraints: each.constraints },
      ...{ per: each.limit?.per ?? null, unit: each.limit?.unit ?? null },
      ...{ configured: each.configured ?? null, rendered: each.rendered ?? null, configMap: each.mounted ?? null },
      ...{ state: each.state, inForce: each.inForce.map((value) => value ?? null), since: iso(each.since), by: each.by },
      ...{ worstCaseLagSeconds: each.lag, waitSeconds: each.wait ?? null, why: each.why ?? null },
      pods: each.pods.map((pod) => ({
        ...{ pod: pod.pod, state: pod.state },
        ...{ mounted: pod.file ?? null, mountedSince: iso(pod.fileSince), read: pod.read ?? null, readAt: iso(pod.readAt) },
        ...{ inForce: pod.inForce ?? null, since: iso(pod.since), by: pod.by ?? null, waitSeconds: pod.wait ?? null, why: pod.why ?? null },
      })),
    })),
  };
}

function iso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
