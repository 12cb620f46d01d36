import { runsHere } from "../components/kit/external";
import { JOB_RESOURCES } from "../components/kit/job-resources";
import { partsOf } from "../components/monitoring/render";
import type { Footprint } from "../components/platform/budget";
import { TEMPORAL_ROLES } from "../components/temporal/roles";
import { NAMES } from "../components/canopyx/render";
import { imagesOf, type ChainValues } from "../components/canopyx/values";
import type { Values } from "./slices";

/** What every workload asks of the cluster. Jobs run side by side in pairs at most, so two are counted. */
export function footprints(values: Values): Footprint[] {
  const { cassandra, elasticsearch, temporal, load, redis, mongodb, canopyNode, rpcMock, chronik, chronikBench, clickhouse, monitoring } =
    values;
  const watching = partsOf(monitoring);
  return [
    ...(runsHere(cassandra) ? [{ name: "cassandra", replicas: cassandra.replicas, resources: cassandra.resources }] : []),
    ...(runsHere(elasticsearch) ? [{ name: "elasticsearch", replicas: elasticsearch.replicas, resources: elasticsearch.resources }] : []),
    ...(runsHere(clickhouse) ? [{ name: "clickhouse", replicas: clickhouse.replicas, resources: clickhouse.resources }] : []),
    ...(runsHere(clickhouse) && clickhouse.cluster
      ? [{ name: "clickhouse-keeper", replicas: clickhouse.keeper.replicas, resources: clickhouse.keeper.resources }]
      : []),
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
    ...(runsHere(redis) ? [{ name: "redis", replicas: 1, resources: redis.resources }] : []),
    ...(mongodb.enabled ? [{ name: "mongodb", replicas: 1, resources: mongodb.resources }] : []),
    ...(canopyNode.image ? [{ name: "canopy-node", replicas: 1, resources: canopyNode.resources }] : []),
    ...(rpcMock.image ? [{ name: "rpc-mock", replicas: 1, resources: rpcMock.resources }] : []),
    ...(chronik.enabled ? [{ name: "chronik", replicas: chronik.replicas, resources: chronik.resources }] : []),
    ...(chronikBench.image === undefined ? [] : [{ name: "chronik-bench", replicas: 1, resources: chronikBench.resources }]),
    ...canopyx(values),
    ...(watching.prometheus ? [{ name: "prometheus", replicas: 1, resources: monitoring.prometheus.resources }] : []),
    ...(watching.grafana ? [{ name: "grafana", replicas: 1, resources: monitoring.grafana.resources }] : []),
    { name: "jobs", replicas: 2, resources: JOB_RESOURCES },
  ];
}

/** CanopyX, and the fewest indexers that its controller makes for the chains of the settings. */
function canopyx({ canopyx: values }: Values): Footprint[] {
  if (imagesOf(values) === undefined) return [];
  const { cpu, memory } = values.indexer;
  const indexers = Object.values<ChainValues>(values.chains).map(
    (chain) => chain.minReplicas + ("reindex" in chain ? chain.reindex.minReplicas : 0),
  );
  return [
    { name: NAMES.admin, replicas: 1, resources: values.admin.resources },
    { name: NAMES.controller, replicas: 1, resources: values.controller.resources },
    { name: NAMES.web, replicas: 1, resources: values.web.resources },
    values.generation === "current"
      ? { name: NAMES.proxy, replicas: 1, resources: values.proxy.resources }
      : { name: NAMES.query, replicas: 1, resources: values.query.resources },
    {
      name: "indexers",
      replicas: indexers.reduce((sum, each) => sum + each, 0),
      resources: { requests: { cpu, memory }, limits: { cpu, memory } },
    },
  ];
}
