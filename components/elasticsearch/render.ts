import { dump } from "js-yaml";
import { storageIdentity, type SetIdentity } from "../kit/storage";
import { OUTSIDE, type Endpoint } from "../kit/traffic";
import type { ElasticsearchValues } from "./values";

/** `readiness` opens when a master is elected and the node serves, and closes when that ends (Elasticsearch >= 8.2). */
export const PORTS = { http: 9200, transport: 9300, readiness: 9399 } as const;

/** User and group of the official image. */
export const USER = 1000;

export const HOME = "/usr/share/elasticsearch";
export const CONFIG_DIR = `${HOME}/config`;
export const DATA_DIR = `${HOME}/data`;
/** Where the init container puts the node's transport certificate, below the config folder. */
export const TRANSPORT_KEYSTORE = "transport.p12";

/** Built-in superuser; its password is the bed's from the first start on. */
export const SUPERUSER = "elastic";

/** What cannot change in place, for the set and for the guard. */
export function identityOf(
  values: ElasticsearchValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "elasticsearch",
    knob: "elasticsearch",
    serviceName: "elasticsearch-peers",
    // Nodes elect a master together: none becomes ready alone.
    podManagementPolicy: "Parallel",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: values.replicas,
    scaleDown: "quorum",
  };
}

/**
 * elasticsearch.yml. No memory mapping, so no node needs a privileged sysctl.
 * @param peers DNS name of the headless Service with every node, ready or not
 */
export function renderElasticsearchYml(values: ElasticsearchValues, peers: string): string {
  // Never more than three, so that a later scale-up changes no configuration and rolls no pod.
  const first = Array.from({ length: Math.min(3, values.replicas) }, (_, ordinal) => `elasticsearch-${ordinal}`);
  return dump(
    {
      "cluster.name": values.clusterName,
      "node.name": "${HOSTNAME}",
      "network.host": "0.0.0.0",
      "http.port": PORTS.http,
      "transport.port": PORTS.transport,
      "readiness.port": PORTS.readiness,
      "node.store.allow_mmap": false,
      "ingest.geoip.downloader.enabled": false,
      "xpack.ml.enabled": false,
      "xpack.security.enabled": true,
      "xpack.security.enrollment.enabled": false,
      "xpack.security.http.ssl.enabled": false,
      ...(values.replicas === 1
        ? {
            "discovery.type": "single-node",
            // On a disk less than 10 % free, not even the index of the users is allocated, and every log-in is refused: a laptop's disk.
            "cluster.routing.allocation.disk.threshold_enabled": false,
          }
        : {
            "discovery.seed_hosts": [peers],
            // Read only by a cluster that has never formed; nodes with data ignore it.
            "cluster.initial_master_nodes": first,
            // Every node has a certificate of its own making: traffic is encrypted, and the network policy says who may talk.
            "xpack.security.transport.ssl.enabled": true,
            "xpack.security.transport.ssl.verification_mode": "none",
            "xpack.security.transport.ssl.keystore.path": TRANSPORT_KEYSTORE,
          }),
    },
    { lineWidth: -1, noRefs: true },
  );
}

/** JVM flags of the image's start script. */
export function javaOptions(values: ElasticsearchValues): string {
  const heap = values.heap.replace(/i$/, "").toLowerCase();
  return `-Xms${heap} -Xmx${heap}`;
}

/**
 * Body of the init container. The start script writes its keystore beside the configuration, so that folder is a
 * writable copy of the image's; with more than one node it also holds a certificate that this node makes for itself.
 */
export function configScript(values: ElasticsearchValues): string {
  const certificate = `${HOME}/bin/elasticsearch-certutil cert --self-signed --silent --name "$HOSTNAME" --pass "" --out /config/${TRANSPORT_KEYSTORE}`;
  return `set -eu
cp -R ${CONFIG_DIR}/. /config/
cp /rendered/elasticsearch.yml /config/elasticsearch.yml
${values.replicas === 1 ? "" : `[ -s /config/${TRANSPORT_KEYSTORE} ] || ${certificate}`}
`;
}

/** How to reach Elasticsearch: plain data. */
export interface ElasticsearchEndpoint extends Endpoint {
  readonly user: string;
}

/** Where the bed's Elasticsearch is: its own, or one that somebody else runs. */
export function elasticsearchEndpoint({ external }: ElasticsearchValues, namespace: string): ElasticsearchEndpoint {
  const own = { host: `elasticsearch.${namespace}.svc`, port: PORTS.http, workload: "elasticsearch", user: SUPERUSER };
  return { ...own, ...(external && { ...external, workload: OUTSIDE }) };
}
