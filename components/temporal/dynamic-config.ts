import { dynamicConfigOf, type ConstrainedValue } from "./limits";
import type { TemporalValues } from "./values";

export type DynamicConfig = Readonly<Record<string, readonly ConstrainedValue[]>>;

/** Defaults of the keys that are read here. Source: Temporal 1.31.2, common/dynamicconfig/constants.go. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  "frontend.rps": 2400,
  "frontend.globalRPS": 0,
  "frontend.namespaceRPS": 2400,
  "frontend.globalNamespaceRPS": 0,
  "frontend.namespaceBurstRatio": 2,
  "frontend.namespaceCount": 1200,
  "frontend.globalNamespaceCount": 0,
  "matching.rps": 1200,
  "matching.numTaskqueueWritePartitions": 4,
  "matching.forwarderMaxRatePerSecond": 10,
  "matching.forwarderMaxChildrenPerNode": 20,
  "history.rps": 3000,
  "history.persistenceMaxQPS": 9000,
  "history.persistenceGlobalMaxQPS": 0,
  "history.persistenceNamespaceMaxQPS": 0,
  "history.persistenceGlobalNamespaceMaxQPS": 0,
  "history.persistencePerShardNamespaceMaxQPS": 0,
  "system.visibilityPersistenceMaxWriteQPS": 9000,
  "system.enableActivityEagerExecution": false,
  "admin.matchingNamespaceTaskqueueToPartitionDispatchRate": 1000,
  "admin.matchingNamespaceToPartitionDispatchRate": 10000,
};

/** What the server's dynamic-config file holds: typed limits, then the raw keys. */
export function dynamicConfig(values: TemporalValues): DynamicConfig {
  const raw = Object.entries(values.dynamicConfig).map(([key, entries]) => [
    key,
    entries.map(({ value, constraints = {} }) => ({ value, constraints })),
  ]);
  return { ...dynamicConfigOf(values.limits), ...(Object.fromEntries(raw) as Record<string, ConstrainedValue[]>) };
}

/** The value that holds for a namespace and task queue: the most specific one, else the server's default. */
export function inForce(
  config: DynamicConfig,
  key: string,
  where: { readonly namespace?: string | undefined; readonly taskQueue?: string | undefined },
): unknown {
  const entries = Object.entries(config).find(([each]) => each.toLowerCase() === key.toLowerCase())?.[1] ?? [];
  const { namespace, taskQueue } = where;
  for (const wanted of [{ namespace, taskQueueName: taskQueue }, { taskQueueName: taskQueue }, { namespace }, {}]) {
    const text = JSON.stringify(wanted, Object.keys(wanted).sort());
    const found = entries.find(({ constraints }) => JSON.stringify(constraints, Object.keys(constraints).sort()) === text);
    if (found !== undefined) return found.value;
  }
  return DEFAULTS[key];
}
