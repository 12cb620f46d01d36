import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed, SecretKey } from "../kit/bed";
import { secretEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import { containerSecurity, podSecurity } from "../kit/security";
import { headlessSpec, serviceAnnotations } from "../kit/services";
import { isProtected, setFields, type SetIdentity } from "../kit/storage";
import type { Flow, Part } from "../kit/traffic";
import { orderedTimeouts } from "../kit/workload";
import * as render from "./render";
import type { MongodbValues } from "./values";

export interface MongodbArgs {
  readonly bed: Bed;
  readonly values: MongodbValues;
  readonly identity: SetIdentity;
  readonly password: SecretKey;
}

/** One MongoDB server with a password, as the layout of the 2025 reports has it. Nothing connects to it. */
export class Mongodb extends pulumi.ComponentResource implements Part {
  public readonly endpoint: render.MongodbEndpoint;
  public readonly flows: readonly Flow[] = [];

  public constructor(name: string, args: MongodbArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:store:Mongodb", name, {}, opts);
    const { bed, values, identity } = args;
    const own = labels(name, bed.namespace, "store");
    const metadata = { name, namespace: bed.namespace, labels: own.all };

    new k8s.core.v1.Service(
      name,
      {
        metadata: { ...metadata, annotations: serviceAnnotations },
        spec: { ...headlessSpec, selector: own.selector, ports: [{ name: "mongodb", port: render.PORT }] },
      },
      { parent: this },
    );

    new k8s.apps.v1.StatefulSet(
      name,
      {
        metadata,
        spec: {
          ...setFields(identity),
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(render.USER),
              terminationGracePeriodSeconds: bed.terminationGracePeriodSeconds,
              imagePullSecrets: pullSecrets(bed.images),
              volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
              containers: [
                {
                  name: "mongodb",
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  args: render.mongodArgs(values),
                  env: [
                    { name: "MONGO_INITDB_ROOT_USERNAME", value: render.ROOT_USER },
                    ...secretEnv({ MONGO_INITDB_ROOT_PASSWORD: args.password }),
                  ],
                  ports: [{ name: "mongodb", containerPort: render.PORT }],
                  // While it creates the user, the server listens on 127.0.0.1 alone: a command in the pod would call that ready.
                  ...probes({ tcpSocket: { port: "mongodb" } }, bed.podSeconds),
                  volumeMounts: [
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
        customTimeouts: orderedTimeouts(bed, identity.replicas),
      },
    );
    this.endpoint = render.mongodbEndpoint(bed.namespace);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
