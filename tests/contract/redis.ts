import type { Contract } from "./contract";

const CONF = "redis 7.0.15, redis.conf and src/config.c";

/** Directives of redis.conf. */
const directives = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" ", 1)[0] ?? "");

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "docker.io/library/redis",
    version: "7.0.15",
    env: { REDISCLI_AUTH: "redis 7.0.15, src/redis-cli.c: REDIS_CLI_AUTH_ENV" },
    ports: { "6379": "docker-library/redis 313fd06, 7.0/debian/Dockerfile: EXPOSE" },
    probes: { "exec redis-cli": "redis 7.0.15, src/redis-cli.c: -e returns an exit error code when a command fails" },
    files: {
      "redis.conf": {
        parse: directives,
        keys: { port: CONF, dir: CONF, save: CONF, appendonly: CONF, maxmemory: CONF, "maxmemory-policy": CONF },
      },
    },
  },
];
