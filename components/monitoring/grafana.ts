import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { plainEnv, secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { serviceAnnotations } from "../kit/services";
import { flowsTo, type Endpoint, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import * as render from "./grafana-render";
import { GRAFANA_PORT, grafanaEndpoint } from "./render";
import type { MonitoringValues } from "./values";

export interface GrafanaArgs {
  readonly bed: Bed;
  readonly values: MonitoringValues;
  readonly prometheus: Endpoint;
  /** Password of the user `admin`. */
  readonly admin: SecretKey;
  /** What there is to be shown. */
  readonly scrapes: readonly Scrape[];
}

/**
 * Grafana with one data source and generated dashboards, all from files. Its database is scratch: what is clicked together is
 * gone with the pod, and so is nothing that counts. A changed dashboard rolls the pod.
 */
export class Grafana extends pulumi.ComponentResource implements Part {
  public readonly endpoint: Endpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: GrafanaArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:monitoring:Grafana", name, {}, opts);
    const { bed } = args;
    const values = args.values.grafana;
    const own = labels(name, bed.namespace, "monitoring");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };

    const datasources = new k8s.core.v1.ConfigMap(
      `${name}-datasources`,
      {
        metadata: leaf,
        immutable: true,
        data: { "prometheus.yaml": render.renderDatasource(args.prometheus, args.values.prometheus) },
      },
      child,
    );
    const dashboards = new k8s.core.v1.ConfigMap(
      `${name}-dashboards`,
      { metadata: leaf, immutable: true, data: render.renderDashboards(args.scrapes) },
      child,
    );
    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { selector: own.selector, ports: [{ name: "http", port: GRAFANA_PORT, targetPort: "http" }] },
      },
      child,
    );

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { ...metadata, name },
        spec: {
          ...rollout(bed),
          replicas: 1,
          selector: { matchLabels: own.selector },
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(render.USER),
              terminationGracePeriodSeconds: Math.min(bed.terminationGracePeriodSeconds, 10),
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "datasources", configMap: { name: datasources.metadata.name } },
                { name: "dashboards", configMap: { name: dashboards.metadata.name } },
                { name: "data", emptyDir: { sizeLimit: "256Mi" } },
                { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
              ],
              containers: [
                {
                  name: "grafana",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  env: [...plainEnv(render.grafanaEnv()), ...secretEnv({ GF_SECURITY_ADMIN_PASSWORD: args.admin })],
                  ports: [{ name: "http", containerPort: GRAFANA_PORT }],
                  ...probes({ httpGet: { path: "/api/health", port: "http" } }, bed.podSeconds),
                  volumeMounts: [
                    { name: "datasources", mountPath: render.DATASOURCES_DIR, readOnly: true },
                    { name: "dashboards", mountPath: render.DASHBOARDS_DIR, readOnly: true },
                    { name: "data", mountPath: render.DATA_DIR },
                    { name: "tmp", mountPath: "/tmp" },
                  ],
                  resources: values.resources,
                  securityContext: containerSecurity,
                  terminationMessagePolicy: "FallbackToLogsOnError",
                },
              ],
            },
          },
        },
      },
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );

    this.endpoint = grafanaEndpoint(bed.namespace);
    this.flows = flowsTo(name, args.prometheus);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
