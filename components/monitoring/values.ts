import { z } from "zod";
import { Bytes, Duration, Image, Resources, Storage } from "../kit/schemas";
import { bytes, seconds } from "../kit/units";

/** Part of the disk that blocks may fill; the rest is for the write-ahead log, the newest samples and compaction. */
const BLOCKS_SHARE = 0.8;

/** Alert rules look back five minutes, and a rate needs four samples to bear a lost one. */
const LONGEST_INTERVAL = 60;

const PrometheusValues = z
  .strictObject({
    enabled: z.boolean().meta({
      description: "Whether the bed has a Prometheus of its own. false takes it away, and its claim where it is not kept.",
      source: "this bed: one that needs no operator and no cluster-wide right",
    }),
    image: Image.extend({
      tag: Image.shape.tag.meta({
        description: "Pinned tag. Changing it restarts the pod.",
        source: "Prometheus 3.15.0: the oldest that is tested here; retention in the configuration file needs a 3.x of its year",
      }),
    }),
    scrapeInterval: Duration.meta({
      description: "Time between two scrapes of a pod, and between two evaluations of the rules. At most 60s. Restarts the pod.",
      source: "Prometheus 3.15, scrape_interval, evaluation_interval; 15s is that of its own example configuration",
    }),
    retention: z.strictObject({
      time: Duration.meta({
        description: "How long samples are kept, unless their size is reached before. Restarts the pod.",
        source: "Prometheus 3.15, storage.tsdb.retention.time; its default is 15d",
      }),
      size: Bytes.meta({
        description: "How much disk the blocks may take: the oldest go first. At most 80 % of storage.size. Restarts the pod.",
        source: "Prometheus 3.15, storage.tsdb.retention.size; its storage page asks for 15 to 20 % of room above it",
      }),
    }),
    resources: Resources,
    storage: Storage,
  })
  .check((ctx) => {
    const { retention, storage, scrapeInterval } = ctx.value;
    const problem = (path: string[], message: string) => ctx.issues.push({ code: "custom", path, message, input: ctx.value });
    if ((bytes(retention.size) ?? 0) > (bytes(storage.size) ?? Infinity) * BLOCKS_SHARE) {
      problem(["retention", "size"], `at most 80 % of storage.size ${storage.size}; lower it, or raise the disk of a new bed`);
    }
    if ((seconds(scrapeInterval) ?? 0) > LONGEST_INTERVAL) {
      problem(["scrapeInterval"], "at most 60s: the alert rules look back five minutes and would see too few samples");
    }
  });
export type PrometheusValues = z.infer<typeof PrometheusValues>;

const GrafanaValues = z.strictObject({
  enabled: z.boolean().meta({
    description: "Whether the bed has a Grafana on its Prometheus. false takes it away; it keeps nothing.",
    source: "this bed: on, off where its image cannot run",
  }),
  image: Image.extend({
    tag: Image.shape.tag.meta({
      description: "Pinned tag. Changing it restarts the pod. Not 13: it downloads the Prometheus data source when it starts.",
      source: "Grafana 12.4.2 closes CVE-2026-27876; Grafana 13 no longer carries the data source (pkg/setting/setting_plugins.go)",
    }),
  }),
  resources: Resources,
});
export type GrafanaValues = z.infer<typeof GrafanaValues>;

/** Knobs of Prometheus, Grafana, and of what a Prometheus operator of the cluster is told. */
export const MonitoringValues = z
  .strictObject({
    enabled: z.boolean().meta({
      description: "Whether the bed watches itself: false switches Prometheus, Grafana and the monitors off, whatever they say themselves.",
      source: "this bed: on, so that a slow start is seen from its first second",
    }),
    prometheus: PrometheusValues,
    grafana: GrafanaValues,
    serviceMonitors: z.boolean().meta({
      description:
        "true: a PodMonitor per workload for the Prometheus operator of the cluster, which must have its CRDs; the metrics ports then open to every address. Restarts nothing.",
      source: "prometheus-operator, monitoring.coreos.com/v1 PodMonitor; off, because this bed brings no CRDs",
    }),
    serviceMonitorLabels: z.record(z.string().min(1), z.string()).meta({
      description: "Labels of the PodMonitors, such as release: operators that select by label see none without theirs. Restarts nothing.",
      source: "prometheus-community/helm-charts #430, #840, #1631: monitors without the label are ignored in silence",
    }),
  })
  .check((ctx) => {
    const { enabled, prometheus, grafana } = ctx.value;
    if (!enabled || !grafana.enabled || prometheus.enabled) return;
    const message = "false while prometheus.enabled is: it would show empty pages; switch it off too, or Prometheus on";
    ctx.issues.push({ code: "custom", path: ["grafana", "enabled"], input: true, message });
  });
export type MonitoringValues = z.infer<typeof MonitoringValues>;
