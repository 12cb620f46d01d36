import { setFields, type SetIdentity } from "../kit/storage";
import { bytes } from "../kit/units";
import { FACTS_ANNOTATION, STACK_LABEL, type Facts } from "./facts";

/**
 * Compares what a program is about to apply with what the cluster holds, and says in words what must not happen.
 * Pure: the objects come from `cluster.ts`. It reads the objects themselves, not the last stack outputs: an `up` that was
 * killed half-way has objects but no outputs (decision D6).
 */

/** The part of a namespace that the guard reads. */
export interface LiveNamespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** A claim template as the API server holds it. */
export interface LiveTemplate {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly accessModes: readonly string[];
  readonly size: string;
  readonly className: string | undefined;
}

/** The part of a StatefulSet that the guard reads. */
export interface LiveSet {
  readonly name: string;
  readonly replicas: number;
  readonly serviceName: string;
  readonly podManagementPolicy: string;
  readonly revisionHistoryLimit: number;
  readonly selector: Readonly<Record<string, string>>;
  readonly claims: readonly LiveTemplate[];
  readonly whenDeleted: string;
}

/** A claim in the bed's namespace, and the workload that its labels name. */
export interface LiveClaim {
  readonly name: string;
  readonly set: string;
}

export interface Live {
  readonly namespaces: readonly LiveNamespace[];
  readonly sets: readonly LiveSet[];
  readonly claims: readonly LiveClaim[];
  /** Text of the dynamic config that Temporal's servers read; undefined: there is none yet. */
  readonly dynamicConfig: string | undefined;
}

export interface Intent {
  readonly stack: string;
  readonly facts: Facts;
  readonly sets: readonly SetIdentity[];
  /** Cassandra nodes left after a decommission that the operator has done; undefined: none was done. */
  readonly decommissionedTo: number | undefined;
  /** What speaks against the limits of this edit, given the dynamic config that the servers read now. */
  readonly limitRefusals: (running: string | undefined) => readonly string[];
}

/** Every reason why this edit must not reach the cluster; empty when there is none. */
export function refusals(live: Live, intent: Intent): string[] {
  return [
    ...live.namespaces.flatMap((namespace) => namespaceRefusals(namespace, live, intent)),
    ...intent.sets.flatMap((wanted) => {
      const found = live.sets.find((set) => set.name === wanted.name);
      return found === undefined ? [] : [...identityRefusals(found, wanted), ...scaleRefusals(found, wanted, intent)];
    }),
    ...intent.limitRefusals(live.dynamicConfig),
  ];
}

function namespaceRefusals(namespace: LiveNamespace, live: Live, intent: Intent): string[] {
  const owner = namespace.labels[STACK_LABEL];
  if (owner !== intent.stack) {
    const whose = owner === undefined ? "was not made by this program" : `belongs to stack ${owner}`;
    return [
      `namespace ${namespace.name} exists and ${whose}; this stack is ${intent.stack}. Choose another stack name, or delete that namespace if nobody needs it.`,
    ];
  }
  const written = namespace.annotations[FACTS_ANNOTATION];
  if (written === undefined) return [];
  const before = JSON.parse(written) as Facts;
  // While its set exists, the set itself is the better witness for storage; facts speak for claims that outlived it.
  const running = intent.sets.filter(({ name }) => live.sets.some((set) => set.name === name));
  const witnessed = (knob: string) => running.some((set) => knob.startsWith(`${set.knob}.storage.`));
  // A store may become kept at any time; only the way back is closed.
  const becomesKept = (knob: string) => knob.endsWith(".storage.whenDeleted") && before[knob] === "Delete";
  return Object.entries(intent.facts).flatMap(([knob, value]) =>
    before[knob] === undefined || before[knob] === value || witnessed(knob) || becomesKept(knob)
      ? []
      : [
          `${knob} is ${before[knob]} in the running bed and cannot become ${value} while its data exists. Set it back to ${before[knob]}, or destroy the bed first.`,
        ],
  );
}

/** Compares what `setFields` sends with what is there, field by field: one function says both. */
function identityRefusals(live: LiveSet, wanted: SetIdentity): string[] {
  const sent = setFields(wanted);
  const [before] = live.claims;
  const [after] = sent.volumeClaimTemplates;
  const fields: [field: string, is: string | number | undefined, becomes: string | number | undefined][] = [
    ["serviceName", live.serviceName, sent.serviceName],
    ["podManagementPolicy", live.podManagementPolicy, sent.podManagementPolicy],
    ["revisionHistoryLimit", live.revisionHistoryLimit, sent.revisionHistoryLimit],
    ["selector", sorted(live.selector), sorted(sent.selector.matchLabels)],
    ["number of claim templates", live.claims.length, sent.volumeClaimTemplates.length],
    ["claim template name", before?.name, after?.metadata.name],
    ["claim template labels", sorted(before?.labels ?? {}), sorted(after?.metadata.labels ?? {})],
    ["claim template access modes", before?.accessModes.join(","), after?.spec.accessModes.join(",")],
    ["storage.size", before?.size, after?.spec.resources.requests.storage],
    ["storage.className", before?.className, after?.spec.storageClassName],
  ];
  const same = (is: string | number | undefined, becomes: string | number | undefined) =>
    is === becomes ||
    (is !== undefined && becomes !== undefined && bytes(String(is)) !== undefined && bytes(String(is)) === bytes(String(becomes)));
  const found = fields
    .filter(([, is, becomes]) => !same(is, becomes))
    .map(
      ([field, is, becomes]) =>
        `${wanted.knob}: ${field} is ${is ?? DEFAULT} in the running bed and cannot become ${becomes ?? DEFAULT}: the StatefulSet would be deleted and made anew, and its claims with it. ${WAY_OUT}`,
    );
  if (live.whenDeleted === "Retain" && sent.persistentVolumeClaimRetentionPolicy.whenDeleted === "Delete") {
    found.push(
      `${wanted.knob}: storage.whenDeleted is Retain in the running bed and cannot become Delete: a kept store stays kept. ${GIVE_UP}`,
    );
  }
  return found;
}

function scaleRefusals(live: LiveSet, wanted: SetIdentity, intent: Intent): string[] {
  if (wanted.replicas >= live.replicas || wanted.scaleDown === "copies") return [];
  const change = `${wanted.knob}: replicas is ${live.replicas} in the running bed and cannot become ${wanted.replicas}`;
  if (wanted.scaleDown === "never") return [`${change}: the nodes that go hold data that no other has. ${WAY_OUT}`];
  if (wanted.scaleDown === "decommissioned") {
    return wanted.replicas === intent.decommissionedTo
      ? []
      : [
          `${change}: the nodes that go still hold data. Run \`nodetool decommission\` on pods ${wanted.name}-${live.replicas - 1} down to ${wanted.name}-${wanted.replicas}, then set ${wanted.knob}.decommissionedTo to ${wanted.replicas}.`,
        ];
  }
  return wanted.replicas * 2 > live.replicas
    ? []
    : [`${change} in one step: the rest would elect no master. Go down to ${Math.floor(live.replicas / 2) + 1} or more first.`];
}

const DEFAULT = "the cluster's default";
const WAY_OUT = "Set it back, or destroy the bed first (README, 'Change what cannot change').";
const GIVE_UP = "Set it back; to give the data up, see README, 'Give kept data up'.";

function sorted(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
