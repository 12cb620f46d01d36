import { dump } from "js-yaml";
import { storageIdentity, type SetIdentity } from "../kit/storage";
import { OUTSIDE, type Endpoint } from "../kit/traffic";
import { bytes } from "../kit/units";
import type { CassandraValues } from "./values";

/** Ports. @see https://cassandra.apache.org/doc/5.0/cassandra/managing/configuration/cass_yaml_file.html */
export const PORTS = { cql: 9042, gossip: 7000 } as const;

/** User and group of the official image. */
export const USER = 999;

export const CONFIG_DIR = "/etc/cassandra";
export const DATA_DIR = "/var/lib/cassandra";
export const LOG_DIR = "/var/log/cassandra";

/** Role that owns the cluster; the stage `cassandra-roles` puts it in the place of the built-in superuser. */
export const SUPERUSER = "testbed";
/** Role of Temporal's servers and schema job: may create keyspaces, and owns those it created. */
export const APPLICATION_ROLE = "temporal";

/** What cannot change in place, for the set and for the guard. `identityOf` reads as: the set that these values ask for. */
export function identityOf(
  values: CassandraValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "cassandra",
    knob: "cassandra",
    serviceName: "cassandra-peers",
    // A rollout that is stuck goes on with the next edit: with OrderedReady, Kubernetes waits for the broken pod for ever.
    podManagementPolicy: "Parallel",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: values.replicas,
    scaleDown: "decommissioned",
  };
}

/**
 * What the container runs. The first node forms the ring, and each other one joins it alone, after the one before it serves:
 * two that join at once would take ranges from each other. A node that has data is a member already.
 * On a full disk the JVM maps a commit log segment and dies of a memory fault, so the room for one (32 MiB) is tried first.
 */
export function startScript(peers: string): string {
  return `trap 'exit 0' TERM
ordinal=\${HOSTNAME##*-}
if [ "$ordinal" -gt 0 ] && [ ! -d ${DATA_DIR}/data/system ]; then
  before="\${HOSTNAME%-*}-$(( ordinal - 1 )).${peers}"
  echo "waiting for $before"
  until (exec 3<> "/dev/tcp/$before/${PORTS.cql}") 2> /dev/null; do sleep 2; done
fi
room=${DATA_DIR}/.room
head -c 32M /dev/zero > "$room" || { rm -f "$room"; echo "no room for a commit log segment in ${DATA_DIR}: the disk is full" >&2; exit 1; }
rm -f "$room"
exec /opt/cassandra/bin/cassandra -f
`;
}

/**
 * cassandra.yaml. Addresses stay blank on purpose: a node then listens on the address of its host name, the pod IP.
 * @param seed DNS name of the first pod; resolvable before it is ready
 */
export function renderCassandraYaml(values: CassandraValues, seed: string): string {
  return dump(
    {
      cluster_name: values.clusterName,
      num_tokens: values.numTokens,
      // With one token per node the first one is given, as the allocator needs a replication factor and peers.
      ...(values.numTokens === 1 && values.replicas === 1
        ? { initial_token: "0" }
        : { allocate_tokens_for_local_replication_factor: values.replicationFactor }),
      partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
      endpoint_snitch: "GossipingPropertyFileSnitch",
      seed_provider: [
        { class_name: "org.apache.cassandra.locator.SimpleSeedProvider", parameters: [{ seeds: `${seed}:${PORTS.gossip}` }] },
      ],
      storage_port: PORTS.gossip,
      native_transport_port: PORTS.cql,
      authenticator: { class_name: "org.apache.cassandra.auth.PasswordAuthenticator" },
      authorizer: { class_name: "org.apache.cassandra.auth.CassandraAuthorizer" },
      role_manager: { class_name: "org.apache.cassandra.auth.CassandraRoleManager" },
      // A session outlives the moment between a raised replication of system_auth and its repair; the built-in login dies after it.
      roles_validity: "10s",
      permissions_validity: "10s",
      credentials_validity: "10s",
      data_file_directories: [`${DATA_DIR}/data`],
      commitlog_directory: `${DATA_DIR}/commitlog`,
      saved_caches_directory: `${DATA_DIR}/saved_caches`,
      hints_directory: `${DATA_DIR}/hints`,
      commitlog_sync: "periodic",
      commitlog_sync_period: "10000ms",
      disk_failure_policy: "stop",
      commit_failure_policy: "stop",
      concurrent_reads: values.concurrentReads,
      concurrent_writes: values.concurrentWrites,
      paxos_variant: values.paxosVariant,
    },
    { lineWidth: -1, noRefs: true },
  );
}

/** Where a node stands, for GossipingPropertyFileSnitch. */
export function renderRackDc(values: CassandraValues): string {
  return `dc=${values.datacenter}\nrack=rack1\n`;
}

/** System properties that skip waits which only a ring needs. Only ever for a single node. */
export function extraJvmOptions(values: CassandraValues): string {
  const skipped = ["skip_wait_for_gossip_to_settle", "ring_delay_ms", "superuser_setup_delay_ms"];
  return values.fastStart ? skipped.map((wait) => `-Dcassandra.${wait}=0`).join(" ") : "";
}

/** Direct memory: half of what the heap leaves. Unset, the start script takes a quarter of the node's memory. */
export function directMemorySize(values: CassandraValues): string {
  const rest = (bytes(values.resources.limits.memory) ?? 0) - (bytes(values.heap) ?? 0);
  return `${Math.floor(rest / 2 / 2 ** 20)}M`;
}

/** Heap as cassandra-env.sh reads it: "512Mi" is "512M" there. */
export function heapSize(values: CassandraValues): string {
  return values.heap.replace(/i$/, "");
}

/** Tables of `system_auth` whose rows a new replica must hold before it can answer a login. */
const AUTH_TABLES = [
  "roles",
  "role_members",
  "role_permissions",
  "resource_role_permissons_index",
  "network_permissions",
  "cidr_permissions",
  "cidr_groups",
  "identity_to_role",
];

/**
 * Body of the role job. In this order, so that a run that died in between is completed by the next one:
 * own superuser, replication of `system_auth`, repair by reading every row at ALL (blocking read repair, needs no JMX),
 * the application's role, and last the built-in superuser loses its login.
 */
export function rolesScript(values: CassandraValues, keyspaces: readonly string[]): string {
  const replication = `{'class': 'NetworkTopologyStrategy', '${values.datacenter}': ${values.replicationFactor}}`;
  return `
umask 077
# Both sections that cqlsh reads; it takes the file only when nobody else may read it.
credentials() {
  for section in PlainTextAuthProvider plain_text_auth; do
    printf '[%s]\\nusername = %s\\npassword = %s\\n' "$section" "$1" "$2"
  done > "/tmp/$1.credentials"
}
credentials cassandra cassandra
credentials ${SUPERUSER} "$SUPERUSER_PASSWORD"
credentials ${APPLICATION_ROLE} "$APPLICATION_PASSWORD"
as() { role=$1; shift; cqlsh --credentials "/tmp/$role.credentials" "$CASSANDRA_HOST" "$CASSANDRA_PORT" "$@"; }
answers() { as ${SUPERUSER} -e 'SELECT key FROM system.local' || as cassandra -e 'SELECT key FROM system.local'; }
# Rows of system_auth hold password hashes: what a statement prints goes nowhere, what it complains about is kept.
quiet() { "$@" > /dev/null; }
quoted() { printf '%s' "$1" | sed "s/'/''/g"; }

wait_for "Cassandra at $CASSANDRA_HOST:$CASSANDRA_PORT" answers
if ! as ${SUPERUSER} -e 'SELECT key FROM system.local' > /dev/null 2>&1; then
  cat > /tmp/superuser.cql <<CQL
CREATE ROLE IF NOT EXISTS ${SUPERUSER} WITH SUPERUSER = true AND LOGIN = true AND PASSWORD = '$(quoted "$SUPERUSER_PASSWORD")';
CQL
  run "create the bed's superuser" as cassandra -f /tmp/superuser.cql
fi
cat > /tmp/roles.cql <<CQL
ALTER KEYSPACE system_auth WITH replication = ${replication};
CONSISTENCY ALL
${AUTH_TABLES.map((table) => `SELECT * FROM system_auth.${table};`).join("\n")}
CONSISTENCY QUORUM
${["system_distributed", "system_traces"].map((keyspace) => `ALTER KEYSPACE ${keyspace} WITH replication = ${replication};`).join("\n")}
${keyspaces.map((keyspace) => `ALTER KEYSPACE IF EXISTS ${keyspace} WITH replication = ${replication};`).join("\n")}
CREATE ROLE IF NOT EXISTS ${APPLICATION_ROLE} WITH LOGIN = true AND PASSWORD = '$(quoted "$APPLICATION_PASSWORD")';
GRANT CREATE ON ALL KEYSPACES TO ${APPLICATION_ROLE};
ALTER ROLE cassandra WITH SUPERUSER = false AND LOGIN = false;
CQL
run "roles, replication and repair of system_auth" quiet as ${SUPERUSER} -f /tmp/roles.cql
if ! as ${APPLICATION_ROLE} -e 'SELECT key FROM system.local' > /dev/null 2>&1; then
  printf "ALTER ROLE ${APPLICATION_ROLE} WITH PASSWORD = '%s';\n" "$(quoted "$APPLICATION_PASSWORD")" > /tmp/password.cql
  run "set the password of ${APPLICATION_ROLE}" quiet as ${SUPERUSER} -f /tmp/password.cql
fi
rm -f /tmp/*.cql /tmp/*.credentials
`;
}

/** How to reach Cassandra: plain data. */
export interface CassandraEndpoint extends Endpoint {
  /** Role of the application. */
  readonly user: string;
  readonly datacenter: string;
  readonly replicationFactor: number;
}

/** Where the bed's Cassandra is: its own, or one that somebody else runs. */
export function cassandraEndpoint(values: CassandraValues, namespace: string): CassandraEndpoint {
  const { external, datacenter, replicationFactor } = values;
  const own = { host: `cassandra.${namespace}.svc`, port: PORTS.cql, workload: "cassandra", user: APPLICATION_ROLE };
  return { ...own, ...(external && { ...external, workload: OUTSIDE }), datacenter, replicationFactor };
}
