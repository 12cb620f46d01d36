import { z } from "zod";
import { Bytes, Host, Image, Port, Resources } from "../kit/schemas";
import { bytes } from "../kit/units";

/** Part of the memory limit that data may take: the rest is for clients' buffers, fragmentation and the server itself. */
const DATA_SHARE = 0.75;

const POLICIES = [
  "noeviction",
  "allkeys-lru",
  "allkeys-lfu",
  "allkeys-random",
  "volatile-lru",
  "volatile-lfu",
  "volatile-random",
  "volatile-ttl",
] as const;

/** Knobs of Redis, through which CanopyX's indexers tell its admin what they indexed. */
export const RedisValues = z
  .strictObject({
    enabled: z.boolean().meta({
      description: "Whether the bed has a Redis, its own or an external one, and its password where the indexers run.",
      source: "CanopyX main: its indexers do not start without one; the generation of October 2025 has none",
    }),
    external: z
      .strictObject({ host: Host, port: Port })
      .optional()
      .meta({ description: "A Redis that you run, with the password redisPassword: this bed then has none of its own." }),
    image: Image,
    maxmemory: Bytes.meta({
      description:
        "maxmemory: data above it is refused or evicted, as maxmemoryPolicy says. At most 3/4 of the memory limit. Restarts the pod.",
      source: "CanopyX's Helm values for Redis: 256mb",
    }),
    maxmemoryPolicy: z.enum(POLICIES).meta({
      description: "maxmemory-policy: what goes when maxmemory is reached; noeviction refuses writes instead. Restarts the pod.",
      source: "CanopyX's Helm values for Redis: noeviction; the names are those of Redis 7.0, redis.conf",
    }),
    resources: Resources,
  })
  .check((ctx) => {
    const { maxmemory, resources } = ctx.value;
    const limit = resources.limits.memory;
    if ((bytes(maxmemory) ?? 0) <= DATA_SHARE * (bytes(limit) ?? 0)) return;
    const message = `at most 3/4 of resources.limits.memory ${limit}; lower maxmemory or raise the memory`;
    ctx.issues.push({ code: "custom", path: ["maxmemory"], input: maxmemory, message });
  });
export type RedisValues = z.infer<typeof RedisValues>;
