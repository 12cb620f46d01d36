import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, peersSpec, serviceAnnotations } from "../kit/services";
import { oneAtATime, spreadStrict } from "../kit/spread";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { among, type Flow, type Part } from "../kit/traffic";
import { orderedTimeouts } from "../kit/workload";
import * as render from "./render";
import type { CassandraValues } from "./values";

export { cassandraEndpoint, type CassandraEndpoint } from "./render";
export { cassandraRoles } from "./roles-job";

export interface CassandraArgs {
  readonly bed: Bed;
  readonly values: CassandraValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
}

/**
 * A Cassandra cluster with password authentication: one StatefulSet whose nodes join one after the other. Time to ready: about 20 s a
 * node with the image cached. A new config rolls the pods; an edit that would replace the set is refused before it is tried.
 */
export class Cassandra extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];
  /** Jobs run again when it is replaced. */
  public readonly set: k8s.apps.v1.StatefulSet;

  public constructor(name: string, args: CassandraArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:Cassandra", name, {}, opts);
    const { bed, values, identity } = args;
    const own = labels(name, bed.namespace, "store");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };
    const peers = identity.serviceName;

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: leaf,
        immutable: true,
        data: {
          "cassandra.yaml": render.renderCassandraYaml(values, `${name}-0.${peers}.${bed.namespace}.svc`),
          "cassandra-rackdc.properties": render.renderRackDc(values),
        },
      },
      child,
    );

    new k8s.core.v1.Service(
      peers,
      {
        metadata: { ...metadata, name: peers, annotations: serviceAnnotations },
        spec: { ...peersSpec, selector: own.selector, ports: [{ name: "gossip", port: render.PORTS.gossip }] },
      },
      child,
    );
    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "cql", port: render.PORTS.cql }] },
      },
      child,
    );

    if (bed.placement === "spread") {
      new k8s.policy.v1.PodDisruptionBudget(name, { metadata: { ...leaf, name }, spec: oneAtATime(own.selector) }, child);
    }

    const configFile = (file: string) => ({ name: "config", mountPath: `${render.CONFIG_DIR}/${file}`, subPath: file, readOnly: true });
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
              ...spreadStrict(bed.placement, own.selector),
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "logs", emptyDir: { sizeLimit: "1Gi" } },
                { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
              ],
              containers: [
                {
                  name: "cassandra",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  // Not the image's entry point: that one edits the config in place, and the root is read-only.
                  command: ["/bin/bash", "-c", render.startScript(`${peers}.${bed.namespace}.svc`)],
                  env: [
                    { name: "MAX_HEAP_SIZE", value: render.heapSize(values) },
                    { name: "MAX_DIRECT_MEMORY_SIZE", value: render.directMemorySize(values) },
                    { name: "JVM_EXTRA_OPTS", value: render.extraJvmOptions(values) },
                    { name: "CASSANDRA_LOG_DIR", value: render.LOG_DIR },
                    { name: "HOME", value: "/tmp" },
                  ],
                  ports: [
                    { name: "cql", containerPort: render.PORTS.cql },
                    { name: "gossip", containerPort: render.PORTS.gossip },
                  ],
                  // The port opens when the node has joined, so an open port is a ready node.
                  ...probes({ tcpSocket: { port: "cql" } }, bed.podSeconds),
                  volumeMounts: [
                    configFile("cassandra.yaml"),
                    configFile("cassandra-rackdc.properties"),
                    { name: identity.claim.name, mountPath: render.DATA_DIR },
                    { name: "logs", mountPath: render.LOG_DIR },
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
      {
        parent: this,
        protect: isProtected(identity, bed),
        customTimeouts: orderedTimeouts(bed, values.replicas),
      },
    );

    // A node that joins waits for the one before it to serve.
    this.flows = among(name, render.PORTS.gossip, render.PORTS.cql);
    this.registerOutputs();
  }
}
