import { z } from "zod";
import { Bytes, DnsLabel, Host, Image, Port, Resources, Storage, heapProblem } from "../kit/schemas";

/** Knobs of the Elasticsearch cluster, Temporal's visibility store. */
export const ElasticsearchValues = z
  .strictObject({
    external: z
      .strictObject({
        host: Host,
        port: Port,
        user: z.string().min(1).meta({
          description: "User that may create the index and its template. Its password is elasticsearchPassword. Restarts the servers.",
          source: "whoever runs that server",
        }),
      })
      .optional()
      .meta({ description: "An Elasticsearch that you run: this bed then has none of its own, and destroy leaves the index there alone." }),
    image: Image,
    clusterName: DnsLabel.meta({ description: "cluster.name. Restarts the pods.", source: "Elasticsearch 8.19, cluster.name" }),
    replicas: z.int().min(1).max(21).meta({
      description:
        "Nodes, all of them master-eligible: 1, 3, 5 ... Half of them or more cannot go in one `up`: the rest would elect no master.",
      source: "Elasticsearch 8.19, quorum-based decisions; the 2025 reports recommend three nodes",
    }),
    heap: Bytes.meta({
      description: "JVM heap (-Xms and -Xmx). At most half of the memory limit. Restarts the pods.",
      source: "Elastic: no more than half of the memory",
    }),
    resources: Resources,
    storage: Storage,
  })
  .check((ctx) => {
    const v = ctx.value;
    const problem = (path: string[], message: string) => ctx.issues.push({ code: "custom", path, message, input: v });
    const heap = heapProblem(v.heap, v.resources.limits.memory);
    if (heap) problem(heap.path, heap.message);
    if (v.replicas % 2 === 0) {
      problem(["replicas"], `an odd number: ${v.replicas} nodes elect no better than ${v.replicas - 1}`);
    }
  });
export type ElasticsearchValues = z.infer<typeof ElasticsearchValues>;
