/**
 * Probes: start-up and readiness cheap and frequent, liveness rare (every 20 s, three misses).
 * The start-up budget is the pod deadline, so that the kubelet never kills what the rollout still waits for.
 */
type Check =
  | { tcpSocket: { port: string | number } }
  | { httpGet: { path: string; port: string | number } }
  | { grpc: { port: number; service: string } }
  | { exec: { command: string[] } };

export function probes(check: Check, podSeconds: number) {
  const timeoutSeconds = 3;
  return {
    startupProbe: { ...check, periodSeconds: 2, timeoutSeconds, failureThreshold: Math.ceil(podSeconds / 2) },
    readinessProbe: { ...check, periodSeconds: 5, timeoutSeconds, failureThreshold: 2 },
    livenessProbe: liveness(check),
  };
}

/** Alone where being alive is asked of something else than being ready: what a restart would not mend must not cause one. */
export function liveness(check: Check) {
  return { ...check, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 3 };
}
