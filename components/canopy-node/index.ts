import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import type { Image } from "../kit/schemas";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import type { Flow, Part, Scrape } from "../kit/traffic";
import { orderedTimeouts } from "../kit/workload";
import type { ChainRpcEndpoint } from "../rpc-mock/render";
import * as render from "./render";
import type { CanopyNodeValues } from "./values";

export interface CanopyNodeArgs {
  readonly bed: Bed;
  readonly values: CanopyNodeValues;
  readonly image: Image;
  readonly identity: SetIdentity;
  readonly validatorKey: SecretKey;
}

/** A Canopy node that makes the blocks of a chain of its own: one validator, no peers, no wallet and no explorer. */
export class CanopyNode extends pulumi.ComponentResource implements Part {
  public readonly endpoint: ChainRpcEndpoint;
  /** It has no peers, and its root chain is itself. */
  public readonly flows: readonly Flow[] = [];
  public readonly scrapes: readonly Scrape[];

  public constructor(name: string, args: CanopyNodeArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:chain:CanopyNode", name, {}, opts);
    const { bed, values, identity, validatorKey } = args;
    const own = labels(name, bed.namespace, "chain");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const child = { parent: this };
    const image = imageReference(bed.images, args.image);
    const data = { name: identity.claim.name, mountPath: render.HOME };

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { ...metadata, annotations: leafAnnotations },
        immutable: true,
        data: { "config.json": render.configJson(values) },
      },
      child,
    );

    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "rpc", port: render.PORTS.rpc }] },
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
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "rendered", configMap: { name: config.metadata.name } },
                { name: "secret", secret: { secretName: validatorKey.secretName, items: [{ key: validatorKey.key, path: "key" }] } },
              ],
              initContainers: [
                {
                  name: "config",
                  image,
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", render.configScript()],
                  volumeMounts: [
                    data,
                    { name: "rendered", mountPath: "/rendered", readOnly: true },
                    { name: "secret", mountPath: "/secret", readOnly: true },
                  ],
                  resources: values.resources,
                  securityContext: containerSecurity,
                  terminationMessagePolicy: "FallbackToLogsOnError",
                },
              ],
              containers: [
                {
                  name: "canopy-node",
                  image,
                  imagePullPolicy: "IfNotPresent",
                  args: ["start", "--data-dir", render.DATA_DIR],
                  env: [{ name: "HOME", value: render.HOME }],
                  ports: [
                    { name: "rpc", containerPort: render.PORTS.rpc },
                    { name: "admin", containerPort: render.PORTS.admin },
                    { name: "p2p", containerPort: render.PORTS.p2p },
                    ...(values.metricsEnabled ? [{ name: "metrics", containerPort: render.PORTS.metrics }] : []),
                  ],
                  ...probes({ httpGet: { path: render.PROBE_PATH, port: "rpc" } }, bed.podSeconds),
                  volumeMounts: [data],
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
        customTimeouts: orderedTimeouts(bed, identity.replicas),
      },
    );
    this.endpoint = render.canopyNodeEndpoint(bed.namespace);
    this.scrapes = values.metricsEnabled ? [{ workload: name, port: render.PORTS.metrics, path: "/metrics" }] : [];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
