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
import { oneAtATime, placementOf, spreadStrict } from "../kit/spread";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { among, flowsTo, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import type { KeeperEndpoint } from "./keeper";
import * as render from "./render";
import type { ClickHouseValues } from "./values";

export { ClickHouseKeeper, keeperEndpoint, type KeeperEndpoint } from "./keeper";
export { clickHouseEndpoint, type ClickHouseEndpoint } from "./render";

export interface ClickHouseArgs {
  readonly bed: Bed;
  readonly values: ClickHouseValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
  /** Password of the only user. */
  readonly application: SecretKey;
  /** What the servers agree in; undefined: one server that knows no cluster. */
  readonly keeper: KeeperEndpoint | undefined;
}

/**
 * ClickHouse servers, all of them replicas of one shard. A new config rolls the pods one by one; an edit that would replace
 * the set is refused before it is tried.
 */
export class ClickHouse extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];
  public readonly scrapes: readonly Scrape[];
  /** Jobs run again when it is replaced. */
  public readonly set: k8s.apps.v1.StatefulSet;

  public constructor(name: string, args: ClickHouseArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:ClickHouse", name, {}, opts);
    const { bed, values, identity } = args;
    const own = labels(name, bed.namespace, "store");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };
    const placement = placementOf(bed.placement, identity.replicas);
    const ports = (["http", "native", "interserver", "metrics"] as const).filter((port) => port !== "interserver" || args.keeper);

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: leaf, immutable: true, data: render.renderConfig(values, bed.namespace, args.keeper) },
      child,
    );

    const service = (resource: string, spec: object, served: readonly (keyof typeof render.PORTS)[]) =>
      new k8s.core.v1.Service(
        resource,
        {
          metadata: { ...metadata, name: resource, annotations: serviceAnnotations },
          spec: { ...spec, selector: own.selector, ports: served.map((port) => ({ name: port, port: render.PORTS[port] })) },
        },
        child,
      );
    service(
      identity.serviceName,
      peersSpec,
      ports.filter((port) => port === "native" || port === "interserver"),
    );
    service(name, headlessSpec, ["native", "http"]);

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
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
              ],
              containers: [
                {
                  name: "clickhouse",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  // Not the image's entrypoint: it writes users and directories into a root that is read-only.
                  command: ["/bin/sh", "-c", render.startScript(values)],
                  env: [
                    { name: render.ENV.pod, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                    { name: render.ENV.host, value: render.podHost(`$(${render.ENV.pod})`, bed.namespace) },
                    { name: "CLICKHOUSE_WATCHDOG_ENABLE", value: "0" },
                    ...secretEnv({ [render.ENV.password]: args.application }),
                  ],
                  ports: ports.map((port) => ({ name: port, containerPort: render.PORTS[port] })),
                  ...probes({ httpGet: { path: "/ping", port: "http" } }, bed.podSeconds),
                  // A server with all its connections in use answers no ping; a restart would end every query.
                  livenessProbe: liveness({ tcpSocket: { port: "native" } }),
                  volumeMounts: [
                    { name: "config", mountPath: render.CONFIG_DIR, readOnly: true },
                    { name: identity.claim.name, mountPath: render.DATA_DIR },
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

    const members = args.keeper === undefined ? [] : among(name, render.PORTS.native, render.PORTS.interserver);
    this.flows = [...members, ...flowsTo(name, args.keeper)];
    this.scrapes = [{ workload: name, port: render.PORTS.metrics, path: "/metrics" }];
    this.registerOutputs();
  }
}
