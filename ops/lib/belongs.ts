import { PASSWORDS, passwordOf, type PasswordName } from "../../components/credentials/passwords";
import { STACK_LABEL } from "../../components/platform/facts";
import { keyOf, type Item } from "./inventory";
import { namespaceOf } from "./places";

/** Namespaces in which the control plane itself writes at any time. */
const SYSTEM = ["kube-system", "kube-public", "kube-node-lease"];

/**
 * What is there now and was not before, over the whole API server. Left out: the system namespaces, and events outside of
 * new namespaces, which the control plane writes about its own nodes and volumes.
 * @param baseline keys of the objects from before
 */
export function newSince(baseline: readonly string[], now: readonly Item[]): Item[] {
  const before = new Set(baseline);
  return now.filter((item) => {
    if (item.namespace !== undefined && SYSTEM.includes(item.namespace)) return false;
    if (isEvent(item) && before.has(`namespaces//${item.namespace}`)) return false;
    return !before.has(keyOf(item));
  });
}

/**
 * What belongs to one stack: its namespaces by label or name, all that is in them, the volumes claimed from them, and objects
 * of the whole cluster that carry its labels.
 */
export function ofStack(stack: string, now: readonly Item[]): Item[] {
  const named = [namespaceOf(stack), `${namespaceOf(stack)}-indexers`];
  const owned = new Set(
    now
      .filter(({ kind, name, labels }) => kind === "namespaces" && (labels[STACK_LABEL] === stack || named.includes(name)))
      .map(({ name }) => name),
  );
  // A volume outlives its namespace, so the names count even where the namespace is gone.
  const inside = (namespace: string | undefined) => namespace !== undefined && (owned.has(namespace) || named.includes(namespace));
  return now.filter(
    (item) =>
      (item.kind === "namespaces" && owned.has(item.name)) ||
      inside(item.namespace) ||
      inside(item.claim?.split("/")[0]) ||
      item.labels[STACK_LABEL] === stack ||
      named.includes(item.labels["app.kubernetes.io/instance"] ?? ""),
  );
}

/** What may stay, and what must not. */
export interface Remainder {
  readonly kept: readonly Item[];
  readonly left: readonly Item[];
}

/** Objects that Kubernetes itself puts into every namespace. */
const FURNITURE = ["configmaps/kube-root-ca.crt", "serviceaccounts/default"];

/**
 * Splits what a destroyed stack left behind. Kept are claims that no set owns (that is what `Retain` means), their volumes, the Secrets
 * that open them, and their namespace with what Kubernetes puts into it; all else should be gone.
 */
export function remainder(found: readonly Item[]): Remainder {
  const claims = found.filter(({ kind, owned }) => kind === "persistentvolumeclaims" && !owned);
  const keys = new Set(claims.map(({ namespace, name }) => `${namespace}/${name}`));
  const namespaces = new Set(claims.map(({ namespace }) => namespace));
  const stores = new Set(claims.map(({ labels }) => labels["app.kubernetes.io/name"]));
  const passwords = (Object.keys(PASSWORDS) as PasswordName[]).map(passwordOf);
  const secrets = passwords.flatMap(({ secretName, store }) => (stores.has(store) ? [secretName] : []));
  const stays = (item: Item): boolean => {
    if (item.kind === "persistentvolumes") return item.claim !== undefined && keys.has(item.claim);
    if (item.kind === "namespaces") return namespaces.has(item.name);
    if (!namespaces.has(item.namespace)) return false;
    if (item.kind === "persistentvolumeclaims") return keys.has(`${item.namespace}/${item.name}`);
    if (item.kind === "secrets") return secrets.includes(item.name);
    return isEvent(item) || FURNITURE.includes(`${item.kind}/${item.name}`);
  };
  return { kept: found.filter(stays), left: found.filter((item) => !stays(item)) };
}

function isEvent({ kind }: Item): boolean {
  return kind === "events" || kind === "events.events.k8s.io";
}
