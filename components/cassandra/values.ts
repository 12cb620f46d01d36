import { z } from "zod";
import { bytes } from "../kit/units";
import { Bytes, DnsLabel, Host, Image, Port, Resources, Storage, heapProblem } from "../kit/schemas";

/** Knobs of the Cassandra cluster. */
export const CassandraValues = z
  .strictObject({
    external: z
      .strictObject({
        host: Host,
        port: Port,
        user: z.string().min(1).meta({
          description:
            "Role that may create the keyspace `temporal.keyspace`. Its password is cassandraTemporalPassword. Restarts the servers.",
          source: "whoever runs that server",
        }),
      })
      .optional()
      .meta({ description: "A Cassandra that you run: this bed then has none of its own, and destroy leaves the data there alone." }),
    image: Image,
    clusterName: DnsLabel.meta({
      description: "Name that a node checks before it joins. Fixed once claims exist: a node with data refuses another name.",
      source: "Cassandra 5.0, cassandra.yaml cluster_name",
    }),
    datacenter: DnsLabel.meta({
      description: "Datacenter of every node, used by NetworkTopologyStrategy. Fixed once claims exist.",
      source: "Cassandra 5.0, cassandra-rackdc.properties dc",
    }),
    replicas: z.int().min(1).max(50).meta({
      description:
        "Nodes. A new node joins by itself. A scale-down is refused until `nodetool decommission` has run; see decommissionedTo.",
      source: "the 2025 reports recommend three nodes",
    }),
    replicationFactor: z.int().min(1).max(9).meta({
      description: "Copies of every row, for `temporal` and `system_auth`. Raising it runs the role and schema jobs again.",
      source: "the 2025 reports: RF 3 on three nodes",
    }),
    decommissionedTo: z.int().min(1).optional().meta({
      description: "Nodes left after `nodetool decommission` of the last ones: a scale-down to exactly this many is let through.",
      source: "Cassandra 5.0, nodetool decommission",
    }),
    numTokens: z.int().min(1).max(256).meta({
      description: "Virtual nodes of each node (num_tokens). Fixed once claims exist: a node with data refuses another number.",
      source: "Cassandra 5.0 ships 16; one is enough for a single node and starts faster",
    }),
    heap: Bytes.meta({
      description: "JVM heap (MAX_HEAP_SIZE). At most half of the memory limit. Restarts the pods.",
      source: "1 GiB heap measured at 1.5 GiB resident",
    }),
    concurrentReads: z
      .int()
      .min(1)
      .max(1024)
      .meta({ description: "Read threads (concurrent_reads). Restarts the pods.", source: "Cassandra default 32" }),
    concurrentWrites: z.int().min(1).max(1024).meta({
      description: "Write threads (concurrent_writes). Restarts the pods.",
      source: "Cassandra: eight per core",
    }),
    paxosVariant: z.enum(["v1", "v2"]).meta({
      description: "Paxos of lightweight transactions (paxos_variant). v2 halves their round trips. Restarts the pods.",
      source: "half of Temporal's writes are lightweight transactions",
    }),
    fastStart: z.boolean().meta({
      description: "Skip waiting for gossip to settle: about 8 s faster. A single node only. Restarts the pods.",
      source: "Cassandra 5.0, CassandraRelevantProperties: 5 s and three polls of 1 s, superuser set-up 10 s",
    }),
    resources: Resources,
    storage: Storage,
  })
  .check((ctx) => {
    const v = ctx.value;
    const problem = (path: string[], message: string) => ctx.issues.push({ code: "custom", path, message, input: v });
    const heap = heapProblem(v.heap, v.resources.limits.memory);
    if (heap) problem(heap.path, heap.message);
    if (v.replicationFactor > v.replicas) {
      problem(["replicationFactor"], `at most cassandra.replicas ${v.replicas}; add nodes or lower the factor`);
    }
    if (v.fastStart && v.replicas > 1) {
      problem(["fastStart"], `false with ${v.replicas} nodes: a node that does not wait for gossip may join with a wrong ring`);
    }
    if (v.storage.whenScaled === "Delete" && v.replicationFactor === 1 && v.replicas > 1) {
      problem(["storage", "whenScaled"], "Retain while replicationFactor is 1: the claim holds the only copy");
    }
    if ((bytes(v.storage.size) ?? 0) < 2 * (bytes(v.heap) ?? 0)) {
      problem(["storage", "size"], `at least twice the heap ${v.heap}: commit log and flushed memtables need that much`);
    }
  });
export type CassandraValues = z.infer<typeof CassandraValues>;
