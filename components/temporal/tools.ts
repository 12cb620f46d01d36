import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { serviceAnnotations } from "../kit/services";
import { oneAtATime, spreadSoft } from "../kit/spread";
import { flowsTo, type Endpoint, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import type { TemporalEndpoint } from "./index";
import type { TemporalValues } from "./values";

/** How to reach the web UI: plain data. */
export type TemporalUiEndpoint = Endpoint;

export interface TemporalToolsArgs {
  readonly bed: Bed;
  readonly values: TemporalValues;
  readonly server: TemporalEndpoint;
}

const USER = 1000;
const UI_PORT = 8080;

/** What a person uses on a running Temporal: the web UI, and a pod with the command-line tools to `kubectl exec` into. */
export class TemporalTools extends pulumi.ComponentResource implements Part {
  public readonly endpoint: TemporalUiEndpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: TemporalToolsArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:engine:TemporalTools", name, {}, opts);
    const { bed, values, server } = args;
    const child = { parent: this };
    const address = `${server.host}:${server.port}`;
    const ui = labels("temporal-ui", bed.namespace, "tools");
    const admin = labels("temporal-admin-tools", bed.namespace, "tools");
    const pod = {
      ...podSecurity(USER),
      terminationGracePeriodSeconds: Math.min(bed.terminationGracePeriodSeconds, 10),
      imagePullSecrets: pullSecrets(bed.images),
      volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
    };

    new k8s.apps.v1.Deployment(
      "temporal-ui",
      {
        metadata: { name: "temporal-ui", namespace: bed.namespace, labels: ui.all },
        spec: {
          ...rollout(bed),
          replicas: values.ui.replicas,
          selector: { matchLabels: ui.selector },
          template: {
            metadata: { labels: ui.all },
            spec: {
              ...pod,
              ...spreadSoft(bed.placement, ui.selector),
              containers: [
                {
                  name: "ui",
                  image: imageReference(bed.images, values.uiImage),
                  imagePullPolicy: "IfNotPresent",
                  env: [
                    { name: "TEMPORAL_ADDRESS", value: address },
                    { name: "TEMPORAL_UI_PORT", value: String(UI_PORT) },
                  ],
                  ports: [{ name: "http", containerPort: UI_PORT }],
                  ...probes({ httpGet: { path: "/healthz", port: "http" } }, bed.podSeconds),
                  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                  resources: values.ui.resources,
                  securityContext: containerSecurity,
                },
              ],
            },
          },
        },
      },
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );
    new k8s.core.v1.Service(
      "temporal-ui",
      {
        metadata: {
          name: "temporal-ui",
          namespace: bed.namespace,
          labels: ui.all,
          annotations: serviceAnnotations,
        },
        spec: { selector: ui.selector, ports: [{ name: "http", port: UI_PORT, targetPort: "http" }] },
      },
      child,
    );
    if (bed.placement === "spread" && values.ui.replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        "temporal-ui",
        {
          metadata: { name: "temporal-ui", namespace: bed.namespace, labels: ui.all, annotations: leafAnnotations },
          spec: oneAtATime(ui.selector),
        },
        child,
      );
    }

    new k8s.apps.v1.Deployment(
      "temporal-admin-tools",
      {
        metadata: { name: "temporal-admin-tools", namespace: bed.namespace, labels: admin.all },
        spec: {
          ...rollout(bed),
          replicas: 1,
          selector: { matchLabels: admin.selector },
          template: {
            metadata: { labels: admin.all },
            spec: {
              ...pod,
              containers: [
                {
                  name: "admin-tools",
                  image: imageReference(bed.images, values.adminToolsImage),
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
                  env: [
                    { name: "TEMPORAL_ADDRESS", value: address },
                    { name: "HOME", value: "/tmp" },
                  ],
                  ...probes({ exec: { command: ["temporal", "--version"] } }, bed.podSeconds),
                  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
                  resources: values.adminTools.resources,
                  securityContext: containerSecurity,
                },
              ],
            },
          },
        },
      },
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );

    this.endpoint = { host: `temporal-ui.${bed.namespace}.svc`, port: UI_PORT, workload: "temporal-ui" };
    this.flows = ["temporal-ui", "temporal-admin-tools"].flatMap((name) => flowsTo(name, server));
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
