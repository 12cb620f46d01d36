import { OUTSIDE, type Endpoint } from "../kit/traffic";
import { bytes } from "../kit/units";
import type { RedisValues } from "./values";

export const PORT = 6379;

/** User and group of the official image. */
export const USER = 999;

export const CONFIG_DIR = "/etc/redis";
const CONFIG_FILE = "redis.conf";
export const DATA_DIR = "/data";

/** redis.conf, but for the password: CanopyX keeps nothing in Redis that a restart may not lose. */
export function redisConf(values: RedisValues): Record<typeof CONFIG_FILE, string> {
  const directives = {
    port: PORT,
    dir: DATA_DIR,
    save: '""',
    appendonly: "no",
    maxmemory: bytes(values.maxmemory),
    "maxmemory-policy": values.maxmemoryPolicy,
  };
  const lines = Object.entries(directives).map(([name, value]) => `${name} ${value}\n`);
  return { [CONFIG_FILE]: lines.join("") };
}

/**
 * Start of the server. It reads the password from its standard input, after the file: so it stands in no file and no
 * argument. `REDISCLI_AUTH` is the name that redis-cli reads, for the probes and for people.
 */
export const START = String.raw`set -eu
[ -n "$REDISCLI_AUTH" ] || { echo "REDISCLI_AUTH is empty: Redis would ask nobody for a password" >&2; exit 1; }
quoted=$(printf '%s' "$REDISCLI_AUTH" | sed 's/["\\]/\\&/g')
exec redis-server ${CONFIG_DIR}/${CONFIG_FILE} - <<CONFIG
requirepass "$quoted"
CONFIG
`;

/** Exit code 0 for PONG alone: `-e` makes a failure of every error reply, such as NOAUTH or LOADING. */
export const PING = ["redis-cli", "-e", "ping"];

/** How to reach Redis: plain data. */
export type RedisEndpoint = Endpoint;

/** Where the bed's Redis is: its own, or one that somebody else runs. */
export function redisEndpoint({ external }: RedisValues, namespace: string): RedisEndpoint {
  return external ? { ...external, workload: OUTSIDE } : { host: `redis.${namespace}.svc`, port: PORT, workload: "redis" };
}
