import { z } from "zod";
import { Duration, Image, Resources } from "../kit/schemas";
import { seconds } from "../kit/units";
import { dynamicConfigOf, TemporalLimits } from "./limits";
import { unreadPartitions } from "./partitions";
import { clashesWithTyped, rawProblems } from "./raw-checks";

const Replicas = z.int().min(1).max(100);

const RoleValues = z.strictObject({
  replicas: Replicas.meta({
    description: "Pods of this role. Per-pod limits multiply with it.",
    source: "the 2025 reports recommend six history pods; chart default 1",
  }),
  logLevel: z
    .enum(["debug", "info", "warn", "error"])
    .meta({ description: "log.level of this role. Restarts its pods.", source: "Temporal 1.31.2, log.level" }),
  cassandraMaxConns: z.int().min(1).max(1000).meta({
    description: "Connections of one pod to each Cassandra node (maxConns). Restarts its pods.",
    source: "embedded server template: 20; dev: each new connection costs Cassandra a password hash",
  }),
  resources: Resources,
});
export type RoleValues = z.infer<typeof RoleValues>;

const MIN_RETENTION_SECONDS = 3600;

const NamespaceValues = z.strictObject({
  retention: Duration.meta({
    description: "How long closed workflows are kept. An edit is applied by the next `up` and holds for workflows that close afterwards.",
    source: "CLI default 72h; least is 1h (system.namespaceMinRetentionLocal)",
  }),
  description: z
    .string()
    .max(200)
    .regex(/^[^'"\\\n]*$/, "plain text without quotes")
    .optional()
    .meta({
      description: "Description of the namespace. An edit is applied by the next `up`; unset leaves the one that is there.",
      source: "Temporal CLI, namespace create --description",
    }),
});

/** Custom search attribute types that the server knows. */
const SearchAttributeType = z.enum(["Text", "Keyword", "Int", "Double", "Bool", "Datetime", "KeywordList"]);

const DynamicConfigValue = z.strictObject({
  value: z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  constraints: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** Knobs of Temporal: server roles, UI, admin tools, schema, namespaces and limits. */
export const TemporalValues = z
  .strictObject({
    image: Image,
    adminToolsImage: Image,
    uiImage: Image,
    numHistoryShards: z.int().min(1).max(131072).meta({
      description: "History shards. Fixed for the life of the data: the server would ignore a change in silence, so an edit is refused.",
      source: "chart default 512; at least 2 x workflows/s x state transitions x seconds per write",
    }),
    keyspace: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,47}$/, "a Cassandra identifier in lower case")
      .meta({
        description: "Cassandra keyspace. Fixed once data exists: another name starts with no data, so an edit is refused.",
        source: "Temporal 1.31.2, embedded template: temporal",
      }),
    visibilityIndex: z
      .string()
      .regex(/^temporal_visibility_v1[a-z0-9_-]*$/, "a name that starts with temporal_visibility_v1: the index template matches no other")
      .meta({
        description: "Elasticsearch index. Fixed once data exists: another name starts with no data, so an edit is refused.",
        source: "Temporal 1.31.2, index template v14: pattern temporal_visibility_v1*",
      }),
    frontend: RoleValues,
    history: RoleValues,
    matching: RoleValues,
    worker: RoleValues,
    ui: z.strictObject({
      replicas: Replicas.meta({ description: "Pods of the web UI.", source: "one is enough; two outlive a node" }),
      resources: Resources,
    }),
    adminTools: z.strictObject({ resources: Resources }),
    dynamicConfigPollInterval: Duration.meta({
      description: "How often a server reads its dynamic config. Restarts the server pods.",
      source: "the server's least is 5s; chart 10s",
    }),
    limits: TemporalLimits,
    dynamicConfig: z
      .record(z.string().min(1), z.array(DynamicConfigValue).min(1))
      .check((ctx) => {
        for (const { path, input, message } of rawProblems(ctx.value)) ctx.issues.push({ code: "custom", path: [...path], input, message });
      })
      .meta({
        description: "Any other dynamic-config key, as the server writes it: key to a list of {value, constraints}. Restarts nothing.",
        source: "Temporal 1.31.2, common/dynamicconfig/constants.go",
      }),
    namespaces: z
      .record(z.string().regex(/^[A-Za-z0-9][\w.-]{1,254}$/, "letters, digits, '.', '_' and '-', at least two"), NamespaceValues)
      .refine((all) => Object.keys(all).length > 0, "at least one namespace, such as default: {retention: 72h}")
      .meta({
        description: "Namespaces that exist when the bed is up, by name. One that is taken out of the config stays on the server.",
        source: "Temporal CLI, namespace create",
      }),
    searchAttributes: z.record(z.string().regex(/^[A-Za-z]\w{0,63}$/, "letters, digits and '_'"), SearchAttributeType).meta({
      description: "Custom search attributes, name to type. One that is taken out of the config stays on the server.",
      source: "Temporal CLI, search-attribute create",
    }),
  })
  .check((ctx) => {
    const v = ctx.value;
    const problem = (path: string[], message: string, input: unknown) => ctx.issues.push({ code: "custom", path, message, input });
    for (const [name, { retention }] of Object.entries(v.namespaces)) {
      const given = seconds(retention);
      if (given !== undefined && given < MIN_RETENTION_SECONDS) {
        problem(["namespaces", name, "retention"], "at least 1h: the server takes no less", retention);
      }
    }
    const poll = seconds(v.dynamicConfigPollInterval);
    if (poll !== undefined && poll < 5) {
      problem(["dynamicConfigPollInterval"], "at least 5s: the server takes no less", v.dynamicConfigPollInterval);
    }
    const { taskQueues } = v.limits;
    const placeOf = ({ namespace, taskQueue }: (typeof taskQueues)[number]) => JSON.stringify([namespace, taskQueue]);
    taskQueues.forEach((each, index) => {
      const first = taskQueues.findIndex((other) => placeOf(other) === placeOf(each));
      if (first === index) return;
      const message = `one entry per namespace and task queue: entry ${first} speaks of the same; merge the two`;
      ctx.issues.push({ code: "custom", path: ["limits", "taskQueues", index], input: each, message });
    });
    for (const message of unreadPartitions(dynamicConfigOf(v.limits))) problem(["limits", "taskQueues"], message, undefined);
    for (const { path, input, message } of clashesWithTyped(v.dynamicConfig, Object.keys(dynamicConfigOf(v.limits)))) {
      problem(["dynamicConfig", ...path.map(String)], message, input);
    }
  });
export type TemporalValues = z.infer<typeof TemporalValues>;
