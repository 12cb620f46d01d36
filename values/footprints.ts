import { JOB_RESOURCES } from "../components/kit/job-resources";
import { partsOf } from "../components/monitoring/render";
import type { Footprint } from "../components/platform/budget";
import { TEMPORAL_ROLES } from "../components/temporal/roles";
import type { Values } from "./slices";

/** What every workload asks of the cluster. Jobs run side by side in pairs at most, so two are counted. */
export function footprints(values: Values): Footprint[] {
  const { cassandra, elasticsearch, temporal, load, monitoring } = values;
  const watching = partsOf(monitoring);
  return [
    ...(cassandra.external ? [] : [{ name: "cassandra", replicas: cassandra.replicas, resources: cassandra.resources }]),
    ...(elasticsearch.external ? [] : [{ name: "elasticsearch", replicas: elasticsearch.replicas, resources: elasticsearch.resources }]),
    ...TEMPORAL_ROLES.map((role) => ({
      name: `temporal-${role}`,
      replicas: temporal[role].replicas,
      resources: temporal[role].resources,
    })),
    { name: "temporal-ui", replicas: temporal.ui.replicas, resources: temporal.ui.resources },
    { name: "temporal-admin-tools", replicas: 1, resources: temporal.adminTools.resources },
    ...(load.enabled
      ? [
          { name: "load-worker", replicas: load.worker.replicas, resources: load.worker.resources },
          { name: "load-runner", replicas: load.runner.replicas, resources: load.runner.resources },
        ]
      : []),
    ...(watching.prometheus ? [{ name: "prometheus", replicas: 1, resources: monitoring.prometheus.resources }] : []),
    ...(watching.grafana ? [{ name: "grafana", replicas: 1, resources: monitoring.grafana.resources }] : []),
    { name: "jobs", replicas: 2, resources: JOB_RESOURCES },
  ];
}
