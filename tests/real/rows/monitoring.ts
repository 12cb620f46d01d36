import { bytes } from "../../../components/kit/units";
import { image, resources, storage, unread, unreadImage, unreadResources, type Row } from "../row";
import { retention, scrapeInterval } from "../support/read-prometheus";

const NO_GRAFANA =
  "no package registry serves Grafana's server with its pages; the names that it is given are held against its documentation, its files against their form";
const NO_OPERATOR = "the lab has no Prometheus operator and none of its CRDs; what is made for one is a unit test";
const CONFIG = "ConfigMap prometheus-config, prometheus.yml";

export const MONITORING_ROWS: readonly Row[] = [
  ...unread("monitoring", "no server reads it: without it the stages do not exist, which the order and unit tests show", {
    enabled: "stages prometheus, grafana and monitors",
    "prometheus.enabled": "stage prometheus",
    "grafana.enabled": "stage grafana",
  }),
  ...image("monitoring.prometheus.image", "prometheus"),
  {
    knob: "monitoring.prometheus.scrapeInterval",
    place: `${CONFIG}: scrape_interval, evaluation_interval`,
    readBack: "GET /api/v1/targets: interval of every target",
    phase: "edited",
    value: "10s",
    read: scrapeInterval,
  },
  {
    knob: "monitoring.prometheus.retention.time",
    place: `${CONFIG}: storage.tsdb.retention`,
    readBack: "GET /api/v1/status/runtimeinfo: storageRetention",
    phase: "edited",
    value: "10d",
    read: (bed) => retention(bed, "time"),
  },
  {
    knob: "monitoring.prometheus.retention.size",
    place: `${CONFIG}: storage.tsdb.retention`,
    readBack: "GET /api/v1/status/runtimeinfo: storageRetention",
    phase: "edited",
    value: "900Mi",
    read: (bed) => retention(bed, "size"),
    expected: bytes("900Mi"),
  },
  ...resources("monitoring.prometheus", "prometheus", { requests: ["60m", "250Mi"], limits: ["900m", "500Mi"] }),
  ...storage("monitoring.prometheus", "prometheus"),
  ...unreadImage("monitoring.grafana.image", "grafana", NO_GRAFANA),
  ...unreadResources("monitoring.grafana", "grafana", NO_GRAFANA),
  ...unread("monitoring", NO_OPERATOR, { serviceMonitors: "PodMonitors", serviceMonitorLabels: "PodMonitors: metadata.labels" }),
];
