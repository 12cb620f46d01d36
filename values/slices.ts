import { z } from "zod";
import { CanopyNodeValues } from "../components/canopy-node/values";
import { canopyxOn, TEMPORAL_NAMESPACE } from "../components/canopyx/render";
import { CanopyxValues, imagesOf } from "../components/canopyx/values";
import { CassandraValues } from "../components/cassandra/values";
import { benchSeconds } from "../components/chronik-bench/render";
import { ChronikBenchValues } from "../components/chronik-bench/values";
import { ChronikValues } from "../components/chronik/values";
import { ClickHouseValues } from "../components/clickhouse/values";
import { ElasticsearchValues } from "../components/elasticsearch/values";
import { giveUpAfter } from "../components/kit/job-time";
import { LoadValues } from "../components/load/values";
import { MongodbValues } from "../components/mongodb/values";
import { MonitoringValues } from "../components/monitoring/values";
import { ImagesValues, PlatformValues } from "../components/platform/values";
import { RedisValues } from "../components/redis/values";
import { RpcMockValues } from "../components/rpc-mock/values";
import { TemporalValues } from "../components/temporal/values";

/** Namespace of Temporal's own workflows, such as schedules' scanner. */
const SYSTEM_NAMESPACE = "temporal-system";

/** All slices. What is true of one slice is checked there; here only what holds between slices. */
export const Values = z
  .strictObject({
    platform: PlatformValues,
    images: ImagesValues,
    cassandra: CassandraValues,
    elasticsearch: ElasticsearchValues,
    clickhouse: ClickHouseValues,
    temporal: TemporalValues,
    load: LoadValues,
    redis: RedisValues,
    mongodb: MongodbValues,
    canopyNode: CanopyNodeValues,
    rpcMock: RpcMockValues,
    chronik: ChronikValues,
    chronikBench: ChronikBenchValues,
    canopyx: CanopyxValues,
    monitoring: MonitoringValues,
  })
  .check((ctx) => {
    const { load, temporal } = ctx.value;
    const namespaces = Object.keys(temporal.namespaces);
    if (!load.enabled || namespaces.includes(load.namespace)) return;
    const message = `one of temporal.namespaces, which are ${namespaces.join(", ")}; name one of them, or add it there`;
    ctx.issues.push({ code: "custom", path: ["load", "namespace"], input: load.namespace, message });
  })
  .check((ctx) => {
    const { canopyx, temporal } = ctx.value;
    const known = [...Object.keys(temporal.namespaces), ...(canopyxOn(canopyx) ? [TEMPORAL_NAMESPACE] : []), SYSTEM_NAMESPACE];
    const limited = [
      ...Object.keys(temporal.limits.namespaces).map((name) => ({ name, path: ["namespaces", name] })),
      ...temporal.limits.taskQueues.map(({ namespace }, index) => ({ name: namespace, path: ["taskQueues", index, "namespace"] })),
    ];
    for (const { name, path } of limited) {
      if (name === undefined || known.includes(name)) continue;
      const message = `a namespace that this bed has, which are ${known.join(", ")}: a limit of any other is read by nobody; add it to temporal.namespaces, or correct the name`;
      ctx.issues.push({ code: "custom", path: ["temporal", "limits", ...path], input: name, message });
    }
  })
  .check((ctx) => {
    const { canopyx, clickhouse, redis } = ctx.value;
    if (imagesOf(canopyx) === undefined) return;
    const needs = (path: string[], message: string, input: unknown) => ctx.issues.push({ code: "custom", path, input, message });
    if (!clickhouse.enabled)
      needs(["clickhouse", "enabled"], "true while CanopyX's images are named: it keeps all it indexes there", false);
    if (canopyx.generation !== "current") return;
    if (!redis.enabled) needs(["redis", "enabled"], "true for the current generation of CanopyX: its indexers do not start without", false);
    if (clickhouse.enabled && !clickhouse.external && !clickhouse.cluster) {
      const message =
        "true for the current generation of CanopyX: it makes its databases ON CLUSTER canopyx; or set canopyx.generation to october-2025";
      needs(["clickhouse", "cluster"], message, false);
    }
  })
  .check((ctx) => {
    const { chronik, chronikBench: bench, platform } = ctx.value;
    if (bench.image === undefined) return;
    const problem = (knob: string, message: string, input: unknown) =>
      ctx.issues.push({ code: "custom", path: ["chronikBench", knob], input, message });
    if (!chronik.enabled) problem("image", "none while chronik.enabled is false: there is nothing to measure", bench.image);
    const topic = chronik.topics[bench.topic];
    if (topic === undefined) {
      const names = Object.keys(chronik.topics).join(", ");
      problem("topic", `one of chronik.topics, which are ${names}; name one of them, or add it there`, bench.topic);
    } else if (bench.acks === "all" && topic.replicationFactor === 1) {
      const message = `1, since topic ${bench.topic} has one copy and all of one is one; or set chronik.topics.${bench.topic}.replicationFactor to 2 or more`;
      problem("acks", message, bench.acks);
    }
    const [needed, given] = [benchSeconds(bench), giveUpAfter(platform.jobDeadlineSeconds)];
    if (needed > given) {
      const message = `a time that with start, last messages and read-back (${needed} s) fits the ${given} s of one try; shorten it, or raise platform.jobDeadlineSeconds to ${needed * 2 + 20}`;
      problem("duration", message, bench.duration);
    }
  });
export type Values = z.infer<typeof Values>;
