import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import { PASSWORDS, type PasswordName, type StoreName } from "./passwords";

const KEY = "password";

export interface CredentialsArgs {
  readonly bed: Bed;
  /** Passwords given by the operator; the others are generated. */
  readonly given: Readonly<Partial<Record<PasswordName, pulumi.Output<string>>>>;
  /** Stores that keep their claims: their passwords and Secrets are protected too. */
  readonly keptStores: ReadonlySet<StoreName>;
}

/** A Secret per password. Others refer to them by name and key; the value goes nowhere else. */
export class Credentials extends pulumi.ComponentResource {
  public readonly secrets: Readonly<Record<PasswordName, SecretKey>>;

  public constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:Credentials", name, {}, opts);
    const { bed } = args;
    const own = labels(name, bed.namespace, "credentials");

    const names = Object.keys(PASSWORDS) as PasswordName[];
    for (const password of names) {
      const { secretName, store } = PASSWORDS[password];
      const child = { parent: this, protect: args.keptStores.has(store) };
      // Letters and digits only: such a password needs no quoting in CQL, YAML or a shell.
      const value = args.given[password] ?? new random.RandomPassword(secretName, { length: 32, special: false }, child).result;
      new k8s.core.v1.Secret(
        secretName,
        {
          metadata: { name: secretName, namespace: bed.namespace, labels: own.all, annotations: leafAnnotations },
          type: "Opaque",
          stringData: { [KEY]: value },
        },
        child,
      );
    }
    this.secrets = Object.fromEntries(
      names.map((password) => [password, { secretName: PASSWORDS[password].secretName, key: KEY }]),
    ) as Record<PasswordName, SecretKey>;
    this.registerOutputs();
  }
}
