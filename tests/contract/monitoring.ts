import { load } from "js-yaml";
import type { Contract } from "./contract";
import { jsonKeys } from "./parse";

const PROMETHEUS = "prometheus/prometheus v3.15.0";
const GRAFANA = "grafana/grafana v12.4, conf/defaults.ini and documentation, Configure Grafana";

/** Flags of the server: cmd/prometheus/main.go. Retention has flags too, deprecated since the configuration file knows it. */
export const FLAGS: Readonly<Record<string, string>> = {
  "config.file": `${PROMETHEUS}, cmd/prometheus/main.go:423`,
  "storage.tsdb.path": `${PROMETHEUS}, cmd/prometheus/main.go:500`,
};

const config = `${PROMETHEUS}, config/config.go`;
const discovery = `${PROMETHEUS}, discovery/kubernetes/kubernetes.go`;
const rules = `${PROMETHEUS}, model/rulefmt/rulefmt.go`;

/** Paths of a tree, `[]` for the entries of a list. */
export function paths(tree: unknown, prefix = ""): string[] {
  if (Array.isArray(tree)) return [...new Set(tree.flatMap((each) => paths(each, `${prefix}[]`)))];
  if (typeof tree !== "object" || tree === null) return [prefix];
  return Object.entries(tree).flatMap(([key, below]) => paths(below, prefix === "" ? key : `${prefix}.${key}`));
}

const yaml = (text: string) => [...new Set(paths(load(text)))];

const listed = (source: string, keys: readonly string[], prefix = "") => Object.fromEntries(keys.map((key) => [`${prefix}${key}`, source]));

/** The classic form of a dashboard. What a panel draws and what it asks are of plugins with schemas of their own. */
const KIND = "grafana/grafana, kinds/dashboard/dashboard_kind.cue";
const COMMON = "grafana/grafana, packages/grafana-schema/src/common";
const DASHBOARD: Contract["env"] = {
  ...listed(KIND, ["uid", "title", "tags[]", "timezone", "schemaVersion", "editable", "refresh", "time.from", "time.to"]),
  ...listed(`${KIND}: #Panel`, ["type", "id", "title", "description", "datasource.type", "datasource.uid"], "panels[]."),
  ...listed(`${KIND}: #GridPos`, ["h", "w", "x", "y"], "panels[].gridPos."),
  ...listed(`${KIND}: #FieldConfigSource`, ["panels[].fieldConfig.overrides"]),
  ...listed(
    `${KIND}: #FieldConfig, #ThresholdsConfig`,
    ["unit", "min", "thresholds.mode", "thresholds.steps[].color", "thresholds.steps[].value"],
    "panels[].fieldConfig.defaults.",
  ),
  ...listed(`${COMMON}/mudball.cue: GraphFieldConfig`, ["panels[].fieldConfig.defaults.custom.thresholdsStyle.mode"]),
  ...listed(`${COMMON}/mudball.cue: VizLegendOptions`, ["displayMode", "placement"], "panels[].options.legend."),
  ...listed(`${COMMON}/mudball.cue: VizTooltipOptions`, ["mode", "sort"], "panels[].options.tooltip."),
  ...listed("grafana/grafana, public/app/plugins/panel/text/panelcfg.cue: Options", ["mode", "content"], "panels[].options."),
  ...listed(`${COMMON}/dataquery_gen.cue: DataQuery`, ["refId", "datasource.type", "datasource.uid"], "panels[].targets[]."),
  ...listed("grafana/grafana, packages/grafana-prometheus/src/dataquery.ts", ["expr", "legendFormat"], "panels[].targets[]."),
};

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "docker.io/prom/prometheus",
    version: "3.15.0",
    env: {},
    ports: { "9090": `${PROMETHEUS}, Dockerfile: EXPOSE; cmd/prometheus/main.go: web.listen-address` },
    probes: {
      "http /-/ready": `${PROMETHEUS}, web/web.go: /-/ready`,
      "http /-/healthy": `${PROMETHEUS}, web/web.go: /-/healthy`,
    },
    files: {
      "prometheus.yml": {
        parse: yaml,
        keys: {
          "global.scrape_interval": config,
          "global.evaluation_interval": config,
          "rule_files[]": config,
          "storage.tsdb.retention.time": `${config}:1124`,
          "storage.tsdb.retention.size": `${config}:1124`,
          "scrape_configs[].job_name": config,
          "scrape_configs[].metrics_path": config,
          "scrape_configs[].kubernetes_sd_configs[].role": discovery,
          "scrape_configs[].kubernetes_sd_configs[].namespaces.names[]": discovery,
          "scrape_configs[].kubernetes_sd_configs[].selectors[].role": discovery,
          "scrape_configs[].kubernetes_sd_configs[].selectors[].label": discovery,
          "scrape_configs[].relabel_configs[].action": `${PROMETHEUS}, model/relabel/relabel.go`,
          "scrape_configs[].relabel_configs[].source_labels[]": `${PROMETHEUS}, discovery/kubernetes/pod.go`,
          "scrape_configs[].relabel_configs[].regex": `${PROMETHEUS}, model/relabel/relabel.go`,
          "scrape_configs[].relabel_configs[].target_label": `${PROMETHEUS}, model/relabel/relabel.go`,
        },
      },
      "rules.yml": {
        parse: yaml,
        keys: {
          "groups[].name": rules,
          "groups[].rules[].alert": rules,
          "groups[].rules[].expr": rules,
          "groups[].rules[].for": rules,
          "groups[].rules[].labels.severity": `${rules}: labels are free`,
          "groups[].rules[].annotations.summary": `${rules}: annotations are free`,
          "groups[].rules[].annotations.source": `${rules}: annotations are free`,
        },
      },
    },
  },
  {
    subject: "docker.io/grafana/grafana",
    version: "12.4.2",
    env: {
      GF_SECURITY_ADMIN_PASSWORD: `${GRAFANA}: [security] admin_password`,
      GF_AUTH_ANONYMOUS_ENABLED: `${GRAFANA}: [auth.anonymous] enabled`,
      GF_USERS_ALLOW_SIGN_UP: `${GRAFANA}: [users] allow_sign_up`,
      GF_ANALYTICS_REPORTING_ENABLED: `${GRAFANA}: [analytics] reporting_enabled`,
      GF_ANALYTICS_CHECK_FOR_UPDATES: `${GRAFANA}: [analytics] check_for_updates`,
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: `${GRAFANA}: [analytics] check_for_plugin_updates`,
      GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: `${GRAFANA}: [analytics] feedback_links_enabled`,
      GF_NEWS_NEWS_FEED_ENABLED: `${GRAFANA}: [news] news_feed_enabled`,
      GF_SECURITY_DISABLE_GRAVATAR: `${GRAFANA}: [security] disable_gravatar`,
      GF_SNAPSHOTS_EXTERNAL_ENABLED: `${GRAFANA}: [snapshots] external_enabled`,
      GF_PLUGINS_PREINSTALL_DISABLED: `${GRAFANA}: [plugins] preinstall_disabled`,
      GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: `${GRAFANA}: [plugins] public_key_retrieval_disabled`,
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${GRAFANA}: [dashboards] default_home_dashboard_path`,
    },
    ports: { "3000": `${GRAFANA}: [server] http_port` },
    probes: { "http /api/health": "grafana/grafana, pkg/api/http_server.go: healthzHandler, apiHealthHandler" },
    files: {
      "prometheus.yaml": {
        parse: yaml,
        keys: Object.fromEntries(
          ["apiVersion", ...["name", "type", "uid", "access", "url", "isDefault", "editable"].map((key) => `datasources[].${key}`)]
            .concat("datasources[].jsonData.httpMethod", "datasources[].jsonData.timeInterval")
            .map((key) => [key, "grafana documentation, Provision Grafana, data sources"]),
        ),
      },
      "provider.yaml": {
        parse: yaml,
        keys: Object.fromEntries(
          [
            "apiVersion",
            ...["name", "type", "folder", "disableDeletion", "allowUiUpdates", "options.path"].map((key) => `providers[].${key}`),
          ].map((key) => [key, "grafana documentation, Provision Grafana, dashboards"]),
        ),
      },
      "*.json": { parse: jsonKeys, keys: DASHBOARD },
    },
  },
];
