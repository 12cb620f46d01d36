import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { liveness, probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, peersSpec, serviceAnnotations } from "../kit/services";
import { oneAtATime, spreadStrict } from "../kit/spread";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { among, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import * as render from "./render";
import type { ElasticsearchValues } from "./values";

export { elasticsearchEndpoint, type ElasticsearchEndpoint } from "./render";

export interface ElasticsearchArgs {
  readonly bed: Bed;
  readonly values: ElasticsearchValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
  /** Password of the built-in superuser. */
  readonly superuser: SecretKey;
}

/**
 * An Elasticsearch cluster with password authentication: one StatefulSet, all nodes at once. Time to ready: about 20 s with
 * the image cached. A new config rolls the pods; an edit that would replace the set is refused before it is tried.
 */
export class Elasticsearch extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];
  /** Jobs run again when it is replaced. */
  public readonly set: k8s.apps.v1.StatefulSet;

  public constructor(name: string, args: ElasticsearchArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:Elasticsearch", name, {}, opts);
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
        data: { "elasticsearch.yml": render.renderElasticsearchYml(values, `${peers}.${bed.namespace}.svc`) },
      },
      child,
    );

    new k8s.core.v1.Service(
      peers,
      {
        metadata: { ...metadata, name: peers, annotations: serviceAnnotations },
        spec: { ...peersSpec, selector: own.selector, ports: [{ name: "transport", port: render.PORTS.transport }] },
      },
      child,
    );
    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "http", port: render.PORTS.http }] },
      },
      child,
    );

    if (bed.placement === "spread") {
      new k8s.policy.v1.PodDisruptionBudget(name, { metadata: { ...leaf, name }, spec: oneAtATime(own.selector) }, child);
    }

    const image = imageReference(bed.images, values.image);
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
                { name: "rendered", configMap: { name: config.metadata.name } },
                { name: "config", emptyDir: { sizeLimit: "16Mi" } },
                { name: "logs", emptyDir: { sizeLimit: "1Gi" } },
                { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
              ],
              initContainers: [
                {
                  name: "config",
                  image,
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", render.configScript(values)],
                  // The certificate tool reads this one; ES_JAVA_OPTS is the server's alone.
                  env: [{ name: "CLI_JAVA_OPTS", value: "-Xmx128m" }],
                  volumeMounts: [
                    { name: "rendered", mountPath: "/rendered", readOnly: true },
                    { name: "config", mountPath: "/config" },
                    { name: "logs", mountPath: `${render.HOME}/logs` },
                    { name: "tmp", mountPath: "/tmp" },
                  ],
                  resources: values.resources,
                  securityContext: containerSecurity,
                },
              ],
              containers: [
                {
                  name: "elasticsearch",
                  image,
                  imagePullPolicy: "IfNotPresent",
                  env: [
                    { name: "ES_JAVA_OPTS", value: render.javaOptions(values) },
                    { name: "ES_TMPDIR", value: "/tmp" },
                    ...secretEnv({ ELASTIC_PASSWORD: args.superuser }),
                  ],
                  ports: [
                    { name: "http", containerPort: render.PORTS.http },
                    { name: "transport", containerPort: render.PORTS.transport },
                    { name: "readiness", containerPort: render.PORTS.readiness },
                  ],
                  ...probes({ tcpSocket: { port: "readiness" } }, bed.podSeconds),
                  // The readiness port closes when the master is lost; restarting this node would not bring it back.
                  livenessProbe: liveness({ tcpSocket: { port: "transport" } }),
                  volumeMounts: [
                    { name: "config", mountPath: render.CONFIG_DIR },
                    { name: identity.claim.name, mountPath: render.DATA_DIR },
                    { name: "logs", mountPath: `${render.HOME}/logs` },
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
        customTimeouts: parallelTimeouts(bed),
      },
    );

    this.flows = among(name, render.PORTS.transport);
    this.registerOutputs();
  }
}
