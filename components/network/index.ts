import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import type { Flow } from "../kit/traffic";
import { DNS_EGRESS, renderPolicies } from "./render";

export interface NetworkArgs {
  readonly bed: Bed;
  /** Both namespaces of the stack. */
  readonly namespaces: readonly string[];
  /** What the components say that they connect to. */
  readonly flows: readonly Flow[];
}

/**
 * What passes the default deny of the namespaces: DNS for every pod, and for each workload the connections that its component
 * was given the endpoints of. Nothing restarts when it changes; a connection that is no longer listed ends.
 */
export class Network extends pulumi.ComponentResource {
  public constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:Network", name, {}, opts);
    const { bed } = args;
    const child = { parent: this };
    const own = labels(name, bed.namespace, "network").all;
    for (const namespace of args.namespaces) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-dns${namespace.slice(bed.namespace.length)}`,
        {
          metadata: { name: "dns", namespace, labels: own, annotations: leafAnnotations },
          spec: { podSelector: {}, policyTypes: ["Egress"], egress: DNS_EGRESS },
        },
        child,
      );
    }
    for (const { workload, namespace, spec } of renderPolicies(args.flows, bed.namespace)) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-${workload}`,
        { metadata: { name: workload, namespace, labels: own, annotations: leafAnnotations }, spec },
        child,
      );
    }
    this.registerOutputs();
  }
}
