import { z } from "zod";
import { Bytes, Cpu, DnsLabel, Image, Resources } from "../kit/schemas";

const CURRENT = "canopyx 03d4c27 (2026-01-04)";
const OCTOBER = "canopyx feddbaf (2025-10-17)";
const PROVIDER = "app/controller/provider_k8s.go";

const generationMeta = {
  description:
    "Which CanopyX: `current`, or `october-2025`, the one of the 2025 reports (query service, string chain ids, no Redis). What only one of them reads cannot be set for the other. Give it its own images.",
  source: `${CURRENT}; ${OCTOBER}`,
};

/** No image has a default: CanopyX publishes none. All of a generation, or none. */
const images = { admin: Image.optional(), controller: Image.optional(), indexer: Image.optional(), adminWeb: Image.optional() };

const program = (ports: string) => z.strictObject({ resources: Resources }).meta({ description: `One pod, ${ports}.` });

const replicas = z.int().min(1).max(100);

/** What a row of the table `chains` has in both generations. */
const chain = {
  of: z.enum(["rpc-mock", "canopy-node"]).optional().meta({
    description: "A node of this bed that serves the chain; the entry is left out while that node is off. Either this or rpcEndpoints.",
    source: "this bed",
  }),
  rpcEndpoints: z
    .array(z.string().regex(/^https?:\/\/[A-Za-z0-9._:/?=%~-]+$/, "an http or https address, such as https://node.example.com:50002"))
    .min(1)
    .optional()
    .meta({
      description: "Nodes outside of this bed that serve the chain. Either this or of. Registers the chains again.",
      source: `${CURRENT}: rpc_endpoints; it asks each for its chain id, and they must agree`,
    }),
  minReplicas: replicas.meta({
    description:
      "Fewest indexer pods, and the minimum of the HorizontalPodAutoscaler: INDEXER_HPA_MIN, which looks like it, is used nowhere. Registers the chains again; nothing restarts.",
    source: `${CURRENT}: min_replicas 1`,
  }),
  maxReplicas: replicas.meta({
    description:
      "Most indexer pods, reached at a backlog of 1000 tasks, and the maximum of the HorizontalPodAutoscaler (not INDEXER_HPA_MAX). Registers the chains again; nothing restarts.",
    source: `${CURRENT}: max_replicas, the minimum if unset; the 2025 reports ran 1 to 6`,
  }),
};

/** What the controller reads of an indexer's shape, in both generations. */
const indexer = {
  cpu: Cpu.meta({
    description:
      "CPU request and limit of one indexer pod. The controller rolls out no change of this alone: delete the indexers' Deployments and it makes them anew.",
    source: `INDEXER_CPU, ${PROVIDER}; its manifest sets 2000m. The quota of the namespace lets no pod in without it`,
  }),
  memory: Bytes.meta({
    description:
      "Memory request and limit of one indexer pod. The controller rolls out no change of this alone: delete the indexers' Deployments and it makes them anew.",
    source: `INDEXER_MEM, ${PROVIDER}; its manifest sets 2Gi; the 2025 reports saw 256Mi killed`,
  }),
  hpa: z.strictObject({
    enabled: z.boolean().meta({
      description:
        "Whether the controller makes a HorizontalPodAutoscaler per chain. It sets the replicas itself every 15 s too, so the two fight over them. Needs a metrics server. Restarts the controller.",
      source: `INDEXER_ENABLE_HPA, ${PROVIDER}; its manifest sets true`,
    }),
    cpuTarget: z
      .int()
      .min(1)
      .max(100)
      .meta({
        description: "CPU utilisation, in per cent of the request, that the HorizontalPodAutoscaler aims at. Restarts the controller.",
        source: `INDEXER_HPA_CPU_TARGET, ${PROVIDER}: 80`,
      }),
  }),
  podSecurity: z.enum(["restricted", "baseline"]).meta({
    description:
      "Pod Security level of the indexers' namespace. Neither generation's controller gives its pods a security context, so restricted refuses the pods of the real indexers; it warns when it does. Restarts nothing.",
    source: `${PROVIDER}: no SecurityContext; Kubernetes documentation, Pod Security Standards`,
  }),
};

const parallelBlocks = z.int().min(1).max(1000);
const blocks = (queue: string, variable: string, numbers: string) =>
  parallelBlocks.meta({
    description: `Blocks of the ${queue} queue that one indexer pod works on at once; 160 ClickHouse connections for each. Restarts controller and indexers.`,
    source: `${variable}, ${PROVIDER}, app/indexer/app.go; ${numbers}`,
  });
const scheduler = (description: string, variable: string, number: string) =>
  z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({
      description: `${description} Unset: the indexer's own, ${number}. Restarts controller and indexers.`,
      source: `${variable}, app/indexer/app.go: ${number}`,
    });

const common = {
  adminUser: z
    .string()
    .regex(/^[\w.@-]{1,64}$/, "letters, digits, '.', '_', '@' and '-', at most 64")
    .meta({ description: "Name with which a person signs in at the admin UI. Restarts admin.", source: "ADMIN_USER: admin" }),
  logLevel: z.enum(["debug", "info", "warn", "error"]).meta({
    description:
      "Log level of admin, controller, query and indexers. At `debug` (current) and from `info` on (October 2025) they log the ClickHouse address with its password. Restarts all.",
    source: "LOG_LEVEL, pkg/logging/logging.go: debug; the log line is in pkg/db/clickhouse/client.go and pkg/db/clickhouse.go",
  }),
  chainsImage: Image.meta({ description: "Image with curl, of the job that registers the chains." }),
  admin: program("port 3000"),
  controller: program("one and no more: it has no leader election"),
  web: program("port 3003"),
};

const chains = <Row extends z.ZodType>(row: Row) =>
  z.record(DnsLabel, row).meta({
    description: "Chains to register, by name. One that leaves this list stays registered: take it away in the admin UI.",
    source: "POST /api/chains, app/admin/controller/chain.go",
  });

const Current = z.strictObject({
  generation: z.literal("current").meta(generationMeta),
  ...common,
  images: z.strictObject(images),
  secureCookies: z.boolean().meta({
    description: "true: the session cookie goes over HTTPS alone, so put a TLS terminator before the proxy first. Restarts admin.",
    source: "ENVIRONMENT=production, app/admin/controller/auth.go",
  }),
  clickhouse: z.strictObject({
    connStrategy: z.enum(["in_order", "round_robin", "random"]).optional().meta({
      description: "Which ClickHouse host a connection goes to, of several. Unset: in_order. Restarts admin, controller and indexers.",
      source: "CLICKHOUSE_CONN_STRATEGY, pkg/db/clickhouse/client.go",
    }),
    connMaxLifetime: z
      .string()
      .regex(/^\d+(s|m|h)$/, "a whole number with a unit s, m or h, such as 30m")
      .optional()
      .meta({
        description: "Age at which a ClickHouse connection is replaced. Unset: 1h. Restarts admin, controller and indexers.",
        source: "CLICKHOUSE_CONN_MAX_LIFETIME, pkg/db/clickhouse/client.go",
      }),
  }),
  proxy: z.strictObject({ image: Image, resources: Resources }),
  indexer: z.strictObject({
    ...indexer,
    pullPolicy: z.enum(["Always", "IfNotPresent", "Never"]).meta({
      description:
        "When the node pulls the indexer's image. The controller rolls out no change of this alone. Of images.pullSecrets the controller passes on the first.",
      source: `INDEXER_PULL_POLICY, ${PROVIDER}: Always`,
    }),
    liveParallelBlocks: blocks("live", "LIVE_PARALLEL_BLOCKS", "the controller's 5, the indexer's 2, the manifest's 2"),
    historicalParallelBlocks: blocks("historical", "HISTORICAL_PARALLEL_BLOCKS", "the controller's 10, the indexer's 5, the manifest's 5"),
    reindexParallelBlocks: blocks("reindex", "REINDEX_PARALLEL_BLOCKS", "the controller's 10, the indexer's 5, the manifest's 5"),
    scheduler: z.strictObject({
      catchupThreshold: scheduler("Missing blocks beyond which a scheduler workflow takes over.", "SCHEDULER_CATCHUP_THRESHOLD", "500"),
      directBatchSize: scheduler("Blocks that are scheduled at once without it.", "DIRECT_SCHEDULE_BATCH_SIZE", "50"),
      batchSize: scheduler("Workflows that it starts in one batch.", "SCHEDULER_BATCH_SIZE", "250"),
      blockTimeSeconds: scheduler("Seconds between two blocks of the chain.", "BLOCK_TIME_SECONDS", "20"),
      batchMaxParallelism: scheduler("Batches side by side.", "SCHEDULER_BATCH_MAX_PARALLELISM", "unlimited"),
    }),
  }),
  chains: chains(
    z.strictObject({
      ...chain,
      chainId: z
        .int()
        .min(1)
        .max(Number.MAX_SAFE_INTEGER)
        .optional()
        .meta({
          description: "Number of the chain, which its nodes must report. Unset: what they report. Registers the chains again.",
          source: `${CURRENT}: chain_id uint64, optional`,
        }),
      reindex: z.strictObject({
        minReplicas: replicas.meta({
          description: "Fewest pods that re-index, made once at the controller's start. Registers the chains again.",
          source: `${CURRENT}: reindex_min_replicas 1`,
        }),
        maxReplicas: replicas.meta({
          description: "Most pods that re-index. Registers the chains again.",
          source: `${CURRENT}: reindex_max_replicas 3`,
        }),
        scaleThreshold: z
          .int()
          .min(1)
          .max(1_000_000)
          .meta({
            description: "Backlog at which re-indexing reaches its most pods. Registers the chains again.",
            source: `${CURRENT}: reindex_scale_threshold 100`,
          }),
      }),
    }),
  ),
});
export type CurrentValues = z.infer<typeof Current>;

const October = z.strictObject({
  generation: z.literal("october-2025").meta(generationMeta),
  ...common,
  images: z.strictObject({ ...images, query: Image.optional() }),
  query: program("port 3001"),
  indexer: z.strictObject(indexer),
  chains: chains(
    z.strictObject({
      ...chain,
      chainId: z
        .string()
        .regex(/^[a-z0-9]([a-z0-9._-]{0,38}[a-z0-9])?$/, "lower case letters, digits, '.', '_' and '-', at most 40, such as canopy_local")
        .meta({
          description: "Name under which the chain is indexed; nothing checks it against the node. Registers the chains again.",
          source: `${OCTOBER}: chain_id, a text, required`,
        }),
    }),
  ),
});
export type OctoberValues = z.infer<typeof October>;
/** A chain of either generation. */
export type ChainValues = (CurrentValues | OctoberValues)["chains"][string];

/** Knobs of CanopyX. What only one generation reads stands in that generation's shape alone. */
export const CanopyxValues = z.discriminatedUnion("generation", [Current, October]).check((ctx) => {
  const { images: given } = ctx.value;
  const rows: Readonly<Record<string, ChainValues>> = ctx.value.chains;
  const issue = (path: PropertyKey[], message: string) => ctx.issues.push({ code: "custom", path, input: ctx.value, message });

  const wanted = imageNames(ctx.value);
  const missing = wanted.filter((name) => (given as Readonly<Record<string, unknown>>)[name] === undefined);
  if (missing.length > 0 && missing.length < wanted.length) {
    issue(["images"], `all of ${wanted.join(", ")}, or none, which switches CanopyX off; missing: ${missing.join(", ")}`);
  }
  for (const [name, row] of Object.entries(rows)) {
    if ((row.of === undefined) === (row.rpcEndpoints === undefined)) {
      issue(["chains", name], "either of (rpc-mock or canopy-node) or rpcEndpoints (a list of addresses)");
    }
    if (row.maxReplicas < row.minReplicas) issue(["chains", name, "maxReplicas"], `${row.minReplicas} or more, as minReplicas is`);
    if ("reindex" in row && row.reindex.maxReplicas < row.reindex.minReplicas) {
      issue(["chains", name, "reindex", "maxReplicas"], `${row.reindex.minReplicas} or more, as minReplicas is`);
    }
    const [twin] = Object.entries(rows).find(([, other]) => row.chainId !== undefined && other.chainId === row.chainId) ?? [name];
    if (twin !== name) issue(["chains", name, "chainId"], `an id that no other chain has; ${twin} has it`);
  }
});
export type CanopyxValues = z.infer<typeof CanopyxValues>;

/** The images that a generation needs. */
export function imageNames({ generation }: Pick<CanopyxValues, "generation">): string[] {
  return [...Object.keys(images), ...(generation === "october-2025" ? ["query"] : [])];
}

/** The images of a CanopyX that is on. */
export type CanopyxImages = Readonly<Record<"admin" | "controller" | "indexer" | "adminWeb", Image>> & { readonly query?: Image };

/** All images of the generation; undefined when they are not named: then there is no CanopyX. */
export function imagesOf(values: CanopyxValues): CanopyxImages | undefined {
  const given = values.images as Readonly<Record<string, Image | undefined>>;
  return imageNames(values).every((name) => given[name] !== undefined) ? (given as unknown as CanopyxImages) : undefined;
}
