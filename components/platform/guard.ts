import type { SetIdentity } from "../kit/storage";
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

/** The part of a StatefulSet that the guard reads. */
export interface LiveSet {
  readonly name: string;
  readonly replicas: number;
  readonly serviceName: string;
  readonly podManagementPolicy: string;
  readonly revisionHistoryLimit: number;
  readonly selector: Readonly<Record<string, string>>;
  readonly claims: readonly { readonly name: string; readonly size: string; readonly className: string | undefined }[];
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
}

export interface Intent {
  readonly stack: string;
  readonly facts: Facts;
  readonly sets: readonly SetIdentity[];
  /** Cassandra nodes left after a decommission that the operator has done; undefined: none was done. */
  readonly decommissionedTo: number | undefined;
}

/** Every reason why this edit must not reach the cluster; empty when there is none. */
export function refusals(live: Live, intent: Intent): string[] {
  return [
    ...live.namespaces.flatMap((namespace) => namespaceRefusals(namespace, live.sets, intent)),
    ...intent.sets.flatMap((wanted) => {
      const found = live.sets.find((set) => set.name === wanted.name);
      return found === undefined ? [] : [...identityRefusals(found, wanted), ...scaleRefusals(found, wanted, intent)];
    }),
  ];
}

function namespaceRefusals(namespace: LiveNamespace, sets: readonly LiveSet[], intent: Intent): string[] {
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
  const witnessed = (knob: string) => sets.some((set) => knob.startsWith(`${set.name}.storage.`));
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

function identityRefusals(live: LiveSet, wanted: SetIdentity): string[] {
  const [claim] = live.claims;
  const fields: [string, unknown, unknown][] = [
    ["serviceName", live.serviceName, wanted.serviceName],
    ["podManagementPolicy", live.podManagementPolicy, wanted.podManagementPolicy],
    ["revisionHistoryLimit", live.revisionHistoryLimit, wanted.revisionHistoryLimit],
    ["selector", sorted(live.selector), sorted(wanted.selector)],
    ["number of claim templates", live.claims.length, 1],
    ["claim template name", claim?.name, wanted.claim.name],
    ["storage.size", bytes(claim?.size ?? "") ?? claim?.size, bytes(wanted.claim.size)],
    ["storage.className", claim?.className, wanted.claim.className],
  ];
  const shown = (field: string, side: "live" | "wanted", value: unknown): string =>
    field === "storage.size"
      ? ((side === "live" ? claim?.size : wanted.claim.size) ?? "none")
      : typeof value === "string" || typeof value === "number"
        ? String(value)
        : "the cluster's default";
  const found = fields
    .filter(([, is, becomes]) => is !== becomes)
    .map(
      ([field, is, becomes]) =>
        `${wanted.name}: ${field} is ${shown(field, "live", is)} in the running bed and cannot become ${shown(field, "wanted", becomes)}: the StatefulSet would be deleted and made anew, and its claims with it. ${WAY_OUT}`,
    );
  if (live.whenDeleted === "Retain" && wanted.whenDeleted === "Delete") {
    found.push(
      `${wanted.name}: storage.whenDeleted is Retain in the running bed and cannot become Delete: a kept store stays kept. ${GIVE_UP}`,
    );
  }
  return found;
}

function scaleRefusals(live: LiveSet, wanted: SetIdentity, intent: Intent): string[] {
  if (wanted.replicas >= live.replicas) return [];
  if (wanted.podManagementPolicy === "OrderedReady") {
    return wanted.replicas === intent.decommissionedTo
      ? []
      : [
          `${wanted.name}: replicas is ${live.replicas} in the running bed and cannot become ${wanted.replicas}: the nodes that go still hold data. Run \`nodetool decommission\` on pods ${wanted.name}-${live.replicas - 1} down to ${wanted.name}-${wanted.replicas}, then set ${wanted.name}.decommissionedTo to ${wanted.replicas}.`,
        ];
  }
  return wanted.replicas * 2 > live.replicas
    ? []
    : [
        `${wanted.name}: replicas is ${live.replicas} in the running bed and cannot become ${wanted.replicas} in one step: the rest would elect no master. Go down to ${Math.floor(live.replicas / 2) + 1} or more first.`,
      ];
}

const WAY_OUT = "Set it back, or destroy the bed first (README, 'Change what cannot change').";
const GIVE_UP = "Set it back; to give the data up, see README, 'Give kept data up'.";

function sorted(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
