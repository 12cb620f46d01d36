import type { SecretKey } from "./bed";

/** Variables of a container in clear. Never a secret. */
export function plainEnv(env: Readonly<Record<string, string>>) {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

/** Variables by reference: the value stands in the Secret alone. */
export function secretEnv(env: Readonly<Record<string, SecretKey>>) {
  return Object.entries(env).map(([name, { secretName, key }]) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } }));
}
