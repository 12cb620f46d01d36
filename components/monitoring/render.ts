import type { Endpoint, Scrape } from "../kit/traffic";
import { storageIdentity, type SetIdentity } from "../kit/storage";
import type { MonitoringValues, PrometheusValues } from "./values";

/** What the others may know of monitoring: what there is, where it listens, what cannot change. */

export const PROMETHEUS_PORT = 9090;
export const GRAFANA_PORT = 3000;

/** The parts that this bed has. */
export function partsOf({ enabled, prometheus, grafana, serviceMonitors }: MonitoringValues) {
  return { prometheus: enabled && prometheus.enabled, grafana: enabled && grafana.enabled, monitors: enabled && serviceMonitors };
}

export function prometheusEndpoint(namespace: string): Endpoint {
  return { host: `prometheus.${namespace}.svc`, port: PROMETHEUS_PORT, workload: "prometheus" };
}

export function grafanaEndpoint(namespace: string): Endpoint {
  return { host: `grafana.${namespace}.svc`, port: GRAFANA_PORT, workload: "grafana" };
}

/** The pages that Prometheus and Grafana serve of themselves. */
export function ownScrapes(values: MonitoringValues): Scrape[] {
  const { prometheus, grafana } = partsOf(values);
  return [
    ...(prometheus ? [{ workload: "prometheus", port: PROMETHEUS_PORT, path: "/metrics" }] : []),
    ...(grafana ? [{ workload: "grafana", port: GRAFANA_PORT, path: "/metrics" }] : []),
  ];
}

/** What cannot change in place, for the set and for the guard. */
export function prometheusIdentity(
  values: PrometheusValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "prometheus",
    knob: "monitoring.prometheus",
    serviceName: "prometheus",
    podManagementPolicy: "Parallel",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: 1,
    scaleDown: "never",
  };
}
