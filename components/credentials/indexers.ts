import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";

export interface IndexersCredentialsArgs {
  readonly bed: Bed;
  /** Namespace of what controllers create at run time. */
  readonly namespace: string;
  /** Entries by the name of their Secret. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
}

/**
 * The Secrets that the indexers read, where they run. A stage of its own: if the bed's passwords waited for that namespace, it would
 * stay with them when a kept bed is destroyed.
 */
export class IndexersCredentials extends pulumi.ComponentResource {
  public constructor(name: string, args: IndexersCredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:IndexersCredentials", name, {}, opts);
    const own = labels(name, args.bed.namespace, "credentials").all;
    for (const [secretName, stringData] of Object.entries(args.secrets)) {
      new k8s.core.v1.Secret(
        `${name}-${secretName}`,
        {
          metadata: { name: secretName, namespace: args.namespace, labels: own, annotations: leafAnnotations },
          type: "Opaque",
          stringData,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
