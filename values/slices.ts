import { z } from "zod";
import { CassandraValues } from "../components/cassandra/values";
import { ElasticsearchValues } from "../components/elasticsearch/values";
import { LoadValues } from "../components/load/values";
import { MonitoringValues } from "../components/monitoring/values";
import { ImagesValues, PlatformValues } from "../components/platform/values";
import { TemporalValues } from "../components/temporal/values";

/** All slices. What is true of one slice is checked there; here only what holds between slices. */
export const Values = z
  .strictObject({
    platform: PlatformValues,
    images: ImagesValues,
    cassandra: CassandraValues,
    elasticsearch: ElasticsearchValues,
    temporal: TemporalValues,
    load: LoadValues,
    monitoring: MonitoringValues,
  })
  .check((ctx) => {
    const { load, temporal } = ctx.value;
    const namespaces = Object.keys(temporal.namespaces);
    if (!load.enabled || namespaces.includes(load.namespace)) return;
    const message = `one of temporal.namespaces, which are ${namespaces.join(", ")}; name one of them, or add it there`;
    ctx.issues.push({ code: "custom", path: ["load", "namespace"], input: load.namespace, message });
  });
export type Values = z.infer<typeof Values>;
