import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { load } from "js-yaml";
import { seconds } from "../../../components/kit/units";
import { catalogued } from "../../../components/temporal/catalogue";
import type { DynamicConfig } from "../../../components/temporal/dynamic-config";
import type { ConstrainedValue } from "../../../components/temporal/limits";
import { LIMITS } from "../../../components/temporal/limits-table";
import { DYNAMIC_CONFIG_FILE, METRICS_PORT } from "../../../components/temporal/render";
import { TEMPORAL_ROLES, type TemporalRole } from "../../../components/temporal/roles";
import { Refusal } from "../fail";
import type { Kube } from "../kube";
import { namespaceOf } from "../places";
import { kubeletLag, type KubeletConfig, type Lag } from "./lag";
import { serverLog, type Constraints } from "./log";
import { hostRpsLimit, mountedSince, partitionsKey, type Seen, type ServerPod } from "./seen";

/** Reads from a cluster what tells of a bed's limits. Everything goes through the API server, so it works wherever kubectl does. */

const NAME = "temporal";
const WORKLOAD = "app.kubernetes.io/name";
const FILE = "dynamic-config.yaml";
const FOLDER = DYNAMIC_CONFIG_FILE.slice(0, DYNAMIC_CONFIG_FILE.lastIndexOf("/"));
/** Of a task queue that nobody has: to learn what holds for all that no setting names. Asking loads no queue. */
const NO_QUEUE = "testbed-limits";

/**
 * What the cluster says of a stack's limits.
 * @throws Refusal when the stack is not up there, or its ConfigMap cannot be read
 */
export async function lookAt(kube: Kube, stack: string): Promise<Omit<Seen, "configured">> {
  // Before the first look: a slow cluster must not make a server look late.
  const now = Date.now();
  const namespace = namespaceOf(stack);
  const map = await configMap(kube, stack, namespace);
  const { items } = await kube.core.listNamespacedPod({ namespace });
  const running = items.filter(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === "Running");
  const servers = TEMPORAL_ROLES.flatMap((role) =>
    running.filter(({ metadata }) => metadata?.labels?.[WORKLOAD] === `${NAME}-${role}`).map((pod) => ({ role, pod })),
  );
  const tools = running.find(({ metadata }) => metadata?.labels?.[WORKLOAD] === `${NAME}-admin-tools`);
  const [pods, lag, partitions] = await Promise.all([
    Promise.all(servers.map(({ role, pod }) => lookAtPod(kube, namespace, role, pod))),
    lagOf(
      kube,
      namespace,
      servers.map(({ pod }) => pod),
    ),
    partitionsOf(kube, namespace, tools, map.config),
  ]);
  return { now, mounted: map, pods, lag, partitions };
}

async function configMap({ core }: Kube, stack: string, namespace: string): Promise<Seen["mounted"]> {
  const name = `${NAME}-dynamic-config`;
  let map: Client.V1ConfigMap;
  try {
    map = await core.readNamespacedConfigMap({ name, namespace });
  } catch (error) {
    if ((error as { code?: number }).code !== 404) throw error;
    throw new Refusal(
      `there is no ConfigMap ${name} in namespace ${namespace}: stack ${stack} is not up in this cluster. Start it with \`pulumi up\` (\`make demo\`), or name another with --stack.`,
    );
  }
  const changed = (map.metadata?.managedFields ?? []).flatMap(({ time }) => (time === undefined ? [] : [new Date(time).getTime()]));
  const created = new Date(map.metadata?.creationTimestamp ?? 0).getTime();
  const config = parseFile(map.data?.[FILE] ?? "");
  if (config === undefined) {
    throw new Refusal(
      `ConfigMap ${name} in namespace ${namespace} holds no dynamic config that a server could read; \`pulumi up --refresh\` writes it anew. Servers keep what they have read before.`,
    );
  }
  return { config, changed: Math.max(created, ...changed) };
}

/** A dynamic-config file, with keys as the catalogue spells them; undefined for what is none. */
export function parseFile(text: string): DynamicConfig | undefined {
  try {
    const given = load(text) ?? {};
    if (typeof given !== "object" || Object.values(given).some((values) => !Array.isArray(values))) return undefined;
    return Object.fromEntries(
      Object.entries(given as Record<string, Partial<ConstrainedValue>[]>).map(([key, values]) => [
        catalogued(key)?.key ?? key,
        values.map(({ value, constraints }) => ({ value, constraints: constraints ?? {} })),
      ]),
    );
  } catch {
    return undefined;
  }
}

async function lookAtPod(kube: Kube, namespace: string, role: TemporalRole, pod: Client.V1Pod): Promise<ServerPod> {
  const name = pod.metadata?.name ?? "";
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const [log, file, gauge] = await Promise.all([
    orNothing(kube.text(`${path}/log?container=${role}`)),
    orNothing(kube.exec(namespace, name, role, ["sh", "-c", `readlink ${FOLDER}/..data; cat ${DYNAMIC_CONFIG_FILE}`])),
    role === "frontend" ? orNothing(kube.text(`/api/v1/namespaces/${namespace}/pods/${name}:${METRICS_PORT}/proxy/metrics`)) : undefined,
  ]);
  const started = pod.status?.containerStatuses?.find((status) => status.name === role)?.state?.running?.startedAt;
  const [link = "", ...lines] = (file ?? "").split("\n");
  const config = file === undefined ? undefined : parseFile(lines.join("\n"));
  return {
    ...{ name, role },
    started: new Date(started ?? pod.status?.startTime ?? 0).getTime(),
    log: log === undefined || log === "" ? undefined : serverLog(log),
    file: config === undefined ? undefined : { config, since: mountedSince(link) },
    hostRpsLimit: gauge === undefined ? undefined : hostRpsLimit(gauge),
  };
}

/** What a simulated node, a narrow role or an image without a shell does not give is shown as not known, each for itself. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch(() => undefined);
}

async function lagOf(kube: Kube, namespace: string, pods: readonly Client.V1Pod[]): Promise<Lag> {
  const nodes = [...new Set(pods.flatMap(({ spec }) => spec?.nodeName ?? []))];
  const volumes = pods.flatMap(({ spec }) => spec?.volumes ?? []).filter(({ name }) => name === "config");
  const maps = [...new Set(volumes.flatMap(({ configMap: map }) => map?.name ?? []))];
  const [kubelets, polls] = await Promise.all([
    Promise.all(
      nodes.map(
        async (node) => (await orNothing(kube.get<{ kubeletconfig: KubeletConfig }>(`/api/v1/nodes/${node}/proxy/configz`)))?.kubeletconfig,
      ),
    ),
    Promise.all(
      maps.map(async (name) => pollOf((await orNothing(kube.core.readNamespacedConfigMap({ name, namespace })))?.data?.["config.yaml"])),
    ),
  ]);
  return { ...kubeletLag(kubelets), poll: Math.max(...(polls.length > 0 ? polls : [SERVER_POLL])) };
}

/** Where no role's configuration could be read. @see values/base.yaml: temporal.dynamicConfigPollInterval */
const SERVER_POLL = 10;

/** Seconds between two looks of a server at its file. */
function pollOf(config: string | undefined): number {
  // No YAML until the server has filled in its template; the name stands in it once.
  return seconds(/^\s*pollInterval: (\S+)$/m.exec(config ?? "")?.[1] ?? "") ?? SERVER_POLL;
}

/** Partitions of every task queue that a setting names, and of any other. */
async function partitionsOf(
  kube: Kube,
  namespace: string,
  tools: Client.V1Pod | undefined,
  config: DynamicConfig,
): Promise<Seen["partitions"]> {
  const set = (config[LIMITS.taskQueues.writePartitions.key] ?? []).map(({ constraints }) => constraints);
  const places = [{}, ...set].map((constraints: Constraints) => {
    const text = (name: string) => (constraints[name] === undefined ? undefined : String(constraints[name]));
    return [text("namespace"), text("taskQueueName")] as const;
  });
  const answers = places.map(async ([inside, queue]) => {
    return [partitionsKey(inside, queue), await partitionsAt(kube, namespace, tools, inside ?? "default", queue ?? NO_QUEUE)] as const;
  });
  return new Map(await Promise.all(answers));
}

async function partitionsAt(
  kube: Kube,
  namespace: string,
  tools: Client.V1Pod | undefined,
  inside: string,
  queue: string,
): Promise<number | string> {
  const pod = tools?.metadata?.name;
  if (pod === undefined) return "the tools pod, which asks the frontend for partitions, does not run";
  try {
    const ask = ["temporal", "task-queue", "list-partition", "--namespace", inside, "--task-queue", queue, "--output", "json"];
    return partitionCount(await kube.exec(namespace, pod, "admin-tools", ask));
  } catch (error) {
    return `partitions could not be asked for: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** How many partitions workflow tasks are written to, as the CLI prints it. @throws Error for another answer */
export function partitionCount(answer: string): number {
  const { workflowTaskQueuePartitions: partitions } = JSON.parse(answer) as { workflowTaskQueuePartitions?: readonly unknown[] };
  if (partitions === undefined) throw new Error("the CLI lists no partitions");
  return partitions.length;
}
