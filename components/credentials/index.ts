import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Bed, SecretKey } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import { PASSWORDS, passwordOf, type PasswordName } from "./passwords";

export { IndexersCredentials } from "./indexers";

export interface CredentialsArgs {
  readonly bed: Bed;
  /** Passwords of what this bed has. */
  readonly needed: readonly PasswordName[];
  /** Passwords given by the operator; the others are generated. */
  readonly given: Readonly<Partial<Record<PasswordName, pulumi.Output<string>>>>;
  /** Sets that keep their claims: their passwords and Secrets are protected too. */
  readonly keptStores: ReadonlySet<string>;
}

/** A Secret per password. Others refer to them by name and key; the value goes nowhere else. */
export class Credentials extends pulumi.ComponentResource {
  /** Where every password would be, also one that this bed has no need of. */
  public readonly secrets: Readonly<Record<PasswordName, SecretKey>>;
  /** What the indexers read too, by the name of its Secret. */
  public readonly ofIndexers: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;

  public constructor(name: string, args: CredentialsArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:platform:Credentials", name, {}, opts);
    const { bed } = args;
    const own = labels(name, bed.namespace, "credentials");
    const keyOf = (password: PasswordName) => passwordOf(password).key ?? "password";
    // Letters and digits only: such a password needs no quoting in CQL, YAML or a shell.
    const word = (secretName: string, child: pulumi.CustomResourceOptions) =>
      new random.RandomPassword(secretName, { length: 32, special: false }, child).result;
    // 32 bytes, the first of them zero: a greater number than the curve's order is no key.
    const blsKey = (secretName: string, child: pulumi.CustomResourceOptions) =>
      pulumi.interpolate`00${new random.RandomBytes(secretName, { length: 31 }, child).hex}`;

    const ofIndexers: Record<string, Record<string, pulumi.Input<string>>> = {};
    for (const password of args.needed) {
      const { secretName, store, indexers, ...kind } = passwordOf(password);
      const child = { parent: this, protect: store !== undefined && args.keptStores.has(store) };
      const value = args.given[password] ?? (kind.blsKey ? blsKey : word)(secretName, child);
      const stringData = { [keyOf(password)]: value };
      new k8s.core.v1.Secret(
        secretName,
        {
          metadata: { name: secretName, namespace: bed.namespace, labels: own.all, annotations: leafAnnotations },
          type: "Opaque",
          stringData,
        },
        child,
      );
      if (indexers === true) ofIndexers[secretName] = stringData;
    }
    this.ofIndexers = ofIndexers;
    this.secrets = Object.fromEntries(
      (Object.keys(PASSWORDS) as PasswordName[]).map((password) => [
        password,
        { secretName: PASSWORDS[password].secretName, key: keyOf(password) },
      ]),
    ) as Record<PasswordName, SecretKey>;
    this.registerOutputs();
  }
}
