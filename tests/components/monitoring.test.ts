import { load } from "js-yaml";
import { alertsOf, THRESHOLDS } from "../../components/monitoring/alerts";
import { DASHBOARDS, dashboardsOf } from "../../components/monitoring/dashboards";
import { DATASOURCE } from "../../components/monitoring/dashboards/panel";
import { jobsOf, prometheusArgs } from "../../components/monitoring/prometheus-render";
import { serverOf } from "../contract/metrics";
import { CONTRACTS, FLAGS } from "../contract/monitoring";
import { bedOf, type Captured, type Json, runProgram } from "../support/harness";
import { at, listAt, mapAt, textAt } from "../support/json";
import { queries } from "../support/monitoring";
import { containerOf, plainEnv } from "../support/pods";
import { metricNames } from "../support/promql";
import { settings } from "../support/values";
import { LAYERS } from "../../values/layers";

const ROOM = { budget: { cpu: "200", memory: "512Gi" } };
const withMonitoring = (monitoring: object, layer = "dev"): Promise<Captured> =>
  runProgram(layer, { slices: { monitoring, platform: ROOM } });

const file = (bed: Captured, config: string, name: string) => textAt(mapAt(bed.get("ConfigMap", config).inputs, "data")[name], "");
const prometheusYml = (bed: Captured) => load(file(bed, "prometheus-config", "prometheus.yml")) as Json;
const ingress = (bed: Captured, workload: string) => listAt(bed.get("NetworkPolicy", `network-${workload}`).inputs, "spec.ingress");

const CORE = ["temporal-frontend", "temporal-history", "temporal-matching", "temporal-worker", "load-worker"];
const WATCHED = ["clickhouse-keeper", "clickhouse", ...CORE, "chronik", "prometheus", "grafana"];

describe("jobs", () => {
  test("are one per workload, with all its ports, and one more for a second path", () => {
    const scrapes = [
      { workload: "a", port: 1, path: "/metrics" },
      { workload: "b", port: 1, path: "/metrics" },
      { workload: "a", port: 2, path: "/metrics" },
      { workload: "a", port: 2, path: "/metrics" },
      { workload: "a", port: 1, path: "/other/page" },
    ];
    expect(jobsOf(scrapes)).toEqual([
      { name: "a", workload: "a", path: "/metrics", ports: [1, 2], pairs: [] },
      { name: "b", workload: "b", path: "/metrics", ports: [1], pairs: [] },
      { name: "a-other-page", workload: "a", path: "/other/page", ports: [1], pairs: [] },
    ]);
  });

  test("are those of every component that serves metrics, Prometheus and Grafana included", async () => {
    expect(listAt(prometheusYml(await bedOf("dev")), "scrape_configs").map((job) => job["job_name"])).toEqual(WATCHED);
  });

  test("ask each broker on the port that is its own: all of them name all ports", async () => {
    const [job] = listAt(prometheusYml(await bedOf("dev")), "scrape_configs").filter((each) => each["job_name"] === "chronik");
    expect(at(job, "relabel_configs.0")).toEqual({
      action: "keep",
      source_labels: ["__meta_kubernetes_pod_name", "__meta_kubernetes_pod_container_port_number"],
      regex: "chronik-1;13001|chronik-2;13002|chronik-3;13003",
    });
  });

  test("look for the pods of one workload in the bed's namespace, and keep the port that serves metrics", async () => {
    const jobs = listAt(prometheusYml(await bedOf("dev")), "scrape_configs");
    expect(jobs.find((job) => job["job_name"] === "temporal-frontend")).toEqual({
      job_name: "temporal-frontend",
      metrics_path: "/metrics",
      kubernetes_sd_configs: [
        {
          role: "pod",
          namespaces: { names: ["testbed-dev"] },
          selectors: [{ role: "pod", label: "app.kubernetes.io/name=temporal-frontend,app.kubernetes.io/instance=testbed-dev" }],
        },
      ],
      relabel_configs: [
        { action: "keep", source_labels: ["__meta_kubernetes_pod_container_port_number"], regex: "9090" },
        { action: "drop", source_labels: ["__meta_kubernetes_pod_phase"], regex: "Succeeded|Failed" },
        { action: "replace", source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"], target_label: "workload" },
        { action: "replace", source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
      ],
    });
  });

  test("find a pod by labels that it has, on a port that it declares", async () => {
    const bed = await bedOf("dev");
    for (const job of listAt(prometheusYml(bed), "scrape_configs")) {
      const workload = textAt(job, "job_name");
      const kind = bed.ofKind("StatefulSet").some(({ name }) => name === workload) ? "StatefulSet" : "Deployment";
      const template = mapAt(bed.get(kind, workload).inputs, "spec.template");
      const selector = textAt(job, "kubernetes_sd_configs.0.selectors.0.label");
      for (const pair of selector.split(",")) {
        const [key = "", value] = pair.split("=");
        expect(mapAt(template, "metadata.labels")[key]).toBe(value);
      }
      const ports = listAt(template, "spec.containers").flatMap((container) => listAt(container, "ports"));
      const kept = textAt(job, "relabel_configs.0.regex")
        .split("|")
        .map((each) => each.split(";").at(-1));
      expect(ports.map((port) => String(Number(port["containerPort"])))).toEqual(expect.arrayContaining(kept));
    }
  });
});

describe("prometheus", () => {
  test("has its interval and retention from the values, where this version reads them", async () => {
    const bed = await withMonitoring({ prometheus: { scrapeInterval: "30s", retention: { time: "72h", size: "512Mi" } } });
    expect(prometheusYml(bed)).toMatchObject({
      global: { scrape_interval: "30s", evaluation_interval: "30s" },
      storage: { tsdb: { retention: { time: "72h", size: "512MB" } } },
      rule_files: ["rules.yml"],
    });
  });

  test("is given flags that its version has, files where it looks for them, and its disk", async () => {
    const bed = await bedOf("dev");
    const container = containerOf(bed.get("StatefulSet", "prometheus"));
    expect(container["args"]).toEqual(["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]);
    expect(prometheusArgs().map((flag) => flag.replace(/^--|=.*$/g, ""))).toEqual(Object.keys(FLAGS));
    expect(container["volumeMounts"]).toEqual([
      { name: "config", mountPath: "/etc/prometheus", readOnly: true },
      { name: "data", mountPath: "/prometheus" },
    ]);
    expect(at(bed.get("StatefulSet", "prometheus").inputs, "spec.template.spec.volumes")).toEqual([
      { name: "config", configMap: { name: "prometheus-config-auto" } },
    ]);
  });

  test("is ready when it answers queries, and restarted only when it does not answer at all", async () => {
    const container = containerOf((await bedOf("dev")).get("StatefulSet", "prometheus"));
    expect(at(container, "startupProbe.httpGet.path")).toBe("/-/ready");
    expect(at(container, "readinessProbe.httpGet.path")).toBe("/-/ready");
    expect(at(container, "livenessProbe.httpGet")).toEqual({ path: "/-/healthy", port: "http" });
  });

  test("may read the pods of its namespace and nothing else, by an account that no other pod has", async () => {
    const bed = await bedOf("dev");
    expect(bed.ofKind("ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding").map(({ type }) => type)).toEqual([
      "kubernetes:core/v1:ServiceAccount",
      "kubernetes:rbac.authorization.k8s.io/v1:Role",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ]);
    expect(bed.get("Role", "prometheus").inputs["rules"]).toEqual([
      { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    ]);
    expect(bed.get("RoleBinding", "prometheus").inputs).toMatchObject({
      roleRef: { kind: "Role", name: "prometheus-auto" },
      subjects: [{ kind: "ServiceAccount", name: "prometheus-auto", namespace: "testbed-dev" }],
    });
    expect(bed.get("ServiceAccount", "prometheus").inputs["automountServiceAccountToken"]).toBe(false);
    expect(at(bed.get("StatefulSet", "prometheus").inputs, "spec.template.spec")).toMatchObject({
      serviceAccountName: "prometheus-auto",
      automountServiceAccountToken: true,
    });
  });

  test("reaches every page that it scrapes, and the API server", async () => {
    const bed = await bedOf("dev");
    for (const workload of WATCHED) {
      const from = JSON.stringify(ingress(bed, workload).map((rule) => rule["from"]));
      expect(from).toContain('"app.kubernetes.io/name":"prometheus"');
    }
    const egress = listAt(bed.get("NetworkPolicy", "network-prometheus").inputs, "spec.egress");
    expect(egress.filter((rule) => rule["to"] === undefined).map((rule) => rule["ports"])).toEqual([[{ port: 443 }], [{ port: 6443 }]]);
  });

  test("keeps its claim where the values say so", async () => {
    expect((await bedOf("prod")).get("StatefulSet", "prometheus").protect).toBe(true);
    expect((await bedOf("dev")).get("StatefulSet", "prometheus").protect).toBe(false);
  });
});

describe("rules", () => {
  test("have names of their own, a severity, a time, and the place that their number is from", () => {
    const alerts = alertsOf(["a"]).flatMap((group) => group.alerts);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(alerts.filter(({ seconds, source, summary }) => seconds < 60 || source.length < 10 || !summary.endsWith("."))).toEqual([]);
  });

  test("have the thresholds of Temporal's own advice", () => {
    expect(THRESHOLDS).toEqual({ shardLock: 0.005, scheduleToStart: 0.15, pollSync: 0.99, startLatency: 0.2, shardsPerPod: 500 });
    const text = JSON.stringify(alertsOf([]));
    for (const threshold of ["> 0.005", "> 0.15", "< 0.99", "> 0.2", "> 500"]) expect(text).toContain(threshold);
  });

  test("miss a job that has no pod at all, for every job there is", async () => {
    const { groups } = load(file(await bedOf("dev"), "prometheus-config", "rules.yml")) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const missing = groups.flatMap((group) => group.rules).find(({ alert }) => alert === "TargetMissing");
    expect(missing?.expr).toBe(WATCHED.map((job) => `absent(up{job="${job}"})`).join(" or "));
  });
});

describe("queries", () => {
  test("the names of metrics are found by PromQL's grammar", () => {
    expect(metricNames('histogram_quantile(0.9, sum by (le, x) (rate(a_bucket{b="c"}[5m]))) > on (d) group_left () e')).toEqual([
      "a_bucket",
      "e",
    ]);
    expect(metricNames("rate(a[$__rate_interval]) / b offset 5m")).toEqual(["a", "b"]);
    expect(() => metricNames("sum(rate(a[5m])")).toThrow("no PromQL");
    expect(() => metricNames('{job="a"}')).toThrow("without a name");
  });

  test.each(queries().map(({ where, expr }) => [where, expr]))("%s asks for what its server exports: %s", (_, expr) => {
    const names = metricNames(expr);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => serverOf(name) === undefined)).toEqual([]);
  });

  test("each dashboard is of servers whose metrics it shows", () => {
    const servers: Readonly<Record<string, readonly string[]>> = {
      bed: ["prometheus"],
      clickhouse: ["clickhouse"],
      chronik: ["chronik"],
    };
    for (const { uid, panels } of DASHBOARDS) {
      const names = panels.flatMap((panel) => panel.queries.flatMap(({ expr }) => metricNames(expr)));
      const strangers = names.filter((name) => !(servers[uid] ?? ["temporal", "sdk"]).includes(serverOf(name) ?? ""));
      expect(strangers).toEqual([]);
    }
  });

  test("a histogram is asked by its parts, and the others by their names", () => {
    expect([serverOf("lock_latency_bucket"), serverOf("state_transition_count_count")]).toEqual(["temporal", "temporal"]);
    expect([serverOf("lock_latency"), serverOf("service_requests_bucket"), serverOf("service_requests_total")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("dashboards", () => {
  test("show what there is: none of a server that this bed lacks", () => {
    const of = (...workloads: string[]) =>
      dashboardsOf(workloads.map((workload) => ({ workload, port: 1, path: "/" }))).map(({ uid }) => uid);
    const temporal = ["bed", "temporal-limits", "temporal-history", "temporal-matching", "temporal-stores"];
    expect(of("temporal-history")).toEqual(temporal);
    expect(of("chronik-1", "clickhouse-keeper")).toEqual(["bed", "clickhouse", "chronik"]);
  });

  test("are files that Grafana's provider reads, and its home is one of them", async () => {
    const bed = await bedOf("dev");
    const data = mapAt(bed.get("ConfigMap", "grafana-dashboards").inputs, "data");
    const env = plainEnv(containerOf(bed.get("Deployment", "grafana")));
    const folder = "/etc/grafana/provisioning/dashboards";
    expect(load(textAt(data["provider.yaml"], ""))).toMatchObject({ providers: [{ type: "file", options: { path: folder } }] });
    expect(Object.keys(data).map((name) => `${folder}/${name}`)).toContain(env["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]);
    expect(JSON.stringify(data).length).toBeLessThan(900_000);
  });

  test.each(DASHBOARDS.map((dashboard) => [dashboard.uid, dashboard] as const))(
    "%s is sound JSON without overlaps",
    async (uid, { panels }) => {
      const bed = await bedOf("dev");
      const text = mapAt(bed.get("ConfigMap", "grafana-dashboards").inputs, "data")[`${uid}.json`];
      if (text === undefined) return expect(["clickhouse", "chronik"]).toContain(uid);
      const board = JSON.parse(text as string) as { uid: string; panels: { id: number; type: string; gridPos: Json; targets?: Json }[] };
      expect(board.uid).toBe(uid);
      expect(board.panels.filter(({ type }) => type === "timeseries")).toHaveLength(panels.length);
      expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
      expect(new Set(board.panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(board.panels.length);
      expect(new Set(JSON.stringify(board).match(/"datasource":\{[^}]*\}/g))).toEqual(
        new Set([`"datasource":${JSON.stringify(DATASOURCE)}`]),
      );
    },
  );

  test("a panel has the threshold of its rule", () => {
    const lines = DASHBOARDS.flatMap(({ panels }) => panels.flatMap(({ threshold }) => (threshold === undefined ? [] : [threshold])));
    expect(new Set(lines)).toEqual(new Set(Object.values(THRESHOLDS)));
  });
});

describe("grafana", () => {
  test("reads the bed's Prometheus, and its shortest window follows the scrape interval", async () => {
    const bed = await withMonitoring({ prometheus: { scrapeInterval: "30s" } });
    expect(load(file(bed, "grafana-datasources", "prometheus.yaml"))).toEqual({
      apiVersion: 1,
      datasources: [
        {
          name: "Prometheus",
          type: "prometheus",
          uid: "prometheus",
          access: "proxy",
          url: "http://prometheus.testbed-dev.svc:9090",
          isDefault: true,
          editable: false,
          jsonData: { httpMethod: "POST", timeInterval: "30s" },
        },
      ],
    });
    expect(JSON.stringify(ingress(bed, "prometheus"))).toContain('"app.kubernetes.io/name":"grafana"');
  });

  test("lets nobody in without the generated password, and tells nobody anything", async () => {
    const container = containerOf((await bedOf("dev")).get("Deployment", "grafana"));
    expect(plainEnv(container)).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: "false",
      GF_USERS_ALLOW_SIGN_UP: "false",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      GF_NEWS_NEWS_FEED_ENABLED: "false",
      GF_SECURITY_DISABLE_GRAVATAR: "true",
      GF_SNAPSHOTS_EXTERNAL_ENABLED: "false",
      GF_PLUGINS_PREINSTALL_DISABLED: "true",
      GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: "true",
    });
    const password = listAt(container, "env").find((variable) => variable["name"] === "GF_SECURITY_ADMIN_PASSWORD");
    expect(at(password, "valueFrom.secretKeyRef")).toEqual({ name: "grafana-admin", key: "password" });
  });

  test("keeps its database in a folder that goes with the pod, and nothing on a claim", async () => {
    const spec = mapAt((await bedOf("dev")).get("Deployment", "grafana").inputs, "spec.template.spec");
    expect(listAt(spec, "volumes").map((volume) => Object.keys(volume).sort().join(" "))).toEqual([
      "configMap name",
      "configMap name",
      "emptyDir name",
      "emptyDir name",
    ]);
    expect(at(spec, "securityContext.runAsUser")).toBe(472);
    expect(at(spec, "containers.0.readinessProbe.httpGet")).toEqual({ path: "/api/health", port: "http" });
  });
});

describe("everything is what its version reads", () => {
  test.each([
    ["docker.io/prom/prometheus", "StatefulSet", "prometheus", { "prometheus-config": ["prometheus.yml", "rules.yml"] }],
    [
      "docker.io/grafana/grafana",
      "Deployment",
      "grafana",
      { "grafana-datasources": ["prometheus.yaml"], "grafana-dashboards": ["provider.yaml"] },
    ],
  ])("%s", async (subject, kind, workload, configs) => {
    const bed = await bedOf("dev");
    const contract = CONTRACTS.find((each) => each.subject === subject);
    const container = containerOf(bed.get(kind, workload));
    expect(textAt(container, "image").replace(/:v?/, " ")).toBe(`${subject} ${contract?.version}`);
    expect(
      listAt(container, "env")
        .map((variable) => variable["name"])
        .sort(),
    ).toEqual(Object.keys(contract?.env ?? {}).sort());
    expect(listAt(container, "ports").map((port) => String(Number(port["containerPort"])))).toEqual(Object.keys(contract?.ports ?? {}));
    const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => `http ${textAt(container, `${probe}.httpGet.path`)}`);
    expect([...new Set(probes)].sort()).toEqual(Object.keys(contract?.probes ?? {}).sort());
    for (const [config, names] of Object.entries(configs)) {
      for (const name of names) {
        const { parse, keys } = contract?.files?.[name] ?? { parse: () => ["no contract"], keys: {} };
        expect(parse(file(bed, config, name)).filter((key) => !(key in keys))).toEqual([]);
      }
    }
  });
});

describe("switches", () => {
  const stages = (bed: Captured) => bed.stages().map(({ name }) => name);
  const traces = (bed: Captured) => bed.all.filter(({ name }) => /prometheus|grafana/.test(name)).map(({ name }) => name);
  const pods = ({ outputs }: Captured) => (outputs as { requests: { pods: number } }).requests.pods;

  test("monitoring off leaves no object, no password, no endpoint, no set and no request", async () => {
    const off = await withMonitoring({ enabled: false });
    expect(traces(off)).toEqual([]);
    expect(Object.keys((off.outputs as { endpoints: object }).endpoints)).toEqual(expect.not.arrayContaining(["prometheus", "grafana"]));
    expect(pods(await bedOf("dev")) - pods(off)).toBe(2);
    const { sets, passwords } = await settings("dev", { monitoring: { enabled: false } });
    expect([...sets.map(({ name }) => name), ...passwords]).toEqual(expect.not.arrayContaining(["prometheus", "grafana"]));
  });

  test("Grafana off leaves Prometheus, which then scrapes no Grafana", async () => {
    const bed = await withMonitoring({ grafana: { enabled: false } });
    expect(traces(bed).filter((name) => name.includes("grafana"))).toEqual([]);
    expect(stages(bed)).toContain("prometheus");
    expect(file(bed, "prometheus-config", "prometheus.yml")).not.toContain("grafana");
    expect(pods(await bedOf("dev")) - pods(bed)).toBe(1);
  });

  test("Prometheus alone cannot be switched off: Grafana would show nothing", async () => {
    await expect(settings("dev", { monitoring: { prometheus: { enabled: false } } })).rejects.toThrow("monitoring.grafana.enabled");
    const both = await withMonitoring({ prometheus: { enabled: false }, grafana: { enabled: false } });
    expect(traces(both)).toEqual([]);
  });

  test.each([
    [{ prometheus: { retention: { size: "1700Mi" } } }, "at most 80 % of storage.size 2Gi"],
    [{ prometheus: { scrapeInterval: "2m" } }, "at most 60s"],
  ])("%j is refused", async (monitoring, message) => {
    await expect(settings("dev", { monitoring })).rejects.toThrow(message);
  });
});

describe("monitors for an operator", () => {
  test("are not made unless asked for: this bed needs no CRD", async () => {
    for (const layer of LAYERS) expect((await bedOf(layer)).ofKind("PodMonitor")).toEqual([]);
  });

  test("are one per job, with the labels that operators select by; the metrics ports, and no others, open", async () => {
    const bed = await withMonitoring({ serviceMonitors: true, serviceMonitorLabels: { release: "stack" } });
    expect(bed.ofKind("PodMonitor").map(({ name }) => name)).toEqual(
      [...CORE, "chronik", "clickhouse", "clickhouse-keeper"].map((job) => `monitors-${job}`).sort(),
    );
    const { metadata, spec } = bed.get("PodMonitor", "monitors-temporal-history").inputs;
    expect(at(metadata, "labels")).toMatchObject({ release: "stack" });
    expect(spec).toEqual({
      selector: { matchLabels: { "app.kubernetes.io/name": "temporal-history", "app.kubernetes.io/instance": "testbed-dev" } },
      podMetricsEndpoints: [{ targetPort: 9090, path: "/metrics", interval: "15s" }],
    });
    const open = ingress(bed, "temporal-history").filter((rule) => rule["from"] === undefined);
    expect(open).toEqual([{ ports: [{ port: 9090 }] }]);
    expect(bed.all.filter(({ type }) => type.includes("NetworkPolicy")).map(({ name }) => name)).not.toContain("network-outside");
  });

  test("do without the bed's own Prometheus", async () => {
    const bed = await withMonitoring({ serviceMonitors: true, prometheus: { enabled: false }, grafana: { enabled: false } });
    expect(bed.ofKind("PodMonitor")).toHaveLength(8);
  });
});
