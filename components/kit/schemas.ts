import { z } from "zod";
import { bytes, millicores, seconds } from "./units";

/**
 * Shapes that several slices share. `.meta()` carries what the README's knob table prints.
 * Pure: no Pulumi import.
 */

/** `pulumi config set` writes a whole CPU as a number. */
export const Cpu = z.preprocess(
  (quantity) => (typeof quantity === "number" ? String(quantity) : quantity),
  z.string().refine((q) => (millicores(q) ?? 0) > 0, "a CPU quantity above zero, such as 250m, 1.5 or 4"),
);

export const Bytes = z.string().refine((q) => (bytes(q) ?? 0) > 0, "a memory or disk quantity with a binary unit, such as 512Mi or 20Gi");

export const Duration = z.string().refine((d) => (seconds(d) ?? 0) > 0, "a whole number with a unit s, m, h or d, such as 90s or 72h");

/** A name that Kubernetes takes as part of a DNS name. */
export const DnsLabel = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/, "lower case letters, digits and '-', at most 40");

export const Image = z
  .strictObject({
    repository: z
      .string()
      .regex(/^[a-z0-9.:_/-]+$/, "an image name without a tag, such as docker.io/library/cassandra")
      .meta({
        description: "Upstream image name with its registry. Changing it restarts the pods.",
        source: "where the upstream project publishes it",
      }),
    tag: z
      .string()
      .regex(/^(?!latest$)\w[\w.-]*$/, "a pinned tag; 'latest' is none")
      .meta({
        description: "Pinned tag. Changing it restarts the pods.",
        source: "Temporal needs Cassandra 5.0.4 or newer and Elasticsearch 7 or 8; its chart 1.6 pins server 1.31.2 and UI 2.52.0",
      }),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits")
      .optional()
      .meta({
        description: "Digest of the tag, checked by the node when given. Unset: the tag alone.",
        source: "the registry that you pull from",
      }),
  })
  .meta({ description: "Container image." });
export type Image = z.infer<typeof Image>;

export const Resources = z
  .strictObject({
    requests: z.strictObject({
      cpu: Cpu.meta({
        description: "CPU request of one pod. Restarts the pods.",
        source: "dev: measured start-up on two cores; prod: the 2025 reports saw 2.5 cores per history pod, 7.1 for Cassandra",
      }),
      memory: Bytes.meta({
        description: "Memory request of one pod. Restarts the pods.",
        source: "dev: measured resident memory; prod: the 2025 reports saw 2.1 GiB per history pod, 15.6 GiB for Cassandra",
      }),
    }),
    limits: z.strictObject({
      cpu: Cpu.meta({
        description: "CPU limit of one pod: above it the kernel throttles. Restarts the pods.",
        source: "room over the request: throttling shows as latency",
      }),
      memory: Bytes.meta({
        description: "Memory limit of one pod: above it the kernel kills. Restarts the pods.",
        source: "equal to the request for the stores, so that the node cannot take it back",
      }),
    }),
  })
  .check((ctx) => {
    const { requests, limits } = ctx.value;
    const above = (path: string[], limit: string) =>
      ctx.issues.push({ code: "custom", path, input: ctx.value, message: `at most the limit, ${limit}` });
    if ((millicores(requests.cpu) ?? 0) > (millicores(limits.cpu) ?? Infinity)) above(["requests", "cpu"], limits.cpu);
    if ((bytes(requests.memory) ?? 0) > (bytes(limits.memory) ?? Infinity)) above(["requests", "memory"], limits.memory);
  });
export type Resources = z.infer<typeof Resources>;

/** A server that this bed does not run: where it is. */
export const Host = z
  .string()
  .regex(/^(?!-)[a-z0-9.-]{1,253}$/, "a DNS name or an IPv4 address, without scheme and port")
  .meta({ description: "Name or address of the server, reachable from the bed's pods.", source: "whoever runs that server" });
export const Port = z
  .int()
  .min(1)
  .max(65535)
  .meta({ description: "Port of the server. Encrypted connections are not supported.", source: "whoever runs that server" });

const RetentionPolicy = z.enum(["Delete", "Retain"]);

export const Storage = z.strictObject({
  size: Bytes.meta({
    description: "Disk of one pod. Fixed once claims exist: an edit is refused (Kubernetes cannot change a claim template in place).",
    source: "dev: fits a laptop; prod: an assumption, the 2025 reports name no disk",
  }),
  className: z.string().min(1).optional().meta({
    description: "StorageClass of the claims; unset takes platform.storageClass. Fixed once claims exist.",
    source: "the cluster: kubectl get storageclass",
  }),
  whenDeleted: RetentionPolicy.meta({
    description:
      "What happens to the claims when the set is deleted. Retain also protects the set, its namespace and its password. A kept store stays kept: Retain to Delete is refused.",
    source: "Kubernetes documentation, StatefulSet persistentVolumeClaimRetentionPolicy, stable from 1.32",
  }),
  whenScaled: RetentionPolicy.meta({
    description: "What happens to the claim of a pod that a scale-down removes. Delete needs another copy of the data.",
    source: "Kubernetes documentation, StatefulSet persistentVolumeClaimRetentionPolicy, stable from 1.32",
  }),
});
export type Storage = z.infer<typeof Storage>;

/** Heap rule of the JVM stores: at most half the memory limit, the rest is off-heap memory and page cache. */
export function heapProblem(heap: string, memoryLimit: string): { path: string[]; message: string } | undefined {
  const half = (bytes(memoryLimit) ?? 0) / 2;
  if ((bytes(heap) ?? 0) <= half) return undefined;
  return {
    path: ["heap"],
    message: `at most half of resources.limits.memory ${memoryLimit}; lower the heap or raise the memory`,
  };
}
