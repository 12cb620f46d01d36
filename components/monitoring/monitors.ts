import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import { OUTSIDE, type Flow, type Part, type Scrape } from "../kit/traffic";
import { jobsOf } from "./prometheus-render";
import type { MonitoringValues } from "./values";

export interface MonitorsArgs {
  readonly bed: Bed;
  readonly values: MonitoringValues;
  readonly scrapes: readonly Scrape[];
}

/**
 * A PodMonitor per job, for a Prometheus operator that the cluster has. Its Prometheus runs in a namespace that the bed does not
 * know, so the metrics ports, and no others, open to every address.
 */
export class Monitors extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];

  public constructor(name: string, { bed, values, scrapes }: MonitorsArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:monitoring:Monitors", name, {}, opts);
    const own = labels(name, bed.namespace, "monitoring");
    for (const job of jobsOf(scrapes)) {
      new k8s.apiextensions.CustomResource(
        `${name}-${job.name}`,
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PodMonitor",
          metadata: { namespace: bed.namespace, labels: { ...own.all, ...values.serviceMonitorLabels }, annotations: leafAnnotations },
          spec: {
            selector: { matchLabels: labels(job.workload, bed.namespace, "").selector },
            podMetricsEndpoints: job.ports.map((port) => ({
              targetPort: port,
              path: job.path,
              interval: values.prometheus.scrapeInterval,
            })),
          },
        },
        { parent: this },
      );
    }
    this.flows = scrapes.map(({ workload, port }) => ({ from: OUTSIDE, to: workload, port }));
    this.registerOutputs();
  }
}
