import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { FACTS_ANNOTATION, STACK_LABEL, type Facts } from "./facts";
import type { PlatformValues } from "./values";

export interface PlatformArgs {
  readonly bed: Bed;
  /** Stack name: the label that says whose namespace this is. */
  readonly stack: string;
  readonly values: PlatformValues;
  /** What must not change while data exists; written on the namespace, which lives exactly as long as the claims can. */
  readonly facts: Facts;
  /** True when a store keeps its claims: then the namespace is protected and objects are deleted one by one. */
  readonly keepsData: boolean;
}

/**
 * The namespaces, and the one decision about what destroy may delete. A bed that keeps nothing goes with its namespaces;
 * a bed that keeps data has its namespace protected, because a claim dies with its namespace whatever its policy says.
 */
export class Platform extends pulumi.ComponentResource {
  /** The namespace, where everything in it may go with it; undefined where something is kept. */
  public readonly disposable: k8s.core.v1.Namespace | undefined;
  /** Namespace of what the CanopyX controller creates at run time; always goes as a whole. */
  public readonly indexers: string;

  public constructor(name: string, args: PlatformArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:Platform", name, {}, opts);
    const { bed, values } = args;
    this.indexers = `${bed.namespace}-indexers`;

    const labels = {
      "app.kubernetes.io/part-of": "testbed",
      "app.kubernetes.io/managed-by": "pulumi",
      [STACK_LABEL]: args.stack,
      ...Object.fromEntries(
        ["enforce", "audit", "warn"].flatMap((mode) => [
          [`pod-security.kubernetes.io/${mode}`, "restricted"],
          [`pod-security.kubernetes.io/${mode}-version`, "latest"],
        ]),
      ),
    };
    const namespace = new k8s.core.v1.Namespace(
      "namespace",
      {
        metadata: {
          name: bed.namespace,
          labels,
          annotations: { [FACTS_ANNOTATION]: JSON.stringify(args.facts) },
        },
      },
      { parent: this, protect: args.keepsData, customTimeouts: { delete: "10m" } },
    );
    const indexers = new k8s.core.v1.Namespace(
      "indexers",
      { metadata: { name: this.indexers, labels } },
      { parent: this, customTimeouts: { delete: "10m" } },
    );

    for (const owner of [namespace, indexers]) {
      const prefix = owner === namespace ? "" : "indexers-";
      const options = {
        parent: this,
        dependsOn: [owner],
        ...(owner === namespace && args.keepsData ? {} : { deletedWith: owner }),
      };
      const metadata = (object: string) => ({
        name: object,
        namespace: owner.metadata.name,
        annotations: leafAnnotations,
      });
      if (values.networkPolicies) {
        new k8s.networking.v1.NetworkPolicy(
          `${prefix}default-deny`,
          { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress"] } },
          options,
        );
      }
      new k8s.core.v1.ResourceQuota(
        `${prefix}budget`,
        {
          metadata: metadata("budget"),
          spec: { hard: { "requests.cpu": values.budget.cpu, "requests.memory": values.budget.memory } },
        },
        options,
      );
    }

    this.disposable = args.keepsData ? undefined : namespace;
    this.registerOutputs({ namespace: bed.namespace, indexers: this.indexers });
  }
}
