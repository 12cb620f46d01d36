import { z } from "zod";
import { Image, Resources, Storage } from "../kit/schemas";
import { bytes } from "../kit/units";

const GIB = 2 ** 30;

/** Knobs of MongoDB, which the layout of the 2025 reports has and nothing in it reads. */
export const MongodbValues = z
  .strictObject({
    enabled: z.boolean().meta({
      description:
        "Whether the bed has a MongoDB. Nothing reads it: it came with the chart from which CanopyX took its ClickHouse, as HyperDX's own store.",
      source: "CanopyX of October 2025, chart hyperdx/hdx-oss-v2; gone from its main branch",
    }),
    image: Image,
    wiredTigerCacheSizeGb: z.number().min(0.25).max(10_000).meta({
      description: "Cache of the storage engine in GiB, inside the memory limit. At most half of that limit. Restarts the pod.",
      source: "MongoDB 5.0, --wiredTigerCacheSizeGB: 0.25 to 10000; its default looks at half of the memory less 1 GiB",
    }),
    resources: Resources,
    storage: Storage,
  })
  .check((ctx) => {
    const { wiredTigerCacheSizeGb: cache, resources } = ctx.value;
    const limit = resources.limits.memory;
    if (cache * GIB <= (bytes(limit) ?? 0) / 2) return;
    const message = `at most half of resources.limits.memory ${limit}; lower the cache or raise the memory`;
    ctx.issues.push({ code: "custom", path: ["wiredTigerCacheSizeGb"], input: cache, message });
  });
export type MongodbValues = z.infer<typeof MongodbValues>;
