import { allPasswords } from "../../components/credentials/passwords";
import { type Captured, generatedPassword, type Json, type JsonMap, kindOf, type Registration } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { type Container, containers, type Pod, pods } from "../support/pods";
import type { LayerName } from "../../values/layers";

/**
 * What holds for every resource, whichever component makes it. A rule takes what a layer registered and names every
 * violation; pure, so that anything that sees a whole stack can run it.
 */
export type Rule = (bed: Captured, layer: LayerName) => string[];

/** Kinds whose object names others spell out: people, Services, selectors of a policy, claims of a set. */
const FIXED_NAME_KINDS = new Set([
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "Secret",
  "Service",
  "StatefulSet",
  "Deployment",
  "Job",
]);
/** Deployments that never have two pods, and why: two servers would each hear half of the messages. */
const ALONE = ["redis"];
/** The one ConfigMap that is edited in place. */
const MUTABLE_CONFIG = "temporal-dynamic-config";

/**
 * A Service of one pod, named as the pod is, selects it by the label that the StatefulSet controller gives it: members that are
 * told of each other by address, and not by one name for all, need it.
 */
const POD_NAME = "statefulset.kubernetes.io/pod-name";

/** The one that works on the API server: its pod gets a token, there is never a second one, and it is gone before what it makes. */
const CONTROLLER = "canopyx-controller";

/** Children that are named after what they are and not after their stage. A rename would replace them. */
const CHILD_NAMES: Readonly<Record<string, RegExp>> = {
  credentials: new RegExp(`^(${allPasswords.map(({ secretName }) => secretName).join("|")})$`),
  "temporal-tools": /^(temporal-ui|temporal-admin-tools)$/,
};

/** Workloads that call the API server, and what for. Everything else has no token to lose. */
const API_CLIENTS: Readonly<Record<string, string>> = {
  "canopyx-controller": "makes the Deployments of the indexers",
  prometheus: "finds the pods to scrape",
};

const label = (resource: Registration) => `${kindOf(resource.type)} ${resource.name}`;
const kubernetes = (bed: Captured) => bed.all.filter(({ type }) => type.startsWith("kubernetes:"));
const longRunning = (bed: Captured) => containers(bed).filter(({ pod, init }) => pod.kind !== "Job" && !init);
const annotation = (resource: Registration, key: string) => textAt(mapAt(resource.inputs, "metadata.annotations")[key], "");
const kept = (bed: Captured) =>
  bed.ofKind("StatefulSet").filter((set) => at(set.inputs, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted") === "Retain");
/** The namespace of everything but what controllers create at run time. */
const own = (bed: Captured) => bed.get("Namespace", "platform-namespace");
const missing = (container: Container, ...paths: string[]) =>
  paths.filter((path) => textAt(container.spec, path) === "").map((path) => `${container.label}: no ${path}`);

/** One of the few that may have a token, as an account of its own. */
function callsTheApi(bed: Captured, { name }: Registration, spec: JsonMap): boolean {
  // An account without a name of its own gets one from the engine, which here is a mock.
  const accounts = bed.ofKind("ServiceAccount").map(({ name: account, inputs }) => textAt(inputs, "metadata.name") || `${account}-auto`);
  return API_CLIENTS[name] !== undefined && accounts.includes(textAt(spec, "serviceAccountName"));
}

/** `chronik-2` of `chronik`, if the set has that many. */
function isMemberOf({ inputs }: Registration, member: Json): boolean {
  const start = Number(at(inputs, "spec.ordinals.start") ?? 0);
  const ordinals = Array.from({ length: Number(at(inputs, "spec.replicas")) }, (_, index) => start + index);
  return ordinals.some((ordinal) => member === `${textAt(inputs, "metadata.name")}-${ordinal}`);
}

/** What is said when a condition does not hold. */
const unless = (holds: boolean, text: string): string[] => (holds ? [] : [text]);

export const rules = {
  "images are pinned": (bed) =>
    containers(bed).flatMap(({ spec, label: name }) =>
      unless(
        /^[^@]+:(?!latest(@|$))\w[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(textAt(spec, "image")),
        `${name}: image ${textAt(spec, "image")}`,
      ),
    ),

  "requests and limits are set": (bed) =>
    containers(bed).flatMap((container) =>
      missing(container, "resources.requests.cpu", "resources.requests.memory", "resources.limits.cpu", "resources.limits.memory"),
    ),

  "long-running containers are probed": (bed) =>
    longRunning(bed).flatMap(({ spec, label: name }) =>
      ["startupProbe", "readinessProbe", "livenessProbe"].flatMap((probe) => unless(at(spec, probe) !== undefined, `${name}: no ${probe}`)),
    ),

  "pods are restricted": (bed) => [
    ...pods(bed).flatMap(({ spec, owner }) => [
      ...unless(at(spec, "securityContext.runAsNonRoot") === true, `${label(owner)}: runAsNonRoot`),
      ...unless(Number(at(spec, "securityContext.runAsUser")) > 0, `${label(owner)}: runAsUser`),
      ...unless(at(spec, "securityContext.seccompProfile.type") === "RuntimeDefault", `${label(owner)}: seccompProfile`),
      ...unless(
        spec["automountServiceAccountToken"] === false || callsTheApi(bed, owner, spec),
        `${label(owner)}: automountServiceAccountToken`,
      ),
      ...["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => unless(spec[field] === undefined, `${label(owner)}: ${field}`)),
      ...listAt(spec, "volumes").flatMap((volume) => unless(volume["hostPath"] === undefined, `${label(owner)}: hostPath`)),
    ]),
    ...containers(bed).flatMap(({ spec, label: name }) => [
      ...unless(at(spec, "securityContext.allowPrivilegeEscalation") === false, `${name}: allowPrivilegeEscalation`),
      ...unless(at(spec, "securityContext.privileged") === undefined, `${name}: privileged`),
      ...unless(JSON.stringify(at(spec, "securityContext.capabilities")) === '{"drop":["ALL"]}', `${name}: capabilities`),
      ...unless(at(spec, "securityContext.readOnlyRootFilesystem") === true, `${name}: readOnlyRootFilesystem`),
    ]),
  ],

  "long-running pods say how long they may take to stop": (bed) =>
    pods(bed).flatMap(({ spec, owner }) => unless(Number(spec["terminationGracePeriodSeconds"]) > 0, label(owner))),

  "retention is explicit": (bed) =>
    bed
      .ofKind("StatefulSet")
      .flatMap((set) =>
        ["whenDeleted", "whenScaled"].flatMap((when) =>
          unless(
            /^(Delete|Retain)$/.test(textAt(set.inputs, `spec.persistentVolumeClaimRetentionPolicy.${when}`)),
            `${label(set)}: ${when}`,
          ),
        ),
      ),

  "selectors are the two constant labels": (bed) => {
    const selectors: [Registration, string][] = [
      ...bed
        .ofKind("StatefulSet", "Deployment", "PodDisruptionBudget")
        .map((each): [Registration, string] => [each, "spec.selector.matchLabels"]),
      ...bed.ofKind("Service").map((each): [Registration, string] => [each, "spec.selector"]),
    ];
    const templates = pods(bed);
    return selectors.flatMap(([resource, path]) => {
      const { [POD_NAME]: member, ...selector } = mapAt(resource.inputs, path);
      const exact = Object.keys(selector).sort().join() === "app.kubernetes.io/instance,app.kubernetes.io/name";
      const selects = templates
        .filter(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value))
        .filter(({ kind, owner }) => member === undefined || (kind === "StatefulSet" && isMemberOf(owner, member)));
      return [
        ...unless(
          exact && (member === undefined || kindOf(resource.type) === "Service"),
          `${label(resource)}: ${Object.keys(mapAt(resource.inputs, path)).join(", ")}`,
        ),
        ...unless(selects.length === 1, `${label(resource)}: selects ${selects.length} workloads`),
        ...unless(member === undefined || member === resource.name, `${label(resource)}: not named as its pod is`),
      ];
    });
  },

  "Kubernetes resources have the explicit provider and a parent": (bed) => {
    const provider = bed.get("kubernetes", "cluster");
    return kubernetes(bed).flatMap((resource) => [
      ...unless(resource.provider.startsWith(`${provider.urn}::`), `${label(resource)}: provider "${resource.provider}"`),
      ...unless(resource.parent !== "", `${label(resource)}: no parent`),
    ]);
  },

  "Services are not awaited, everything else is": (bed) =>
    kubernetes(bed).flatMap((resource) =>
      unless(
        (annotation(resource, "pulumi.com/skipAwait") === "true") === (kindOf(resource.type) === "Service"),
        `${label(resource)}: skipAwait "${annotation(resource, "pulumi.com/skipAwait")}"`,
      ),
    ),

  "jobs end": (bed) =>
    bed
      .ofKind("Job")
      .flatMap((job) => [
        ...unless(Number(at(job.inputs, "spec.activeDeadlineSeconds")) > 0, `${label(job)}: no deadline`),
        ...unless(Number(at(job.inputs, "spec.backoffLimit")) <= 2, `${label(job)}: backoffLimit`),
        ...unless(at(job.inputs, "spec.ttlSecondsAfterFinished") === undefined, `${label(job)}: has a TTL`),
        ...unless(at(job.inputs, "spec.template.spec.restartPolicy") === "Never", `${label(job)}: restartPolicy`),
        ...unless(annotation(job, "pulumi.com/replaceUnready") === "true", `${label(job)}: not replaced when it failed`),
      ]),

  "what is kept is protected, with its namespace, passwords and Secrets": (bed) => {
    const sets = kept(bed);
    const secrets = allPasswords.filter(({ store }) => sets.some(({ name }) => name === store));
    const guards = [
      ...sets,
      ...(sets.length > 0 ? [own(bed)] : []),
      ...bed.ofKind("Secret", "RandomPassword", "RandomBytes").filter(({ name }) => secrets.some(({ secretName }) => secretName === name)),
    ];
    return guards.flatMap((guard) => unless(guard.protect, label(guard)));
  },

  "nothing is protected where nothing is kept": (bed) => (kept(bed).length > 0 ? [] : bed.all.filter(({ protect }) => protect).map(label)),

  "where something is kept, nothing of its namespace is deleted with anything": (bed) =>
    kept(bed).length === 0
      ? []
      : bed.all
          .filter(({ deletedWith }) => deletedWith === own(bed).urn)
          .map((resource) => `${label(resource)}: deletedWith ${resource.deletedWith}`),

  "where nothing is kept, every stage goes with the namespace": (bed) =>
    kept(bed).length > 0
      ? []
      : bed
          .stages()
          // Deleted with the namespace it would still run, and make anew what the indexers' namespace loses.
          .filter(({ type, name }) => kindOf(type) !== "Platform" && name !== CONTROLLER)
          .flatMap((stage) => unless(stage.deletedWith === own(bed).urn, label(stage))),

  "a child's name starts with its stage's": (bed) =>
    bed.all
      .filter(({ parent }) => parent !== "")
      .flatMap((child) => {
        const { name: stage } = bed.byUrn(child.parent);
        const ownName = child.name === stage || child.name.startsWith(`${stage}-`);
        return unless(ownName || CHILD_NAMES[stage]?.test(child.name) === true, `${label(child)} in ${stage}`);
      }),

  "secrets stand in Secrets only": (bed) => {
    const values = bed.ofKind("RandomPassword", "RandomBytes").map(({ name }) => generatedPassword(name));
    return bed.all
      .filter(({ type }) => kindOf(type) !== "Secret")
      .flatMap((resource) => unless(!values.some((value) => JSON.stringify(resource.inputs).includes(value)), label(resource)));
  },

  "Secrets are secret in the state": (bed) =>
    bed.ofKind("Secret").flatMap((secret) => unless(at(secret.inputs, "stringData.secret") !== undefined, label(secret))),

  "passwords come by reference": (bed) =>
    containers(bed).flatMap(({ spec, label: name }) =>
      listAt(spec, "env")
        .filter((variable) => /PASSWORD|PWD|SECRET|TOKEN/.test(textAt(variable, "name")))
        .flatMap((variable) => unless(at(variable, "valueFrom.secretKeyRef.name") !== undefined, `${name}: ${textAt(variable, "name")}`)),
    ),

  "references name Secrets that exist": (bed) => {
    const secrets = bed.ofKind("Secret").map(({ inputs }) => textAt(inputs, "metadata.name"));
    const known = (name: string, of: readonly string[]) =>
      of.filter((secret) => secret !== "").flatMap((secret) => unless(secrets.includes(secret), `${name}: ${secret}`));
    const mounted = (volume: JsonMap) => [
      textAt(volume, "secret.secretName"),
      ...listAt(volume, "projected.sources").map((source) => textAt(source, "secret.name")),
    ];
    return [
      ...containers(bed).flatMap(({ spec, label: name }) =>
        known(
          name,
          listAt(spec, "env").map((variable) => textAt(variable, "valueFrom.secretKeyRef.name")),
        ),
      ),
      ...pods(bed).flatMap(({ spec, owner }) => known(label(owner), listAt(spec, "volumes").flatMap(mounted))),
    ];
  },

  "objects live in the stack's namespaces": (bed) => {
    const main = textAt(own(bed).inputs, "metadata.name");
    const ours = [main, `${main}-indexers`];
    return kubernetes(bed).flatMap((resource) => {
      const namespace = textAt(resource.inputs, kindOf(resource.type) === "Namespace" ? "metadata.name" : "metadata.namespace");
      return unless(ours.includes(namespace), `${label(resource)}: "${namespace}"`);
    });
  },

  "names are fixed only where others spell them out": (bed) =>
    kubernetes(bed).flatMap((resource) => {
      const allowed = FIXED_NAME_KINDS.has(kindOf(resource.type)) || resource.name === MUTABLE_CONFIG;
      return unless(allowed || at(resource.inputs, "metadata.name") === undefined, label(resource));
    }),

  "configuration is immutable, but for the one that is edited in place": (bed) =>
    bed
      .ofKind("ConfigMap")
      .flatMap((config) => unless((config.inputs["immutable"] === true) === (config.name !== MUTABLE_CONFIG), label(config))),

  "prod spreads and keeps pods up, dev does neither": (bed, layer) => {
    const budgets = bed.ofKind("PodDisruptionBudget").map(({ inputs }) => JSON.stringify(at(inputs, "spec.selector.matchLabels")));
    const spreads = ({ owner, kind, spec }: Pod): string[] => {
      const affinity = mapAt(spec, "affinity.podAntiAffinity");
      const several = Number(at(owner.inputs, "spec.replicas")) > 1;
      const wanted = layer === "prod" && several;
      const rule =
        kind === "StatefulSet" ? "requiredDuringSchedulingIgnoredDuringExecution" : "preferredDuringSchedulingIgnoredDuringExecution";
      const selector = JSON.stringify(at(owner.inputs, "spec.selector.matchLabels"));
      return [
        ...unless((listAt(affinity, rule).length === 1) === wanted, `${label(owner)}: anti-affinity`),
        ...unless((listAt(spec, "topologySpreadConstraints").length === 1) === wanted, `${label(owner)}: topology spread`),
        ...unless(budgets.includes(selector) === wanted, `${label(owner)}: PodDisruptionBudget`),
      ];
    };
    return pods(bed)
      .filter(({ kind }) => kind !== "Job")
      .flatMap(spreads);
  },

  "dev adds no pod before it takes one away": (bed, layer) =>
    bed.ofKind("Deployment").flatMap((deployment) => {
      const alone = ALONE.includes(deployment.name);
      const surge = at(deployment.inputs, "spec.strategy.rollingUpdate.maxSurge");
      return [
        ...unless((at(deployment.inputs, "spec.strategy.type") === "Recreate") === alone, label(deployment)),
        ...unless(alone || surge === (layer === "prod" && deployment.name !== CONTROLLER ? 1 : 0), label(deployment)),
      ];
    }),

  "no change is ignored and nothing is left behind": (bed) =>
    bed.all.flatMap((resource) => unless(resource.ignoreChanges.length === 0 && !resource.retainOnDelete, label(resource))),
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
