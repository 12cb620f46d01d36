import { dump } from "js-yaml";
import type { Scrape } from "../kit/traffic";
import { alertsOf } from "./alerts";
import type { PrometheusValues } from "./values";

/** User and group `nobody` of the official image. */
export const USER = 65534;
export const CONFIG_DIR = "/etc/prometheus";
export const DATA_DIR = "/prometheus";

const YAML = { lineWidth: -1, noRefs: true } as const;

/** One job per page: the pods of a workload that serve it under one path, on any of these ports. */
export interface Job {
  readonly name: string;
  readonly workload: string;
  readonly path: string;
  readonly ports: readonly number[];
  /** Pod and port, `chronik-1;13001`, where each pod has a port of its own; empty elsewhere. */
  readonly pairs: readonly string[];
}

/** The jobs of some scrapes. A workload with a second path has a second job, named after both. */
export function jobsOf(scrapes: readonly Scrape[]): Job[] {
  const jobs: Job[] = [];
  for (const { workload, port, path, pod } of scrapes) {
    const pairs = pod === undefined ? [] : [`${pod};${port}`];
    const known = jobs.findIndex((job) => job.workload === workload && job.path === path);
    const job = jobs[known];
    if (job !== undefined) jobs[known] = { ...job, ports: [...new Set([...job.ports, port])], pairs: [...job.pairs, ...pairs] };
    else {
      const first = jobs.every((each) => each.workload !== workload);
      jobs.push({ name: first ? workload : `${workload}${path.replaceAll("/", "-")}`, workload, path, ports: [port], pairs });
    }
  }
  return jobs;
}

/** Command line. Retention stands in the configuration: its flags are deprecated. */
export function prometheusArgs(): string[] {
  return [`--config.file=${CONFIG_DIR}/prometheus.yml`, `--storage.tsdb.path=${DATA_DIR}`];
}

/** prometheus.yml. @param namespace of the bed: nothing outside of it is asked for. */
export function renderPrometheusYml(values: PrometheusValues, scrapes: readonly Scrape[], namespace: string): string {
  return dump(
    {
      global: { scrape_interval: values.scrapeInterval, evaluation_interval: values.scrapeInterval },
      rule_files: ["rules.yml"],
      storage: { tsdb: { retention: { time: values.retention.time, size: base2(values.retention.size) } } },
      scrape_configs: jobsOf(scrapes).map((job) => scrapeConfig(job, namespace)),
    },
    YAML,
  );
}

/** rules.yml: what has a threshold, and what must be there at all. */
export function renderRules(scrapes: readonly Scrape[]): string {
  const groups = alertsOf(jobsOf(scrapes).map(({ name }) => name)).map(({ name, alerts }) => ({
    name,
    rules: alerts.map(({ alert, expr, seconds, severity, summary, source }) => ({
      alert,
      expr,
      for: `${seconds}s`,
      labels: { severity },
      annotations: { summary, source },
    })),
  }));
  return dump({ groups }, YAML);
}

/**
 * A pod is a target for each port that its containers declare; the one that serves metrics is kept. Pods that have ended keep
 * their address for a while, which may be another's by then.
 */
function scrapeConfig({ name, workload, path, ports, pairs }: Job, namespace: string) {
  const port = "__meta_kubernetes_pod_container_port_number";
  const wanted =
    pairs.length === 0
      ? { source_labels: [port], regex: ports.join("|") }
      : { source_labels: ["__meta_kubernetes_pod_name", port], regex: pairs.join("|") };
  return {
    job_name: name,
    metrics_path: path,
    kubernetes_sd_configs: [
      {
        role: "pod",
        namespaces: { names: [namespace] },
        selectors: [{ role: "pod", label: `app.kubernetes.io/name=${workload},app.kubernetes.io/instance=${namespace}` }],
      },
    ],
    relabel_configs: [
      { action: "keep", ...wanted },
      { action: "drop", source_labels: ["__meta_kubernetes_pod_phase"], regex: "Succeeded|Failed" },
      { action: "replace", source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], target_label: "workload" },
      { action: "replace", source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
    ],
  };
}

/** A binary quantity as Prometheus writes it: 8Gi -> 8GB, in powers of two. */
function base2(quantity: string): string {
  return quantity.replace(/i$/, "B");
}
