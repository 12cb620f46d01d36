import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import { API_SERVER, flowsTo, INDEXERS, OUTSIDE, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import type { CanopyxArgs } from "./admin";
import { deployment, type Program } from "./deployment";
import * as render from "./render";

export interface CanopyxControllerArgs extends CanopyxArgs {
  /** Namespace of what it makes. */
  readonly indexers: string;
}

const KEEP = ["get", "list", "watch", "create", "update", "patch", "delete"];

/** What the controller does in the indexers' namespace, and no more. Upstream's Role lacks the pods, and so its reasons for failures. */
export const RULES = [
  { apiGroups: ["apps"], resources: ["deployments"], verbs: KEEP },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: KEEP },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] },
];

/**
 * Makes a Deployment, a re-index Deployment and an autoscaler per chain, in the indexers' namespace and in nobody's state, and makes
 * anew what is deleted. So it is deleted by a call of its own and is gone before that namespace goes. One and no more: it has no leader
 * election.
 */
export class CanopyxController extends pulumi.ComponentResource implements Part {
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: CanopyxControllerArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:canopyx:Controller", name, {}, opts);
    const { bed, values, systems, indexers } = args;
    const child = { parent: this };
    const own = labels(name, bed.namespace, "canopyx").all;
    const metadata = (namespace: string) => ({ namespace, labels: own, annotations: leafAnnotations });

    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: metadata(bed.namespace), automountServiceAccountToken: false },
      child,
    );
    const role = new k8s.rbac.v1.Role(`${name}-role`, { metadata: metadata(indexers), rules: RULES }, child);
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-binding`,
      {
        metadata: metadata(indexers),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: bed.namespace }],
      },
      child,
    );
    const program: Program = {
      name: render.NAMES.controller,
      container: "controller",
      image: args.images.controller,
      user: render.USER,
      env: render.controllerEnv(values, systems, args.images, { namespace: indexers, images: bed.images }),
      port: render.PORTS.controller,
      path: "/healthz",
      resources: values.controller.resources,
      stopSeconds: render.STOP_SECONDS,
      alone: true,
      account: account.metadata.name,
    };
    new k8s.apps.v1.Deployment(name, deployment(bed, program), {
      ...child,
      dependsOn: [binding],
      customTimeouts: parallelTimeouts(bed),
    });

    this.flows = [
      ...flowsTo(program.name, systems.clickhouse, systems.temporal),
      { from: program.name, to: API_SERVER, port: 443 },
      ...flowsTo(INDEXERS, systems.clickhouse, systems.temporal, systems.redis, ...systems.nodes),
      ...render.outsidePorts(values).map((port) => ({ from: INDEXERS, to: OUTSIDE, port })),
    ];
    this.registerOutputs();
  }
}
