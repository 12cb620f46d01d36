import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CassandraEndpoint } from "../cassandra/index";
import type { ElasticsearchEndpoint } from "../elasticsearch/index";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import { oneAtATime, spreadSoft } from "../kit/spread";
import { flowsTo, type Endpoint, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import * as render from "./render";
import { TEMPORAL_ROLES, type TemporalRole } from "./roles";
import type { TemporalValues } from "./values";

export { temporalCluster } from "./cluster-job";
export { temporalNamespaces } from "./namespaces-job";
export { temporalSchema } from "./schema-job";
export { TemporalTools } from "./tools";
export { temporalVisibility } from "./visibility-job";

/** How to reach Temporal. One address per frontend pod: a client that balances by itself dials `dns:///<host>:<port>`. */
export type TemporalEndpoint = Endpoint;

export interface TemporalArgs {
  readonly bed: Bed;
  readonly values: TemporalValues;
  readonly store: CassandraEndpoint;
  readonly visibility: ElasticsearchEndpoint;
  readonly storePassword: SecretKey;
  readonly visibilityPassword: SecretKey;
}

/** User and group of the upstream images. */
const USER = 1000;

/** gRPC health names. The package of history and matching reads odd, but is what the server registers. */
const HEALTH = {
  frontend: "temporal.api.workflowservice.v1.WorkflowService",
  history: "temporal.api.workflowservice.v1.HistoryService",
  matching: "temporal.api.workflowservice.v1.MatchingService",
} as const;

/**
 * The four server roles, each a Deployment with its own replicas, resources and configuration. A limit edit changes the
 * one mutable ConfigMap and restarts nothing; any other configuration is a new ConfigMap and rolls the role it belongs to.
 */
export class Temporal extends pulumi.ComponentResource implements Part {
  public readonly endpoint: TemporalEndpoint;
  public readonly flows: readonly Flow[];
  public readonly scrapes: readonly Scrape[];

  public constructor(name: string, args: TemporalArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:engine:Temporal", name, {}, opts);
    const { bed, values } = args;
    const child = { parent: this };
    const shared = labels(name, bed.namespace, "engine");

    // Fixed name, mutable, mounted as a directory, part of no checksum: the kubelet refreshes it in running pods.
    const dynamicConfig = new k8s.core.v1.ConfigMap(
      `${name}-dynamic-config`,
      {
        metadata: { name: `${name}-dynamic-config`, namespace: bed.namespace, labels: shared.all, annotations: leafAnnotations },
        data: { "dynamic-config.yaml": render.renderDynamicConfig(values) },
      },
      child,
    );

    for (const role of TEMPORAL_ROLES) this.createRole(`${name}-${role}`, role, args, dynamicConfig);

    const frontend = labels(`${name}-frontend`, bed.namespace, "engine");
    new k8s.core.v1.Service(
      `${name}-frontend`,
      {
        metadata: {
          name: `${name}-frontend`,
          namespace: bed.namespace,
          labels: frontend.all,
          annotations: serviceAnnotations,
        },
        spec: {
          ...headlessSpec,
          selector: frontend.selector,
          ports: [
            { name: "grpc-frontend", port: render.PORTS.frontend.grpc },
            { name: "http-frontend", port: render.HTTP_PORT },
          ],
        },
      },
      child,
    );

    this.endpoint = { host: `${name}-frontend.${bed.namespace}.svc`, port: render.PORTS.frontend.grpc, workload: `${name}-frontend` };
    // Every role is a member of one ring, and calls the others; the worker role serves no calls.
    this.flows = TEMPORAL_ROLES.flatMap((from) => [
      ...flowsTo(`${name}-${from}`, args.store, args.visibility),
      ...TEMPORAL_ROLES.flatMap((to) => {
        const { grpc, membership } = render.PORTS[to];
        return [membership, ...(to === "worker" ? [] : [grpc])].map((port) => ({ from: `${name}-${from}`, to: `${name}-${to}`, port }));
      }),
    ]);
    this.scrapes = TEMPORAL_ROLES.map((role) => ({ workload: `${name}-${role}`, port: render.METRICS_PORT, path: "/metrics" }));
    this.registerOutputs({ endpoint: this.endpoint });
  }

  private createRole(name: string, role: TemporalRole, args: TemporalArgs, dynamicConfig: k8s.core.v1.ConfigMap): void {
    const { bed, values } = args;
    const own = labels(name, bed.namespace, "engine");
    const child = { parent: this };
    const ports = render.PORTS[role];
    const metadata = { name, namespace: bed.namespace, labels: own.all };

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { namespace: bed.namespace, labels: own.all, annotations: leafAnnotations },
        immutable: true,
        data: {
          "config.yaml": render.renderServerConfig(values, values[role], {
            cassandra: { host: args.store.host, port: args.store.port, user: args.store.user },
            elasticsearch: { host: args.visibility.host, port: args.visibility.port, user: args.visibility.user },
          }),
        },
      },
      child,
    );

    if (bed.placement === "spread" && values[role].replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        name,
        {
          metadata: { ...metadata, annotations: leafAnnotations },
          spec: oneAtATime(own.selector),
        },
        child,
      );
    }

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          ...rollout(bed),
          replicas: values[role].replicas,
          selector: { matchLabels: own.selector },
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(USER),
              ...spreadSoft(bed.placement, own.selector),
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "dynamic-config", configMap: { name: dynamicConfig.metadata.name } },
              ],
              containers: [
                {
                  name: role,
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  command: ["temporal-server", "--config-file", render.CONFIG_FILE, "start", "--service", role],
                  env: [
                    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
                    ...secretEnv({ CASSANDRA_PASSWORD: args.storePassword, ELASTICSEARCH_PASSWORD: args.visibilityPassword }),
                  ],
                  ports: [
                    { name: "grpc", containerPort: ports.grpc },
                    { name: "membership", containerPort: ports.membership },
                    { name: "metrics", containerPort: render.METRICS_PORT },
                    ...(role === "frontend" ? [{ name: "http", containerPort: render.HTTP_PORT }] : []),
                  ],
                  // The worker role serves no gRPC: its metrics page is all it answers.
                  ...probes(
                    role === "worker"
                      ? { httpGet: { path: "/metrics", port: "metrics" } }
                      : { grpc: { port: ports.grpc, service: HEALTH[role] } },
                    bed.podSeconds,
                  ),
                  volumeMounts: [
                    { name: "config", mountPath: "/etc/temporal/config", readOnly: true },
                    { name: "dynamic-config", mountPath: "/etc/temporal/dynamic-config", readOnly: true },
                  ],
                  resources: values[role].resources,
                  securityContext: containerSecurity,
                  // Its last words, which the engine and `kubectl describe` then show.
                  terminationMessagePolicy: "FallbackToLogsOnError",
                },
              ],
            },
          },
        },
      },
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );
  }
}
