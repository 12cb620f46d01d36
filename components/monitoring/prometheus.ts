import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { liveness, probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { API_SERVER, type Endpoint, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import * as render from "./prometheus-render";
import { ownScrapes, PROMETHEUS_PORT, prometheusEndpoint } from "./render";
import type { MonitoringValues } from "./values";

export interface PrometheusArgs {
  readonly bed: Bed;
  readonly values: MonitoringValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
  /** Pages of all other components. */
  readonly scrapes: readonly Scrape[];
}

/**
 * One Prometheus that finds the bed's pods by the API server, which it may ask for nothing else. It waits for no server, so it
 * sees them start. A new configuration rolls its pod: a gap of a few seconds in the samples.
 */
export class Prometheus extends pulumi.ComponentResource implements Part {
  public readonly endpoint: Endpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: PrometheusArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:monitoring:Prometheus", name, {}, opts);
    const { bed, identity } = args;
    const values = args.values.prometheus;
    const scrapes = [...args.scrapes, ...ownScrapes(args.values)];
    const own = labels(name, bed.namespace, "monitoring");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: leaf,
        immutable: true,
        data: {
          "prometheus.yml": render.renderPrometheusYml(values, scrapes, bed.namespace),
          "rules.yml": render.renderRules(scrapes),
        },
      },
      child,
    );
    const account = this.createAccount(name, leaf);

    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "http", port: PROMETHEUS_PORT }] },
      },
      child,
    );

    new k8s.apps.v1.StatefulSet(
      name,
      {
        metadata: { ...metadata, name },
        spec: {
          ...setFields(identity),
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(render.USER),
              serviceAccountName: account.metadata.name,
              automountServiceAccountToken: true,
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [{ name: "config", configMap: { name: config.metadata.name } }],
              containers: [
                {
                  name: "prometheus",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  args: render.prometheusArgs(),
                  ports: [{ name: "http", containerPort: PROMETHEUS_PORT }],
                  ...probes({ httpGet: { path: "/-/ready", port: "http" } }, bed.podSeconds),
                  // Not ready while it reads its write-ahead log, which a restart would only begin again.
                  livenessProbe: liveness({ httpGet: { path: "/-/healthy", port: "http" } }),
                  volumeMounts: [
                    { name: "config", mountPath: render.CONFIG_DIR, readOnly: true },
                    { name: identity.claim.name, mountPath: render.DATA_DIR },
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
      {
        parent: this,
        protect: isProtected(identity, bed),
        customTimeouts: parallelTimeouts(bed),
      },
    );

    this.endpoint = prometheusEndpoint(bed.namespace);
    this.flows = [{ from: name, to: API_SERVER, port: 443 }, ...scrapes.map(({ workload, port }) => ({ from: name, to: workload, port }))];
    this.registerOutputs({ endpoint: this.endpoint });
  }

  /** An account that may read the pods of its own namespace. */
  private createAccount(name: string, metadata: k8s.types.input.meta.v1.ObjectMeta): k8s.core.v1.ServiceAccount {
    const child = { parent: this };
    const account = new k8s.core.v1.ServiceAccount(name, { metadata, automountServiceAccountToken: false }, child);
    const role = new k8s.rbac.v1.Role(
      name,
      { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }] },
      child,
    );
    new k8s.rbac.v1.RoleBinding(
      name,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: metadata.namespace! }],
      },
      child,
    );
    return account;
  }
}
