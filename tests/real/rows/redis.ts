import { image, resources, type Row, unread } from "../row";
import { redisConfig } from "../support/read-redis";

const CONF = "ConfigMap redis-config, redis.conf";

export const REDIS_ROWS: readonly Row[] = [
  ...unread("redis", "no server reads it: without it the stage does not exist, which the order and unit tests show", {
    enabled: "stage redis; Secret redis in both namespaces",
  }),
  ...unread("redis.external", "the lab runs no second Redis; that whoever reads the endpoint is told this address is a unit test", {
    host: "endpoint redis",
    port: "endpoint redis",
  }),
  ...image("redis.image", "redis"),
  {
    knob: "redis.maxmemory",
    place: CONF,
    readBack: "CONFIG GET maxmemory",
    phase: "edited",
    value: "200Mi",
    read: (bed) => redisConfig(bed, "maxmemory"),
    expected: String(200 * 2 ** 20),
  },
  {
    knob: "redis.maxmemoryPolicy",
    place: CONF,
    readBack: "CONFIG GET maxmemory-policy",
    phase: "edited",
    value: "allkeys-lru",
    read: (bed) => redisConfig(bed, "maxmemory-policy"),
  },
  ...resources("redis", "redis", { requests: ["12m", "70Mi"], limits: ["400m", "400Mi"] }),
];
