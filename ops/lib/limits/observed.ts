import { inForce, type DynamicConfig } from "../../../components/temporal/dynamic-config";
import { LIMITS, type Limit } from "../../../components/temporal/limits-table";
import { TEMPORAL_ROLES } from "../../../components/temporal/roles";
import type { QuotaLine, ServerLog } from "./log";
import type { Asked } from "./asked";
import type { ServerPod } from "./seen";

/** Tags of the log line in which a limiter says what it has taken. */
interface Tags {
  readonly component: string;
  readonly scope: "host" | "namespace";
}

/**
 * Limiters that log their value. Those of matching.rps, history.rps, visibility, bursts and dispatch do not.
 * @see Temporal 1.31.2, callers of NewLogged(Namespace)Calculator: service/fx.go, service/{frontend,history}/fx.go, queue_factory_base.go
 */
const LOGGED: Readonly<Record<string, Tags>> = {
  [LIMITS.frontend.rps.key]: { component: "rpc-handler", scope: "host" },
  [LIMITS.frontend.namespaceRps.key]: { component: "rpc-handler", scope: "namespace" },
  [LIMITS.frontend.visibilityRps.key]: { component: "visibility-handler", scope: "namespace" },
  [LIMITS.frontend.namespaceRegistrationRps.key]: { component: "namespace-replication", scope: "namespace" },
  [LIMITS.frontend.concurrentPollers.key]: { component: "long-poll-handler", scope: "namespace" },
  [LIMITS.history.taskSchedulerMaxQps.key]: { component: "task-scheduler", scope: "host" },
  [LIMITS.history.namespaceTaskSchedulerMaxQps.key]: { component: "task-scheduler", scope: "namespace" },
  ...Object.fromEntries(TEMPORAL_ROLES.map((role) => [LIMITS[role].persistenceMaxQps.key, { component: "persistence", scope: "host" }])),
  ...Object.fromEntries(
    TEMPORAL_ROLES.map((role) => [LIMITS[role].namespacePersistenceMaxQps.key, { component: "persistence", scope: "namespace" }]),
  ),
};

/** What one limiter has taken, and what it should have. */
export interface Taken {
  readonly value: number;
  readonly wanted: number | undefined;
  /** Undefined for a gauge, which has no time. */
  readonly at: number | undefined;
  readonly by: "quota log" | "gauge";
}

/**
 * What the limiters of one pod have taken; undefined: none of this kind says so.
 * @param peers all pods of its role, this one among them
 */
export function taken(asked: Asked, pod: ServerPod, config: DynamicConfig, peers: readonly ServerPod[]): Taken[] | undefined {
  const { limit } = asked;
  const tags = limit === undefined ? undefined : LOGGED[limit.key];
  if (limit === undefined || tags === undefined) return undefined;
  const said = (each: ServerPod) => lastOf(each.log, tags).filter(({ namespace }) => holdsIn(config, asked, namespace));
  const lines = said(pod).map(({ value, at, namespace }): Taken => {
    const wide = forAll(limit, config, namespace);
    const all = peers.flatMap((each) =>
      said(each)
        .filter((line) => line.namespace === namespace)
        .map((line) => line.value),
    );
    // History pods share by the shards that they own, not evenly. @see Temporal 1.31.2, ownership_based_quota_calculator.go
    const shared =
      asked.role === "history" &&
      wide > 0 &&
      equals(
        all.reduce((sum, share) => sum + share, 0),
        wide,
      );
    return { value, at, by: "quota log", wanted: shared ? value : perPod(limit, config, namespace, peers.length) };
  });
  if (limit.key !== LIMITS.frontend.rps.key || pod.hostRpsLimit === undefined) return lines;
  return [...lines, { value: pod.hostRpsLimit, at: undefined, by: "gauge", wanted: perPod(limit, config, undefined, peers.length) }];
}

/** What one pod allows by this file: its share of the value for all pods where that is above 0, else its own. */
export function perPod(
  limit: Limit,
  config: DynamicConfig,
  namespace: string | undefined,
  members: number,
  taskQueue?: string,
): number | undefined {
  const wide = forAll(limit, config, namespace);
  if (wide > 0 && members > 0) return wide / members;
  const own = inForce(config, limit.key, { namespace, taskQueue });
  return typeof own === "number" ? own : undefined;
}

/** The value for all pods of the role; 0: there is none. */
export function forAll({ clusterKey }: Limit, config: DynamicConfig, namespace: string | undefined): number {
  return clusterKey === undefined ? 0 : Number(inForce(config, clusterKey, { namespace }) ?? 0);
}

/** The same number, but for what dividing and printing it may do. */
export function equals(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** The last word of each limiter of a kind. */
function lastOf(log: ServerLog | undefined, { component, scope }: Tags): QuotaLine[] {
  const own = (log?.quotas ?? []).filter((line) => line.component === component && line.scope === scope);
  return [...new Map(own.map((line) => [line.namespace, line])).values()];
}

/** A limit for all namespaces holds in those that have none of their own. */
function holdsIn(config: DynamicConfig, { key, constraints }: Asked, namespace: string | undefined): boolean {
  if (namespace === undefined) return true;
  if (constraints["namespace"] !== undefined) return constraints["namespace"] === namespace;
  return !(config[key] ?? []).some((each) => each.constraints["namespace"] === namespace);
}
