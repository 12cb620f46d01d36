import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { plainEnv, secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, peersSpec, serviceAnnotations } from "../kit/services";
import { oneAtATime, placementOf, spreadStrict } from "../kit/spread";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { among, flowsTo, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import * as render from "./render";
import type { ChronikValues } from "./values";

export { chronikEndpoint, type ChronikEndpoint } from "./render";
export { chronikTopics } from "./topics-job";

export interface ChronikArgs {
  readonly bed: Bed;
  readonly values: ChronikValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
  /** Key of the administration routes, open to everybody without one. */
  readonly adminKey: SecretKey;
}

/** Sealing the log and the last pass of the indexer come after SIGTERM; upstream's operator leaves 30 s. A kill costs a replay. */
const LEAST_GRACE_SECONDS = 30;

/**
 * Chronik brokers: one StatefulSet, all at once, a Service for each. Ready means an open Kafka port, which is there before a
 * leader is: that the brokers can be used is what the topics job proves. A new configuration rolls them one after another.
 */
export class Chronik extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];
  public readonly scrapes: readonly Scrape[];
  /** Jobs run again when it is replaced. */
  public readonly set: k8s.apps.v1.StatefulSet;

  public constructor(name: string, args: ChronikArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:broker:Chronik", name, {}, opts);
    const { bed, values, identity } = args;
    const own = labels(name, bed.namespace, "broker");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };
    const cluster = values.mode === "cluster";
    const nodes = render.nodesOf(values);
    const placement = placementOf(bed.placement, identity.replicas);

    const files = render.renderClusterFiles(values, bed.namespace);
    const config = cluster
      ? new k8s.core.v1.ConfigMap(`${name}-config`, { metadata: leaf, immutable: true, data: files }, child)
      : undefined;
    const service = (object: string, spec: object) =>
      new k8s.core.v1.Service(object, { metadata: { ...metadata, name: object, annotations: serviceAnnotations }, spec }, child);
    const { kafka, wal, raft } = render.PORTS;
    const clientPorts = [{ name: "kafka", port: kafka }];
    const memberPorts = [...clientPorts, { name: "wal", port: wal }, { name: "raft", port: raft }];
    const apiPort = (port: number) => ({ name: "api", port });
    service(identity.serviceName, { ...peersSpec, selector: own.selector, ports: cluster ? memberPorts : clientPorts });
    const [first] = nodes;
    service(name, {
      ...headlessSpec,
      selector: own.selector,
      ports: cluster || first === undefined ? clientPorts : [...clientPorts, apiPort(first.ports.api)],
    });
    // An address of its own that is there before the pod is: brokers exit when the name of a peer is unknown.
    const addresses = (cluster ? nodes : []).map((node) =>
      service(node.name, {
        publishNotReadyAddresses: true,
        selector: { ...own.selector, "statefulset.kubernetes.io/pod-name": node.name },
        ports: [...memberPorts, apiPort(node.ports.api)],
      }),
    );

    if (placement === "spread") {
      new k8s.policy.v1.PodDisruptionBudget(name, { metadata: { ...leaf, name }, spec: oneAtATime(own.selector) }, child);
    }

    this.set = new k8s.apps.v1.StatefulSet(
      name,
      {
        metadata: { ...metadata, name },
        spec: {
          ...setFields(identity),
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(render.USER),
              ...spreadStrict(placement, own.selector),
              terminationGracePeriodSeconds: Math.max(bed.terminationGracePeriodSeconds, LEAST_GRACE_SECONDS),
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
                ...(config ? [{ name: "config", configMap: { name: config.metadata.name } }] : []),
              ],
              containers: [
                {
                  name: "chronik",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  command: render.serverCommand(values, bed.namespace),
                  env: [...plainEnv(render.serverEnv(values, bed.namespace)), ...secretEnv(render.serverSecretEnv(values, args.adminKey))],
                  // One template for all brokers, so it lists the ports of each.
                  ports: [
                    ...(cluster ? memberPorts : clientPorts).map(({ name: port, port: containerPort }) => ({ name: port, containerPort })),
                    ...nodes.flatMap(({ id, ports }) => [
                      { name: `api-${id}`, containerPort: ports.api },
                      { name: `metrics-${id}`, containerPort: ports.metrics },
                    ]),
                  ],
                  // No route tells of a quorum: /health and /ready say yes from the first moment on.
                  ...probes({ tcpSocket: { port: "kafka" } }, bed.podSeconds),
                  volumeMounts: [
                    { name: identity.claim.name, mountPath: render.DATA_DIR },
                    { name: "tmp", mountPath: "/tmp" },
                    ...(config ? [{ name: "config", mountPath: render.CONFIG_DIR, readOnly: true }] : []),
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
        dependsOn: addresses,
        protect: isProtected(identity, bed),
        customTimeouts: parallelTimeouts(bed),
      },
    );

    this.flows = [...among(name, ...render.memberPorts(values)), ...flowsTo(name, render.objectStoreEndpoint(values))];
    this.scrapes = render.scrapesOf(values);
    this.registerOutputs();
  }
}
