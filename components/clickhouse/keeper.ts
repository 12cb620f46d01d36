import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { liveness, probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { peersSpec, serviceAnnotations } from "../kit/services";
import { oneAtATime, placementOf, spreadStrict } from "../kit/spread";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import { among, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import * as render from "./keeper-render";
import { USER } from "./render";
import type { KeeperValues } from "./values";

export { keeperEndpoint, type KeeperEndpoint } from "./keeper-render";

export interface ClickHouseKeeperArgs {
  readonly bed: Bed;
  readonly values: KeeperValues;
  /** What cannot change in place; the guard has compared it with the cluster. */
  readonly identity: SetIdentity;
}

/** The Keepers of the ClickHouse cluster: ready when they have a leader. A new config rolls the pods one by one. */
export class ClickHouseKeeper extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];
  public readonly scrapes: readonly Scrape[];

  public constructor(name: string, args: ClickHouseKeeperArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:ClickHouseKeeper", name, {}, opts);
    const { bed, values, identity } = args;
    const own = labels(name, bed.namespace, "store");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const leaf = { ...metadata, annotations: leafAnnotations };
    const child = { parent: this };
    const peers = identity.serviceName;
    const placement = placementOf(bed.placement, identity.replicas);

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: leaf,
        immutable: true,
        data: render.renderKeeperConfig(values, render.keeperEndpoint(values, bed.namespace).hosts),
      },
      child,
    );
    new k8s.core.v1.Service(
      peers,
      {
        metadata: { ...metadata, name: peers, annotations: serviceAnnotations },
        spec: {
          ...peersSpec,
          selector: own.selector,
          ports: [
            { name: "client", port: render.KEEPER_PORTS.client },
            { name: "raft", port: render.KEEPER_PORTS.raft },
          ],
        },
      },
      child,
    );
    if (placement === "spread") {
      new k8s.policy.v1.PodDisruptionBudget(name, { metadata: { ...leaf, name }, spec: oneAtATime(own.selector) }, child);
    }

    new k8s.apps.v1.StatefulSet(
      name,
      {
        metadata: { ...metadata, name },
        spec: {
          ...setFields(identity),
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(USER),
              ...spreadStrict(placement, own.selector),
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
              ],
              containers: [
                {
                  name: "keeper",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", render.keeperStartScript()],
                  env: [
                    { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                    { name: "CLICKHOUSE_WATCHDOG_ENABLE", value: "0" },
                  ],
                  ports: Object.entries(render.KEEPER_PORTS).map(([port, containerPort]) => ({ name: port, containerPort })),
                  ...probes({ httpGet: { path: "/ready", port: "control" } }, bed.podSeconds),
                  // Not ready is a Keeper without a leader; restarting it would not bring one back.
                  livenessProbe: liveness({ tcpSocket: { port: "client" } }),
                  volumeMounts: [
                    { name: "config", mountPath: render.KEEPER_CONFIG_DIR, readOnly: true },
                    { name: identity.claim.name, mountPath: render.KEEPER_DATA_DIR },
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

    this.flows = among(name, render.KEEPER_PORTS.raft);
    this.scrapes = [{ workload: name, port: render.KEEPER_PORTS.metrics, path: "/metrics" }];
    this.registerOutputs();
  }
}
