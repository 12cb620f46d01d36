import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { leafAnnotations } from "../kit/deletion";
import { FACTS_ANNOTATION, STACK_LABEL, type Facts } from "./facts";
import type { PlatformValues } from "./values";

export interface PlatformArgs {
  readonly namespace: string;
  /** Stack name: the label that says whose namespace this is. */
  readonly stack: string;
  readonly values: PlatformValues;
  /** What must not change while data exists; written on the namespace, which lives exactly as long as the claims can. */
  readonly facts: Facts;
  /** True when a store in it keeps its claims: then the namespace is protected and objects are deleted one by one. */
  readonly keepsData: boolean;
  /** Pod Security level that it enforces; what is above it is warned of and audited. "restricted" unless told. */
  readonly podSecurity?: "restricted" | "baseline";
}

/**
 * A namespace with Pod Security, quota and default-deny, and the one decision about what destroy may delete in it. A namespace
 * that keeps nothing takes everything with it; one that keeps data is protected, because a claim dies with its namespace
 * whatever its policy says.
 */
export class Platform extends pulumi.ComponentResource {
  /** The namespace, where everything in it may go with it; undefined where something is kept. */
  public readonly disposable: k8s.core.v1.Namespace | undefined;

  public constructor(name: string, args: PlatformArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:Platform", name, {}, opts);
    const { values } = args;
    const labels = {
      "app.kubernetes.io/part-of": "testbed",
      "app.kubernetes.io/managed-by": "pulumi",
      [STACK_LABEL]: args.stack,
      ...Object.fromEntries(
        ["enforce", "audit", "warn"].flatMap((mode) => [
          [`pod-security.kubernetes.io/${mode}`, mode === "enforce" ? (args.podSecurity ?? "restricted") : "restricted"],
          [`pod-security.kubernetes.io/${mode}-version`, "latest"],
        ]),
      ),
    };

    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: args.namespace, labels, annotations: { [FACTS_ANNOTATION]: JSON.stringify(args.facts) } } },
      { parent: this, protect: args.keepsData, customTimeouts: { delete: "10m" } },
    );
    this.disposable = args.keepsData ? undefined : namespace;

    const child = { parent: this, ...(this.disposable === undefined ? {} : { deletedWith: this.disposable }) };
    const metadata = (object: string) => ({ name: object, namespace: namespace.metadata.name, annotations: leafAnnotations });
    if (values.networkPolicies) {
      new k8s.networking.v1.NetworkPolicy(
        `${name}-default-deny`,
        { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
        child,
      );
    }
    new k8s.core.v1.ResourceQuota(
      `${name}-budget`,
      {
        metadata: metadata("budget"),
        spec: { hard: { "requests.cpu": values.budget.cpu, "requests.memory": values.budget.memory } },
      },
      child,
    );
    this.registerOutputs({ namespace: args.namespace });
  }
}
