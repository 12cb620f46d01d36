import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { liveness, probes } from "../kit/probes";
import type { Image, Resources } from "../kit/schemas";
import { containerSecurity, podSecurity } from "../kit/security";
import { serviceAnnotations } from "../kit/services";
import { rollout } from "../kit/workload";
import { envList, START_SECONDS, type Env } from "./render";

/** One program of CanopyX: a Deployment of one pod. None of them knows of a second replica of itself. */
export interface Program {
  /** Workload, Deployment and Service. */
  readonly name: string;
  readonly container: string;
  readonly image: Image;
  readonly user: number;
  readonly command?: string[];
  readonly env: Env;
  readonly port: number;
  /** What is asked over HTTP to know that it is ready. */
  readonly path: string;
  readonly resources: Resources;
  /** Seconds to stop in, where the bed's are fewer. */
  readonly stopSeconds?: number;
  /** True: a new pod starts when the old one is gone, in every layer. */
  readonly alone?: boolean;
  /** Name of the account whose token the pod gets; no token without. */
  readonly account?: pulumi.Input<string>;
  /** Folders that it writes to. */
  readonly writable?: readonly string[];
  /** ConfigMap mounted at a folder, file by file. */
  readonly config?: { readonly name: pulumi.Input<string>; readonly mountPath: string };
}

export function deployment(bed: Bed, program: Program): k8s.apps.v1.DeploymentArgs {
  const own = labels(program.name, bed.namespace, "canopyx");
  const { account, config, writable = [] } = program;
  const http = { httpGet: { path: program.path, port: "http" } };
  const startSeconds = Math.max(bed.podSeconds, START_SECONDS);
  return {
    metadata: { name: program.name, namespace: bed.namespace, labels: own.all },
    spec: {
      ...rollout(program.alone === true ? { ...bed, placement: "single" } : bed),
      replicas: 1,
      selector: { matchLabels: own.selector },
      template: {
        metadata: { labels: own.all },
        spec: {
          ...podSecurity(program.user),
          ...(account === undefined ? {} : { serviceAccountName: account, automountServiceAccountToken: true }),
          terminationGracePeriodSeconds: Math.max(bed.terminationGracePeriodSeconds, program.stopSeconds ?? 0),
          imagePullSecrets: pullSecrets(bed.images),
          volumes: [
            ...writable.map((_, index) => ({ name: `writable-${index}`, emptyDir: { sizeLimit: "256Mi" } })),
            ...(config === undefined ? [] : [{ name: "config", configMap: { name: config.name } }]),
          ],
          containers: [
            {
              name: program.container,
              image: imageReference(bed.images, program.image),
              imagePullPolicy: "IfNotPresent",
              ...(program.command === undefined ? {} : { command: program.command }),
              env: envList(program.env),
              ports: [{ name: "http", containerPort: program.port }],
              ...probes(http, startSeconds),
              // Admin answers 503 while a store is down, and a restart of it mends no store: alive is who listens.
              livenessProbe: liveness({ tcpSocket: { port: "http" } }),
              volumeMounts: [
                ...writable.map((mountPath, index) => ({ name: `writable-${index}`, mountPath })),
                ...(config === undefined ? [] : [{ name: "config", mountPath: config.mountPath, readOnly: true }]),
              ],
              resources: program.resources,
              securityContext: containerSecurity,
              terminationMessagePolicy: "FallbackToLogsOnError",
            },
          ],
        },
      },
    },
  };
}

export function service(bed: Bed, program: Pick<Program, "name" | "port">): k8s.core.v1.ServiceArgs {
  const own = labels(program.name, bed.namespace, "canopyx");
  return {
    metadata: {
      name: program.name,
      namespace: bed.namespace,
      labels: own.all,
      annotations: serviceAnnotations,
    },
    spec: { selector: own.selector, ports: [{ name: "http", port: program.port, targetPort: "http" }] },
  };
}
