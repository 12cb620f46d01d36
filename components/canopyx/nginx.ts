import type { Endpoint } from "../kit/traffic";
import { PORTS } from "./render";

type Block = readonly Directive[];
/** `[name, ...parameters]`, or the same with a block as its last. */
type Directive = readonly (string | Block)[];

const FORWARDED: Block = [
  ["proxy_http_version", "1.1"],
  ["proxy_set_header", "Host", "$host"],
  ["proxy_set_header", "X-Real-IP", "$remote_addr"],
  ["proxy_set_header", "X-Forwarded-For", "$proxy_add_x_forwarded_for"],
  ["proxy_set_header", "X-Forwarded-Proto", "$scheme"],
];
const WEBSOCKET: Block = [
  ["proxy_set_header", "Upgrade", "$http_upgrade"],
  ["proxy_set_header", "Connection", "$connection_upgrade"],
  ["proxy_read_timeout", "86400s"],
  ["proxy_send_timeout", "86400s"],
];

/**
 * The routes of upstream's proxy, with the names of this bed: upstream's has those of namespace `default` and a resolver by the name of
 * one DNS server. Services keep their address for life, so what nginx resolves at its start stays true, and it needs no resolver.
 */
export function nginxConf(admin: Endpoint, web: Endpoint): string {
  const to = ({ host, port }: Endpoint) => `http://${host}:${port}`;
  return text([
    ["pid", "/tmp/nginx.pid"],
    ["error_log", "/dev/stderr", "warn"],
    ["events", [["worker_connections", "1024"]]],
    [
      "http",
      [
        ["access_log", "/dev/stdout"],
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind): Directive => [`${kind}_temp_path`, `/tmp/${kind}`]),
        [
          "map",
          "$http_upgrade",
          "$connection_upgrade",
          [
            ["default", "upgrade"],
            ["''", "close"],
          ],
        ],
        [
          "server",
          [
            ["listen", String(PORTS.proxy)],
            ["server_name", "_"],
            ["location", "/api/admin/ws", [["proxy_pass", `${to(admin)}/api/ws`], ...FORWARDED, ...WEBSOCKET]],
            ["location", "/api/admin/", [["proxy_pass", `${to(admin)}/api/`], ...FORWARDED]],
            ["location", "/api/", [["proxy_pass", to(admin)], ...FORWARDED]],
            ["location", "/", [["proxy_pass", to(web)], ...FORWARDED, ...WEBSOCKET]],
          ],
        ],
      ],
    ],
  ]);
}

function text(block: Block, indent = ""): string {
  return block
    .map((directive) => {
      const below = directive.at(-1);
      if (typeof below !== "object") return `${indent}${directive.join(" ")};\n`;
      return `${indent}${directive.slice(0, -1).join(" ")} {\n${text(below, `${indent}  `)}${indent}}\n`;
    })
    .join("");
}
