import { bedOf, Captured, generatedPassword, type JsonMap, kindOf, type Registration } from "../support/harness";
import { listAt, mapAt } from "../support/json";
import { type Rule, type RuleName, rules } from "./rules";
import { LAYERS, type LayerName } from "../../values/layers";

type Layer = LayerName;
type Editable = { -readonly [K in keyof Registration]: Registration[K] };

/** One way to break a rule, and what the rule has to say about it. */
interface Break {
  readonly layer?: Layer;
  readonly kind: string;
  readonly name: string;
  readonly change: (resource: Editable, bed: Captured) => void;
  readonly says: string;
}

const podOf = (resource: Editable) => mapAt(resource.inputs, "spec.template.spec");
const container = (resource: Editable, list = "containers") => listAt(podOf(resource), list)[0] as JsonMap;
const meta = (resource: Editable) => mapAt(resource.inputs, "metadata");
const spec = (resource: Editable) => mapAt(resource.inputs, "spec");

const HISTORY = { kind: "Deployment", name: "temporal-history" } as const;
const CASSANDRA = { kind: "StatefulSet", name: "cassandra" } as const;
const SCHEMA = { kind: "Job", name: "temporal-schema" } as const;

const breaks: Readonly<Record<RuleName, readonly Break[]>> = {
  "images are pinned": [
    {
      ...HISTORY,
      change: (it) => (container(it)["image"] = "docker.io/temporalio/server:latest"),
      says: "Deployment temporal-history: history: image docker.io/temporalio/server:latest",
    },
    {
      ...SCHEMA,
      change: (it) => (container(it)["image"] = "localhost/admin-tools"),
      says: "Job temporal-schema: run: image localhost/admin-tools",
    },
  ],
  "requests and limits are set": [
    {
      ...HISTORY,
      change: (it) => delete mapAt(container(it), "resources.requests")["cpu"],
      says: "Deployment temporal-history: history: no resources.requests.cpu",
    },
    {
      kind: "StatefulSet",
      name: "elasticsearch",
      change: (it) => delete mapAt(container(it, "initContainers"), "resources")["limits"],
      says: "StatefulSet elasticsearch: config: no resources.limits.memory",
    },
  ],
  "long-running containers are probed": [
    { ...HISTORY, change: (it) => delete container(it)["readinessProbe"], says: "Deployment temporal-history: history: no readinessProbe" },
  ],
  "pods are restricted": [
    { ...HISTORY, change: (it) => delete podOf(it)["securityContext"], says: "Deployment temporal-history: runAsNonRoot" },
    {
      ...SCHEMA,
      change: (it) => delete mapAt(podOf(it), "securityContext")["seccompProfile"],
      says: "Job temporal-schema: seccompProfile",
    },
    { ...HISTORY, change: (it) => (podOf(it)["hostNetwork"] = true), says: "Deployment temporal-history: hostNetwork" },
    {
      ...HISTORY,
      change: (it) => delete podOf(it)["automountServiceAccountToken"],
      says: "Deployment temporal-history: automountServiceAccountToken",
    },
    {
      // May call the API server, but not as whoever the namespace's default account is.
      ...HISTORY,
      change: (it) => {
        it.name = "prometheus";
        delete podOf(it)["automountServiceAccountToken"];
      },
      says: "Deployment prometheus: automountServiceAccountToken",
    },
    {
      kind: "StatefulSet",
      name: "elasticsearch",
      change: (it) => delete container(it, "initContainers")["securityContext"],
      says: "StatefulSet elasticsearch: config: capabilities",
    },
    {
      ...CASSANDRA,
      change: (it) => (mapAt(container(it), "securityContext")["readOnlyRootFilesystem"] = false),
      says: "StatefulSet cassandra: cassandra: readOnlyRootFilesystem",
    },
  ],
  "long-running pods say how long they may take to stop": [
    { ...HISTORY, change: (it) => delete podOf(it)["terminationGracePeriodSeconds"], says: "Deployment temporal-history" },
  ],
  "retention is explicit": [
    {
      ...CASSANDRA,
      change: (it) => delete spec(it)["persistentVolumeClaimRetentionPolicy"],
      says: "StatefulSet cassandra: whenScaled",
    },
  ],
  "selectors are the two constant labels": [
    {
      ...HISTORY,
      change: (it) => (mapAt(it.inputs, "spec.selector.matchLabels")["version"] = "1"),
      says: "Deployment temporal-history: app.kubernetes.io/instance, app.kubernetes.io/name, version",
    },
    {
      kind: "Service",
      name: "cassandra-peers",
      change: (it) => delete mapAt(it.inputs, "spec.selector")["app.kubernetes.io/name"],
      says: "Service cassandra-peers: app.kubernetes.io/instance",
    },
    {
      kind: "Service",
      name: "cassandra-peers",
      change: (it) => (mapAt(it.inputs, "spec.selector")["statefulset.kubernetes.io/pod-name"] = "cassandra-7"),
      says: "Service cassandra-peers: selects 0 workloads",
    },
    {
      ...HISTORY,
      change: (it) => (mapAt(it.inputs, "spec.selector.matchLabels")["statefulset.kubernetes.io/pod-name"] = "temporal-history-0"),
      says: "Deployment temporal-history: app.kubernetes.io/instance, app.kubernetes.io/name, statefulset.kubernetes.io/pod-name",
    },
    {
      kind: "Service",
      name: "chronik-2",
      change: (it) => (mapAt(it.inputs, "spec.selector")["statefulset.kubernetes.io/pod-name"] = "chronik-3"),
      says: "Service chronik-2: not named as its pod is",
    },
    {
      kind: "PodDisruptionBudget",
      name: "cassandra",
      layer: "prod",
      change: (it) => (mapAt(it.inputs, "spec.selector.matchLabels")["statefulset.kubernetes.io/pod-name"] = "cassandra"),
      says: "PodDisruptionBudget cassandra: app.kubernetes.io/instance, app.kubernetes.io/name, statefulset.kubernetes.io/pod-name",
    },
    {
      kind: "Service",
      name: "temporal-ui",
      change: (it) => (mapAt(it.inputs, "spec.selector")["app.kubernetes.io/name"] = "ui"),
      says: "Service temporal-ui: selects 0 workloads",
    },
  ],
  "Kubernetes resources have the explicit provider and a parent": [
    { ...HISTORY, change: (it) => (it.provider = ""), says: 'Deployment temporal-history: provider ""' },
    { ...HISTORY, change: (it) => (it.parent = ""), says: "Deployment temporal-history: no parent" },
  ],
  "Services are not awaited, everything else is": [
    {
      ...HISTORY,
      change: (it) => (meta(it)["annotations"] = { "pulumi.com/skipAwait": "true" }),
      says: 'Deployment temporal-history: skipAwait "true"',
    },
    {
      kind: "Service",
      name: "temporal-ui",
      change: (it) => delete mapAt(it.inputs, "metadata.annotations")["pulumi.com/skipAwait"],
      says: 'Service temporal-ui: skipAwait ""',
    },
  ],
  "jobs end": [
    { ...SCHEMA, change: (it) => delete spec(it)["activeDeadlineSeconds"], says: "Job temporal-schema: no deadline" },
    { ...SCHEMA, change: (it) => (spec(it)["backoffLimit"] = 6), says: "Job temporal-schema: backoffLimit" },
    { ...SCHEMA, change: (it) => delete spec(it)["backoffLimit"], says: "Job temporal-schema: backoffLimit" },
    { ...SCHEMA, change: (it) => (spec(it)["ttlSecondsAfterFinished"] = 60), says: "Job temporal-schema: has a TTL" },
    { ...SCHEMA, change: (it) => (podOf(it)["restartPolicy"] = "OnFailure"), says: "Job temporal-schema: restartPolicy" },
    { ...SCHEMA, change: (it) => delete meta(it)["annotations"], says: "Job temporal-schema: not replaced when it failed" },
  ],
  "what is kept is protected, with its namespace, passwords and Secrets": [
    { layer: "prod", ...CASSANDRA, change: (it) => (it.protect = false), says: "StatefulSet cassandra" },
    {
      layer: "prod",
      kind: "Namespace",
      name: "platform-namespace",
      change: (it) => (it.protect = false),
      says: "Namespace platform-namespace",
    },
    {
      layer: "prod",
      kind: "RandomPassword",
      name: "elasticsearch-elastic",
      change: (it) => (it.protect = false),
      says: "RandomPassword elasticsearch-elastic",
    },
    { layer: "prod", kind: "Secret", name: "cassandra-temporal", change: (it) => (it.protect = false), says: "Secret cassandra-temporal" },
  ],
  "nothing is protected where nothing is kept": [
    { kind: "Secret", name: "cassandra-temporal", change: (it) => (it.protect = true), says: "Secret cassandra-temporal" },
  ],
  "where something is kept, nothing of its namespace is deleted with anything": [
    {
      layer: "prod",
      kind: "Temporal",
      name: "temporal",
      change: (it, bed) => (it.deletedWith = bed.get("Namespace", "platform-namespace").urn),
      says: "Temporal temporal: deletedWith urn:pulumi:prod::testbed::testbed:platform:Platform$kubernetes:core/v1:Namespace::platform-namespace",
    },
  ],
  "where nothing is kept, every stage goes with the namespace": [
    { kind: "Temporal", name: "temporal", change: (it) => (it.deletedWith = ""), says: "Temporal temporal" },
  ],
  "a child's name starts with its stage's": [
    { ...HISTORY, change: (it) => (it.name = "history"), says: "Deployment history in temporal" },
    {
      kind: "Deployment",
      name: "temporal-ui",
      change: (it) => (it.name = "temporal-web"),
      says: "Deployment temporal-web in temporal-tools",
    },
  ],
  "secrets stand in Secrets only": [
    {
      kind: "ConfigMap",
      name: "temporal-history-config",
      change: (it) => (mapAt(it.inputs, "data")["config.yaml"] = `password: ${generatedPassword("cassandra-temporal")}`),
      says: "ConfigMap temporal-history-config",
    },
    {
      ...SCHEMA,
      change: (it) => (container(it)["args"] = ["--password", generatedPassword("cassandra-temporal")]),
      says: "Job temporal-schema",
    },
  ],
  "Secrets are secret in the state": [
    {
      kind: "Secret",
      name: "cassandra-temporal",
      change: (it) => (it.inputs["stringData"] = { password: "clear" }),
      says: "Secret cassandra-temporal",
    },
  ],
  "passwords come by reference": [
    {
      ...SCHEMA,
      change: (it) => (container(it)["env"] = [{ name: "CASSANDRA_PASSWORD", value: "clear" }]),
      says: "Job temporal-schema: run: CASSANDRA_PASSWORD",
    },
  ],
  "references name Secrets that exist": [
    {
      ...SCHEMA,
      change: (it) => (container(it)["env"] = [{ name: "X", valueFrom: { secretKeyRef: { name: "cassandra", key: "password" } } }]),
      says: "Job temporal-schema: run: cassandra",
    },
    {
      ...HISTORY,
      change: (it) => (podOf(it)["volumes"] = [{ name: "tls", secret: { secretName: "internode" } }]),
      says: "Deployment temporal-history: internode",
    },
    {
      ...HISTORY,
      change: (it) => (podOf(it)["volumes"] = [{ name: "tls", projected: { sources: [{ secret: { name: "internode" } }] } }]),
      says: "Deployment temporal-history: internode",
    },
  ],
  "objects live in the stack's namespaces": [
    { ...HISTORY, change: (it) => (meta(it)["namespace"] = "default"), says: 'Deployment temporal-history: "default"' },
    { ...HISTORY, change: (it) => delete meta(it)["namespace"], says: 'Deployment temporal-history: ""' },
    {
      kind: "Namespace",
      name: "indexers-namespace",
      change: (it) => (meta(it)["name"] = "indexers"),
      says: 'Namespace indexers-namespace: "indexers"',
    },
  ],
  "names are fixed only where others spell them out": [
    {
      kind: "ConfigMap",
      name: "cassandra-config",
      change: (it) => (meta(it)["name"] = "cassandra-config"),
      says: "ConfigMap cassandra-config",
    },
  ],
  "configuration is immutable, but for the one that is edited in place": [
    { kind: "ConfigMap", name: "cassandra-config", change: (it) => delete it.inputs["immutable"], says: "ConfigMap cassandra-config" },
    {
      kind: "ConfigMap",
      name: "temporal-dynamic-config",
      change: (it) => (it.inputs["immutable"] = true),
      says: "ConfigMap temporal-dynamic-config",
    },
  ],
  "prod spreads and keeps pods up, dev does neither": [
    { layer: "prod", ...CASSANDRA, change: (it) => delete podOf(it)["affinity"], says: "StatefulSet cassandra: anti-affinity" },
    {
      layer: "prod",
      ...HISTORY,
      change: (it) => delete podOf(it)["topologySpreadConstraints"],
      says: "Deployment temporal-history: topology spread",
    },
    {
      layer: "prod",
      kind: "PodDisruptionBudget",
      name: "temporal-history",
      change: (it) => (spec(it)["selector"] = {}),
      says: "Deployment temporal-history: PodDisruptionBudget",
    },
    {
      ...HISTORY,
      change: (it) => (podOf(it)["affinity"] = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100 }] } }),
      says: "Deployment temporal-history: anti-affinity",
    },
  ],
  "dev adds no pod before it takes one away": [
    { ...HISTORY, change: (it) => delete spec(it)["strategy"], says: "Deployment temporal-history" },
    { ...HISTORY, change: (it) => (spec(it)["strategy"] = { type: "Recreate" }), says: "Deployment temporal-history" },
    {
      kind: "Deployment",
      name: "redis",
      change: (it) => (spec(it)["strategy"] = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0 } }),
      says: "Deployment redis",
    },
  ],
  "no change is ignored and nothing is left behind": [
    { ...HISTORY, change: (it) => (it.ignoreChanges = ["spec.replicas"]), says: "Deployment temporal-history" },
    { ...HISTORY, change: (it) => (it.retainOnDelete = true), says: "Deployment temporal-history" },
  ],
};

const names = Object.keys(rules) as RuleName[];

describe.each(LAYERS)("%s", (layer) => {
  test.each(names)("%s", async (name) => {
    const rule: Rule = rules[name];
    expect(rule(await bedOf(layer), layer)).toEqual([]);
  });
});

/** The bed with one resource changed. */
function broken(bed: Captured, { kind, name, change }: Omit<Break, "says">): Captured {
  const registrations = structuredClone(bed.all) as Editable[];
  const [victim] = registrations.filter((each) => kindOf(each.type) === kind && each.name === name);
  if (victim === undefined) throw new Error(`no ${kind} named ${name}`);
  change(victim, bed);
  return new Captured(registrations, bed.outputs);
}

/** What later components need, and what the rules therefore let through. */
describe("no breach", () => {
  const passes = async (name: RuleName, breach: Omit<Break, "says">) => {
    const rule: Rule = rules[name];
    expect(rule(broken(await bedOf("dev"), breach), "dev")).toEqual([]);
  };

  test("a Service of one member of a set", () =>
    passes("selectors are the two constant labels", {
      kind: "Service",
      name: "cassandra-peers",
      change: (it) => {
        it.name = "cassandra-0";
        mapAt(it.inputs, "spec.selector")["statefulset.kubernetes.io/pod-name"] = "cassandra-0";
      },
    }));

  test("a token of an account of its own", async () => {
    const bed = await bedOf("dev");
    const registrations = structuredClone(bed.all) as Editable[];
    const [history] = registrations.filter(({ type, name }) => kindOf(type) === "Deployment" && name === "temporal-history");
    if (history === undefined) throw new Error("no history");
    history.name = "canopyx-controller";
    Object.assign(podOf(history), { automountServiceAccountToken: true, serviceAccountName: "canopyx-controller" });
    const account = { ...history, type: "kubernetes:core/v1:ServiceAccount", inputs: { metadata: { name: "canopyx-controller" } } };
    expect(rules["pods are restricted"](new Captured([...registrations, account], bed.outputs))).toEqual([]);
  });

  test("an account, a role and its binding under names that others spell out", async () => {
    const bed = await bedOf("dev");
    const [any] = bed.ofKind("Secret");
    if (any === undefined) throw new Error("no Secret");
    const objects = ["ServiceAccount", "Role", "RoleBinding"].map((kind) => ({ ...any, urn: kind, type: `kubernetes:x/v1:${kind}` }));
    expect(rules["names are fixed only where others spell them out"](new Captured(objects, {}))).toEqual([]);
  });
});

describe.each(names)("a breach is caught: %s", (name) => {
  test.each(breaks[name])("$says", async ({ layer = "dev", ...breach }) => {
    const rule: Rule = rules[name];
    expect(rule(broken(await bedOf(layer), breach), layer)).toContain(breach.says);
  });
});
