import { storageIdentity, type SetIdentity } from "../kit/storage";
import type { Endpoint } from "../kit/traffic";
import type { KeeperValues } from "./values";
import { fromEnv, toXml } from "./xml";

/** `control` answers whether this Keeper sees a leader. */
export const KEEPER_PORTS = { client: 2181, raft: 9234, control: 9182, metrics: 9363 } as const;

export const KEEPER_WORKLOAD = "clickhouse-keeper";
const PEERS = `${KEEPER_WORKLOAD}-peers`;
export const KEEPER_CONFIG_DIR = "/etc/clickhouse-keeper";
const CONFIG_FILE = "keeper_config.xml";
export const KEEPER_DATA_DIR = "/var/lib/clickhouse";
const SERVER_ID = "KEEPER_SERVER_ID";

/** What cannot change in place, for the set and for the guard. */
export function keeperIdentityOf(
  values: KeeperValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: KEEPER_WORKLOAD,
    knob: "clickhouse.keeper",
    serviceName: PEERS,
    // Keepers elect a leader together: none becomes ready alone.
    podManagementPolicy: "Parallel",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: values.replicas,
    scaleDown: "quorum",
  };
}

/** How to reach the Keepers: each by its own name, because a client takes a list. */
export interface KeeperEndpoint extends Endpoint {
  readonly hosts: readonly string[];
}

export function keeperEndpoint(values: KeeperValues, namespace: string): KeeperEndpoint {
  const host = `${PEERS}.${namespace}.svc`;
  const hosts = Array.from({ length: values.replicas }, (_, ordinal) => `${KEEPER_WORKLOAD}-${ordinal}.${host}`);
  return { host, hosts, port: KEEPER_PORTS.client, workload: KEEPER_WORKLOAD };
}

/** The whole configuration: nothing of the image's own is read. */
export function renderKeeperConfig(values: KeeperValues, hosts: readonly string[]): Record<string, string> {
  const config = toXml({
    logger: { level: values.logLevel, console: 1 },
    listen_host: ["::", "0.0.0.0"],
    listen_try: 1,
    keeper_server: {
      tcp_port: KEEPER_PORTS.client,
      server_id: fromEnv(SERVER_ID),
      log_storage_path: `${KEEPER_DATA_DIR}/coordination/log`,
      snapshot_storage_path: `${KEEPER_DATA_DIR}/coordination/snapshots`,
      raft_configuration: {
        server: hosts.map((hostname, ordinal) => ({ id: ordinal + 1, hostname, port: KEEPER_PORTS.raft })),
      },
      http_control: { port: KEEPER_PORTS.control, readiness: { endpoint: "/ready" } },
    },
    prometheus: { endpoint: "/metrics", port: KEEPER_PORTS.metrics, metrics: 1, events: 1, asynchronous_metrics: 1 },
  });
  return { [CONFIG_FILE]: config };
}

/** What the container runs: ids count from 1, pods from 0. */
export function keeperStartScript(): string {
  return `export ${SERVER_ID}=$(( \${POD_NAME##*-} + 1 ))
exec clickhouse-keeper --config-file=${KEEPER_CONFIG_DIR}/${CONFIG_FILE}
`;
}
