import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import type { Flow, Part } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import * as render from "./render";
import type { RedisValues } from "./values";

export { redisEndpoint, type RedisEndpoint } from "./render";

export interface RedisArgs {
  readonly bed: Bed;
  readonly values: RedisValues;
  readonly password: SecretKey;
}

/**
 * One Redis server with a password and without persistence: messages and a cache, which a restart may lose. So it is a
 * Deployment without a claim, and `Recreate`, because two servers behind one name would each hear half of the messages.
 */
export class Redis extends pulumi.ComponentResource implements Part {
  /** It connects to nothing. */
  public readonly flows: readonly Flow[] = [];

  public constructor(name: string, args: RedisArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:Redis", name, {}, opts);
    const { bed, values } = args;
    const own = labels(name, bed.namespace, "store");
    const metadata = { namespace: bed.namespace, labels: own.all };
    const child = { parent: this };

    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      { metadata: { ...metadata, annotations: leafAnnotations }, immutable: true, data: render.redisConf(values) },
      child,
    );

    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, name, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "redis", port: render.PORT }] },
      },
      child,
    );

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { ...metadata, name },
        spec: {
          ...rollout(bed),
          strategy: { type: "Recreate" },
          replicas: 1,
          selector: { matchLabels: own.selector },
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(render.USER),
              terminationGracePeriodSeconds: Math.min(bed.terminationGracePeriodSeconds, 10),
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [
                { name: "config", configMap: { name: config.metadata.name } },
                { name: "data", emptyDir: { sizeLimit: "16Mi" } },
              ],
              containers: [
                {
                  name: "redis",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  command: ["/bin/sh", "-c", render.START],
                  env: secretEnv({ REDISCLI_AUTH: args.password }),
                  ports: [{ name: "redis", containerPort: render.PORT }],
                  ...probes({ exec: { command: render.PING } }, bed.podSeconds),
                  volumeMounts: [
                    { name: "config", mountPath: render.CONFIG_DIR, readOnly: true },
                    { name: "data", mountPath: render.DATA_DIR },
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
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );
    this.registerOutputs();
  }
}
