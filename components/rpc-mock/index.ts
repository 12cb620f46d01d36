import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import type { Image } from "../kit/schemas";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import type { Flow, Part } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import * as render from "./render";
import type { RpcMockValues } from "./values";

export interface RpcMockArgs {
  readonly bed: Bed;
  readonly values: RpcMockValues;
  readonly image: Image;
}

/** A mock of Canopy's RPC: several chains of a fixed height, the same at every start. */
export class RpcMock extends pulumi.ComponentResource implements Part {
  /** Its chains, each at a port of its own. */
  public readonly endpoints: readonly render.ChainRpcEndpoint[];
  public readonly flows: readonly Flow[] = [];

  public constructor(name: string, args: RpcMockArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:chain:RpcMock", name, {}, opts);
    const { bed, values } = args;
    const own = labels(name, bed.namespace, "chain");
    const metadata = { name, namespace: bed.namespace, labels: own.all };
    this.endpoints = render.rpcMockEndpoints(values, bed.namespace);
    const ports = this.endpoints.map((chain) => ({ name: render.portName(chain), number: chain.port }));

    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: ports.map((port) => ({ name: port.name, port: port.number })) },
      },
      { parent: this },
    );

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
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
              containers: [
                {
                  name: "rpc-mock",
                  image: imageReference(bed.images, args.image),
                  imagePullPolicy: "IfNotPresent",
                  args: render.rpcMockArgs(values),
                  ports: ports.map((port) => ({ name: port.name, containerPort: port.number })),
                  // It makes one chain after the other: where the last one answers, all do.
                  ...probes({ httpGet: { path: render.PROBE_PATH, port: ports.at(-1)?.name ?? "" } }, bed.podSeconds),
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
    this.registerOutputs({ endpoints: this.endpoints });
  }
}
