import { XMLParser } from "fast-xml-parser";
import type { Contract } from "./contract";
import settings from "./clickhouse-settings.json";

const SERVER_XML = "ClickHouse programs/server/config.xml";
const USERS_XML = "ClickHouse programs/server/users.xml";
const KEEPER_XML = "ClickHouse programs/keeper/keeper_config.xml";
const DOCKER_XML = "ClickHouse docker/server/docker_related_config.xml";
const SUBSTITUTION = "ClickHouse src/Common/Config/ConfigProcessor.cpp, from_env";
const HIDDEN = "ClickHouse src/Common/Config/ConfigProcessor.cpp, hide_in_preprocessed";
const ENGINE = `ClickHouse ${settings.version}, system.server_settings`;
const PROFILE = `ClickHouse ${settings.version}, system.settings`;
const CANOPYX = "facts canopyx-chronik 2.8";
const CONTROL = "ClickHouse src/Server/KeeperReadinessHandler.cpp, keeper_server.http_control.readiness.endpoint";

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "@" });

/** Below these, names are free. */
const FREE = ["remote_servers", "users", "quotas", "profiles"];

/** Dotted keys of the leaves of a configuration, attributes with their "@"; an element that is repeated counts once. */
export function xmlKeys(text: string): string[] {
  const walk = (value: unknown, path: readonly string[]): string[] => {
    if (Array.isArray(value)) return value.flatMap((each) => walk(each, path));
    if (typeof value !== "object" || value === null) return [path.join(".")];
    return Object.entries(value).flatMap(([key, below]) => walk(below, [...path, FREE.includes(path.at(-1) ?? "") ? "*" : key]));
  };
  return [...new Set(walk((parser.parse(text) as { clickhouse: unknown }).clickhouse, []))];
}

const keys = (source: string, ...names: string[]) => Object.fromEntries(names.map((name) => [name, source]));
const login = (path: string) => ({
  ...keys(SERVER_XML, `${path}.user`),
  ...keys(SUBSTITUTION, `${path}.password.@from_env`),
  ...keys(HIDDEN, `${path}.password.@hide_in_preprocessed`),
});
const systemLog = (name: string) =>
  keys(SERVER_XML, `${name}.database`, `${name}.table`, `${name}.ttl`, `${name}.flush_interval_milliseconds`);
const LISTEN = { ...keys(DOCKER_XML, "listen_host", "listen_try", "logger.console"), ...keys(SERVER_XML, "logger.level") };
const PROMETHEUS = keys(
  SERVER_XML,
  "prometheus.endpoint",
  "prometheus.port",
  "prometheus.metrics",
  "prometheus.events",
  "prometheus.asynchronous_metrics",
);

/** Keys of config.xml that are sections and not server settings. */
export const SECTIONS: Readonly<Record<string, string>> = {
  ...LISTEN,
  ...PROMETHEUS,
  ...keys(SERVER_XML, "http_port", "tcp_port", "interserver_http_port"),
  ...keys(SERVER_XML, "path", "tmp_path", "user_files_path", "format_schema_path", "user_directories.users_xml.path"),
  ...systemLog("query_log"),
  ...systemLog("part_log"),
  ...keys(SUBSTITUTION, "interserver_http_host.@from_env", "macros.replica.@from_env"),
  ...keys(SERVER_XML, "macros.shard", "distributed_ddl.path", "zookeeper.node.host", "zookeeper.node.port"),
  ...login("interserver_http_credentials"),
  ...keys(SERVER_XML, "remote_servers.*.shard.internal_replication"),
  ...keys(SERVER_XML, "remote_servers.*.shard.replica.host", "remote_servers.*.shard.replica.port"),
  ...login("remote_servers.*.shard.replica"),
};

const WATCHDOG = { CLICKHOUSE_WATCHDOG_ENABLE: "ClickHouse docker/server/entrypoint.sh, docker/keeper/entrypoint.sh" };
const POD_NAME = { POD_NAME: "the rendered configuration or start script" };

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "docker.io/clickhouse/clickhouse-server",
    version: "25.8",
    env: {
      ...WATCHDOG,
      ...POD_NAME,
      POD_HOST: "the rendered configuration, interserver_http_host; the start script",
      CLICKHOUSE_PASSWORD: "the rendered configuration, password",
    },
    ports: {
      "8123": `${SERVER_XML}, http_port`,
      "9000": `${SERVER_XML}, tcp_port`,
      "9009": `${SERVER_XML}, interserver_http_port`,
      "9363": `${CANOPYX}; ${SERVER_XML}, prometheus.port`,
    },
    probes: { "http /ping": "ClickHouse docker/server/entrypoint.sh, which waits for it", tcp: "the native port" },
    files: {
      "config.xml": { parse: xmlKeys, keys: { ...keys(ENGINE, ...settings.server), ...SECTIONS } },
      "users.xml": {
        parse: xmlKeys,
        keys: {
          ...keys(PROFILE, ...settings.profile.map((name) => `profiles.*.${name}`)),
          ...keys(SUBSTITUTION, "users.*.password.@from_env"),
          ...keys(HIDDEN, "users.*.password.@hide_in_preprocessed"),
          ...keys(USERS_XML, "users.*.networks.ip", "users.*.profile", "users.*.quota", "quotas.*"),
        },
      },
    },
  },
  {
    subject: "docker.io/clickhouse/clickhouse-keeper",
    version: "25.8",
    env: { ...WATCHDOG, ...POD_NAME },
    ports: {
      "2181": `${CANOPYX}; ${KEEPER_XML}, keeper_server.tcp_port`,
      "9234": `${KEEPER_XML}, raft_configuration`,
      "9182": "ClickHouse documentation, Keeper HTTP API: http_control.port",
      "9363": `${SERVER_XML}, prometheus.port`,
    },
    probes: { "http /ready": CONTROL, tcp: "the client port" },
    files: {
      "keeper_config.xml": {
        parse: xmlKeys,
        keys: {
          ...LISTEN,
          ...PROMETHEUS,
          ...keys(KEEPER_XML, "keeper_server.tcp_port", "keeper_server.log_storage_path", "keeper_server.snapshot_storage_path"),
          ...keys(SUBSTITUTION, "keeper_server.server_id.@from_env"),
          ...keys(
            KEEPER_XML,
            "keeper_server.raft_configuration.server.id",
            "keeper_server.raft_configuration.server.hostname",
            "keeper_server.raft_configuration.server.port",
          ),
          ...keys(CONTROL, "keeper_server.http_control.port", "keeper_server.http_control.readiness.endpoint"),
        },
      },
    },
  },
];
