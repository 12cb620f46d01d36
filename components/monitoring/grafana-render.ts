import { dump } from "js-yaml";
import type { Endpoint, Scrape } from "../kit/traffic";
import { dashboardsOf, HOME } from "./dashboards";
import { dashboardJson, DATASOURCE } from "./dashboards/panel";
import type { PrometheusValues } from "./values";

/** User of the official image; its group is one of its own. */
export const USER = 472;
export const DATA_DIR = "/var/lib/grafana";
/** Where Grafana looks for provisioned data sources and dashboards: GF_PATHS_PROVISIONING of the image. */
export const DATASOURCES_DIR = "/etc/grafana/provisioning/datasources";
export const DASHBOARDS_DIR = "/etc/grafana/provisioning/dashboards";

const YAML = { lineWidth: -1, noRefs: true } as const;

/** The bed's Prometheus, which nobody can edit in the browser. The shortest window of a rate follows from the scrape interval. */
export function renderDatasource(prometheus: Endpoint, { scrapeInterval }: PrometheusValues): string {
  return dump(
    {
      apiVersion: 1,
      datasources: [
        {
          name: "Prometheus",
          type: DATASOURCE.type,
          uid: DATASOURCE.uid,
          access: "proxy",
          url: `http://${prometheus.host}:${prometheus.port}`,
          isDefault: true,
          editable: false,
          jsonData: { httpMethod: "POST", timeInterval: scrapeInterval },
        },
      ],
    },
    YAML,
  );
}

/** The provider, and a file per dashboard beside it. */
export function renderDashboards(scrapes: readonly Scrape[]): Record<string, string> {
  const provider = {
    name: "testbed",
    type: "file",
    folder: "",
    disableDeletion: true,
    allowUiUpdates: false,
    options: { path: DASHBOARDS_DIR },
  };
  return {
    "provider.yaml": dump({ apiVersion: 1, providers: [provider] }, YAML),
    ...Object.fromEntries(dashboardsOf(scrapes).map((dashboard) => [`${dashboard.uid}.json`, dashboardJson(dashboard)])),
  };
}

/** No guest, no sign-up, and nothing asked of or told to anybody outside of the bed. */
export function grafanaEnv(): Record<string, string> {
  return {
    GF_AUTH_ANONYMOUS_ENABLED: "false",
    GF_USERS_ALLOW_SIGN_UP: "false",
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: "false",
    GF_NEWS_NEWS_FEED_ENABLED: "false",
    GF_SECURITY_DISABLE_GRAVATAR: "true",
    GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
    GF_PLUGINS_PREINSTALL_DISABLED: "true",
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: "true",
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARDS_DIR}/${HOME.uid}.json`,
  };
}
