import { RunError } from "@pulumi/pulumi";
import { configKeyOf, PASSWORDS, type PasswordName } from "../components/credentials/passwords";
import { loadStack } from "../values";
import { parseLayer } from "../values/layers";
import { Values } from "../values/slices";
import { configure, type RunOptions, startEngine } from "./support/harness";

/** What a person can get wrong, and the text that this person gets to read. */

interface Case extends RunOptions {
  readonly mistake: string;
  /** "dev" if left out. */
  readonly layer?: string;
  /** Every line of the message but the first. */
  readonly says: readonly string[];
}

const rm = (key: string) => `to go back to the layer's value run \`pulumi config rm --path testbed:${key}\``;
const BYTES = "allowed is a memory or disk quantity with a binary unit, such as 512Mi or 20Gi";

const CASES: readonly Case[] = [
  // Keys
  {
    mistake: "an unknown key, with the nearest known one",
    slices: { cassandra: { replcas: 1 } },
    says: ["Pulumi.dev.yaml: cassandra.replcas: unknown key; did you mean replicas?"],
  },
  {
    mistake: "an unknown key with nothing near, with all that are known there",
    slices: { temporal: { frontend: { zzzzzzzz: 1 } } },
    says: ["Pulumi.dev.yaml: temporal.frontend.zzzzzzzz: unknown key; known here: replicas, logLevel, cassandraMaxConns, resources"],
  },
  {
    mistake: "an unknown limit",
    slices: { temporal: { limits: { matching: { rsp: 1 } } } },
    says: ["Pulumi.dev.yaml: temporal.limits.matching.rsp: unknown key; did you mean rps?"],
  },
  {
    mistake: "an unknown limit of a namespace, below a name that is free",
    slices: { temporal: { limits: { namespaces: { default: { rpss: 1 } } } } },
    says: ["Pulumi.dev.yaml: temporal.limits.namespaces.default.rpss: unknown key; did you mean rps?"],
  },
  {
    mistake: "an unknown limit in a list",
    slices: { temporal: { limits: { taskQueues: [{ readPartition: 1 }] } } },
    says: ["Pulumi.dev.yaml: temporal.limits.taskQueues.0.readPartition: unknown key; did you mean readPartitions?"],
  },
  {
    mistake: "an unknown slice",
    config: { casandra: "{}" },
    says: ["Pulumi.dev.yaml: testbed:casandra: unknown key; did you mean cassandra?"],
  },
  {
    mistake: "an unknown slice with nothing near",
    config: { frobnicate: "{}" },
    says: [`Pulumi.dev.yaml: testbed:frobnicate: unknown key; known are ${Object.keys(Values.shape).join(", ")}, layer, context, renderTo`],
  },
  // Types
  {
    mistake: "text for a number",
    slices: { cassandra: { replicas: "many" } },
    says: ['Pulumi.dev.yaml: cassandra.replicas: "many" given; allowed is a number'],
  },
  {
    mistake: "a fraction for a count",
    slices: { cassandra: { replicas: "1.5" } },
    says: ["Pulumi.dev.yaml: cassandra.replicas: 1.5 given; allowed is a whole number"],
  },
  {
    mistake: "text for a boolean",
    slices: { cassandra: { fastStart: "yes" } },
    says: ['Pulumi.dev.yaml: cassandra.fastStart: "yes" given; allowed is true or false'],
  },
  {
    mistake: "text for a map",
    slices: { cassandra: { image: "cassandra:5" } },
    says: ['Pulumi.dev.yaml: cassandra.image: "cassandra:5" given; allowed is a map'],
  },
  {
    mistake: "a scalar for a slice",
    config: { cassandra: "3" },
    says: ["Pulumi.dev.yaml: testbed:cassandra: 3 given; a map of knobs; run `pulumi config set --path testbed:cassandra.<knob> <value>`"],
  },
  {
    mistake: "a list for a slice",
    config: { cassandra: "[1]" },
    says: [
      "Pulumi.dev.yaml: testbed:cassandra: [1] given; a map of knobs; run `pulumi config set --path testbed:cassandra.<knob> <value>`",
    ],
  },
  {
    mistake: "a word outside a choice",
    slices: { platform: { placement: "many" } },
    says: ['Pulumi.dev.yaml: platform.placement: "many" given; allowed is one of single, spread'],
  },
  {
    mistake: "a retention policy in lower case",
    slices: { cassandra: { storage: { whenDeleted: "retain" } } },
    says: ['Pulumi.dev.yaml: cassandra.storage.whenDeleted: "retain" given; allowed is one of Delete, Retain'],
  },
  // null
  {
    mistake: "null",
    slices: { cassandra: { replicas: null } },
    says: [`Pulumi.dev.yaml: cassandra.replicas: null given; ${rm("cassandra.replicas")}`],
  },
  {
    mistake: 'the text "null" for a number',
    slices: { cassandra: { replicas: "null" } },
    says: [`Pulumi.dev.yaml: cassandra.replicas: "null" given; ${rm("cassandra.replicas")}`],
  },
  {
    mistake: 'the text "null" where any text is allowed',
    slices: { temporal: { keyspace: "null" } },
    says: [`Pulumi.dev.yaml: temporal.keyspace: "null" given; ${rm("temporal.keyspace")}`],
  },
  {
    mistake: 'the text "null" for a map',
    slices: { cassandra: { resources: "null" } },
    says: [`Pulumi.dev.yaml: cassandra.resources: "null" given; ${rm("cassandra.resources")}`],
  },
  // Counts
  {
    mistake: "a negative count",
    slices: { temporal: { history: { replicas: -1 } } },
    says: ["Pulumi.dev.yaml: temporal.history.replicas: -1 given; allowed is 1 or more"],
  },
  {
    mistake: "an even quorum",
    slices: { elasticsearch: { replicas: 2 } },
    says: ["Pulumi.dev.yaml: elasticsearch.replicas: 2 given; allowed is an odd number: 2 nodes elect no better than 1"],
  },
  {
    mistake: "a limit of zero, which would stop the server",
    slices: { temporal: { limits: { matching: { rps: 0 } } } },
    says: ["Pulumi.dev.yaml: temporal.limits.matching.rps: 0 given; allowed is 1 or more"],
  },
  {
    mistake: "a limit beyond reason",
    slices: { temporal: { limits: { matching: { rps: 1e9 } } } },
    says: ["Pulumi.dev.yaml: temporal.limits.matching.rps: 1000000000 given; allowed is 10000000 or less"],
  },
  // Quantities
  {
    mistake: "a decimal unit",
    slices: { cassandra: { heap: "512MB" } },
    says: [`Pulumi.dev.yaml: cassandra.heap: "512MB" given; ${BYTES}`],
  },
  {
    mistake: "a fraction of a unit",
    slices: { elasticsearch: { heap: "1.5Gi" } },
    says: [`Pulumi.dev.yaml: elasticsearch.heap: "1.5Gi" given; ${BYTES}`],
  },
  {
    mistake: "a CPU with its unit spelled out",
    slices: { cassandra: { resources: { limits: { cpu: "4 CPU" } } } },
    says: ['Pulumi.dev.yaml: cassandra.resources.limits.cpu: "4 CPU" given; allowed is a CPU quantity above zero, such as 250m, 1.5 or 4'],
  },
  {
    mistake: "a CPU of zero",
    slices: { cassandra: { resources: { limits: { cpu: 0 } } } },
    says: [
      "Pulumi.dev.yaml: cassandra.resources.limits.cpu: 0 given; allowed is a CPU quantity above zero, such as 250m, 1.5 or 4",
      'values/dev.yaml: cassandra.resources.requests.cpu: "250m" given; allowed is at most the limit, 0',
    ],
  },
  {
    mistake: "a duration in words",
    slices: { temporal: { namespaces: { default: { retention: "3 days" } } } },
    says: [
      'Pulumi.dev.yaml: temporal.namespaces.default.retention: "3 days" given; allowed is a whole number with a unit s, m, h or d, such as 90s or 72h',
    ],
  },
  // What must agree
  {
    mistake: "a Cassandra heap above half the memory",
    slices: { cassandra: { heap: "1Gi" } },
    says: [
      'Pulumi.dev.yaml: cassandra.heap: "1Gi" given; allowed is at most half of resources.limits.memory 1536Mi; lower the heap or raise the memory',
    ],
  },
  {
    mistake: "an Elasticsearch heap above half the memory",
    slices: { elasticsearch: { heap: "1Gi" } },
    says: [
      'Pulumi.dev.yaml: elasticsearch.heap: "1Gi" given; allowed is at most half of resources.limits.memory 1280Mi; lower the heap or raise the memory',
    ],
  },
  {
    mistake: "more copies than nodes",
    slices: { cassandra: { replicationFactor: 3 } },
    says: ["Pulumi.dev.yaml: cassandra.replicationFactor: 3 given; allowed is at most cassandra.replicas 1; add nodes or lower the factor"],
  },
  {
    mistake: "a fast start with three nodes",
    slices: { cassandra: { replicas: 3, replicationFactor: 3 }, platform: { budget: { cpu: "9", memory: "99Gi" } } },
    says: [
      "values/dev.yaml: cassandra.fastStart: true given; allowed is false with 3 nodes: a node that does not wait for gossip may join with a wrong ring",
    ],
  },
  {
    mistake: "scaled-down claims deleted where they hold the only copy",
    layer: "prod",
    slices: { cassandra: { replicationFactor: 1, storage: { whenScaled: "Delete" } } },
    says: [
      'Pulumi.prod.yaml: cassandra.storage.whenScaled: "Delete" given; allowed is Retain while replicationFactor is 1: the claim holds the only copy',
    ],
  },
  {
    mistake: "a load in a namespace that is not made",
    slices: { load: { namespace: "orders" }, temporal: { namespaces: { billing: { retention: "24h" } } } },
    says: [
      'Pulumi.dev.yaml: load.namespace: "orders" given; allowed is one of temporal.namespaces, which are default, billing; name one of them, or add it there',
    ],
  },
  {
    mistake: "fewer pollers than the worker starts with",
    slices: { load: { worker: { maxWorkflowTaskPollers: 2 } } },
    says: ["Pulumi.dev.yaml: load.worker.maxWorkflowTaskPollers: 2 given; allowed is 5 or more"],
  },
  {
    mistake: "a disk too small for the heap",
    slices: { cassandra: { storage: { size: "512Mi" } } },
    says: [
      'Pulumi.dev.yaml: cassandra.storage.size: "512Mi" given; allowed is at least twice the heap 512Mi: commit log and flushed memtables need that much',
    ],
  },
  {
    mistake: "a CPU request above its limit",
    slices: { cassandra: { resources: { requests: { cpu: "3" } } } },
    says: ['Pulumi.dev.yaml: cassandra.resources.requests.cpu: "3" given; allowed is at most the limit, 2'],
  },
  {
    mistake: "a memory request above its limit",
    slices: { temporal: { history: { resources: { requests: { memory: "2Gi" } } } } },
    says: ['Pulumi.dev.yaml: temporal.history.resources.requests.memory: "2Gi" given; allowed is at most the limit, 1Gi'],
  },
  {
    mistake: "a request of the UI above its limit",
    slices: { temporal: { ui: { resources: { requests: { cpu: "1" } } } } },
    says: ['Pulumi.dev.yaml: temporal.ui.resources.requests.cpu: "1" given; allowed is at most the limit, 500m'],
  },
  {
    mistake: "more write than read partitions",
    slices: { temporal: { limits: { taskQueues: [{ readPartitions: 2, writePartitions: 3 }] } } },
    says: [
      'Pulumi.dev.yaml: temporal.limits.taskQueues: [{"readPartitions":2,"writePartitions":3}] given; allowed is at most readPartitions 2 as writePartitions of any task queue of any namespace, not 3: a task in a partition that nobody reads is never dispatched',
    ],
  },
  {
    mistake: "more write partitions than the server reads by default",
    slices: { temporal: { limits: { taskQueues: [{ writePartitions: 5 }] } } },
    says: [
      'Pulumi.dev.yaml: temporal.limits.taskQueues: [{"writePartitions":5}] given; allowed is at most readPartitions 4 as writePartitions of any task queue of any namespace, not 5: a task in a partition that nobody reads is never dispatched',
    ],
  },
  // Temporal
  {
    mistake: "the tag latest",
    slices: { temporal: { image: { tag: "latest" } } },
    says: ["Pulumi.dev.yaml: temporal.image.tag: \"latest\" given; allowed is a pinned tag; 'latest' is none"],
  },
  {
    mistake: "a digest that is none",
    slices: { temporal: { image: { digest: "abc" } } },
    says: ['Pulumi.dev.yaml: temporal.image.digest: "abc" given; allowed is sha256: and 64 hexadecimal digits'],
  },
  {
    mistake: "a registry with its scheme",
    slices: { images: { mirror: "https://mirror.example.com" } },
    says: [
      'Pulumi.dev.yaml: images.mirror: "https://mirror.example.com" given; allowed is a registry prefix without scheme, such as mirror.example.com/hub, or empty',
    ],
  },
  {
    mistake: "a retention below what the server takes",
    slices: { temporal: { namespaces: { default: { retention: "30m" } } } },
    says: ['Pulumi.dev.yaml: temporal.namespaces.default.retention: "30m" given; allowed is at least 1h: the server takes no less'],
  },
  {
    mistake: "a namespace without retention",
    slices: { temporal: { namespaces: { orders: {} } } },
    says: ["Pulumi.dev.yaml: temporal.namespaces.orders.retention: missing; text is needed"],
  },
  {
    mistake: "a namespace whose name would end a shell word",
    slices: { temporal: { namespaces: { "a b": { retention: "72h" } } } },
    says: ["Pulumi.dev.yaml: temporal.namespaces.a b: \"a b\" given; allowed is letters, digits, '.', '_' and '-', at least two"],
  },
  {
    mistake: "a description that would end a shell word",
    slices: { temporal: { namespaces: { default: { description: "it's" } } } },
    says: ['Pulumi.dev.yaml: temporal.namespaces.default.description: "it\'s" given; allowed is plain text without quotes'],
  },
  {
    mistake: "a search attribute of a type in lower case",
    slices: { temporal: { searchAttributes: { Customer: "keyword" } } },
    says: [
      'Pulumi.dev.yaml: temporal.searchAttributes.Customer: "keyword" given; allowed is one of Text, Keyword, Int, Double, Bool, Datetime, KeywordList',
    ],
  },
  {
    mistake: "a poll interval below what the server takes",
    slices: { temporal: { dynamicConfigPollInterval: "1s" } },
    says: ['Pulumi.dev.yaml: temporal.dynamicConfigPollInterval: "1s" given; allowed is at least 5s: the server takes no less'],
  },
  {
    mistake: "a keyspace and an index that the store or the template does not take",
    slices: { temporal: { keyspace: "My-Space", visibilityIndex: "other" } },
    says: [
      'Pulumi.dev.yaml: temporal.keyspace: "My-Space" given; allowed is a Cassandra identifier in lower case',
      'Pulumi.dev.yaml: temporal.visibilityIndex: "other" given; allowed is a name that starts with temporal_visibility_v1: the index template matches no other',
    ],
  },
  {
    mistake: "a dynamic-config key that the server does not read",
    slices: { temporal: { dynamicConfig: { "frontend.rpss": [{ value: 1 }] } } },
    says: [
      'Pulumi.dev.yaml: temporal.dynamicConfig.frontend.rpss: [{"value":1}] given; allowed is a key that Temporal 1.31.2 reads; did you mean frontend.rps?',
    ],
  },
  {
    mistake: "a dynamic-config key that a limit sets already, in another case",
    slices: { temporal: { limits: { frontend: { rps: 1 } }, dynamicConfig: { "frontend.RPS": [{ value: 1 }] } } },
    says: [
      'Pulumi.dev.yaml: temporal.dynamicConfig.frontend.RPS: [{"value":1}] given; allowed is one place only: temporal.limits sets this key already; take it out of one of them',
    ],
  },
  {
    mistake: "a dynamic-config key with a scalar",
    slices: { temporal: { dynamicConfig: { "frontend.rps": 77 } } },
    says: ["Pulumi.dev.yaml: temporal.dynamicConfig.frontend.rps: 77 given; allowed is a list"],
  },
  {
    mistake: "a dynamic-config value of another type than the server reads",
    slices: { temporal: { dynamicConfig: { "frontend.rps": [{ value: true }], "history.shutdownDrainDuration": [{ value: "5" }] } } },
    says: [
      "Pulumi.dev.yaml: temporal.dynamicConfig.frontend.rps.0.value: true given; allowed is a whole number: the server reads this key as int",
      'Pulumi.dev.yaml: temporal.dynamicConfig.history.shutdownDrainDuration.0.value: "5" given; allowed is a duration such as 10s: the server reads this key as duration',
    ],
  },
  {
    mistake: "a dynamic-config entry without a value",
    slices: { temporal: { dynamicConfig: { "frontend.rps": [{}] } } },
    says: [
      "Pulumi.dev.yaml: temporal.dynamicConfig.frontend.rps.0.value: missing; text or a number or true or false or a map or a list is needed",
    ],
  },
  // Keys that the 2025 reports set and that nothing reads
  {
    mistake: "dead: server.config.limits inside temporal",
    slices: { temporal: { server: { config: { limits: { frontend: { rps: 1 } } } } } },
    says: [
      "Pulumi.dev.yaml: temporal.server: unknown key; no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps",
    ],
  },
  {
    mistake: "dead: a slice server",
    slices: { server: { config: { limits: { frontend: { rps: 1 } } } } },
    says: [
      "Pulumi.dev.yaml: testbed:server: unknown key; no Temporal server reads server.config.limits; use temporal.limits.{frontend,matching,history}.rps",
    ],
  },
  {
    mistake: "dead: server.config.namespaces",
    slices: { temporal: { server: { config: { namespaces: { create: true } } } } },
    says: ["Pulumi.dev.yaml: temporal.server: unknown key; use temporal.namespaces"],
  },
  {
    mistake: "dead: namespaceStateRPS",
    slices: { temporal: { limits: { history: { namespaceStateRPS: 1 } } } },
    says: [
      "Pulumi.dev.yaml: temporal.limits.history.namespaceStateRPS: unknown key; no Temporal server has namespaceStateRPS; use temporal.limits.history.rps or temporal.limits.frontend.namespaceRps",
    ],
  },
  {
    mistake: "dead: namespaceActionRPS",
    slices: { temporal: { limits: { frontend: { namespaceActionRPS: 1 } } } },
    says: [
      "Pulumi.dev.yaml: temporal.limits.frontend.namespaceActionRPS: unknown key; no Temporal server has namespaceActionRPS; use temporal.limits.frontend.namespaceRps",
    ],
  },
  {
    mistake: "dead: limits under rpc",
    slices: { temporal: { limits: { frontend: { rpc: { rps: 1 } } } } },
    says: [
      "Pulumi.dev.yaml: temporal.limits.frontend.rpc: unknown key; no Temporal server reads limits under rpc; use temporal.limits.<role>.rps",
    ],
  },
  {
    mistake: "dead: namespaceRPS in the server's spelling",
    slices: { temporal: { limits: { frontend: { namespaceRPS: 1 } } } },
    says: ["Pulumi.dev.yaml: temporal.limits.frontend.namespaceRPS: unknown key; use temporal.limits.frontend.namespaceRps"],
  },
  {
    mistake: "dead: defaultNamespaces",
    slices: { temporal: { defaultNamespaces: ["default"] } },
    says: ["Pulumi.dev.yaml: temporal.defaultNamespaces: unknown key; use temporal.namespaces, such as {default: {retention: 72h}}"],
  },
  {
    mistake: "dead: maxQPS of a store",
    slices: { cassandra: { maxQPS: 1 } },
    says: ["Pulumi.dev.yaml: cassandra.maxQPS: unknown key; no Temporal store reads maxQPS; use temporal.limits.<role>.persistenceMaxQps"],
  },
  {
    mistake: "dead: cluster_size",
    slices: { cassandra: { cluster_size: 3 } },
    says: ["Pulumi.dev.yaml: cassandra.cluster_size: unknown key; use cassandra.replicas"],
  },
  {
    mistake: "dead: replicaCount",
    slices: { temporal: { history: { replicaCount: 3 } } },
    says: ["Pulumi.dev.yaml: temporal.history.replicaCount: unknown key; use replicas"],
  },
  {
    mistake: "dead: dynamicConfigs",
    slices: { temporal: { dynamicConfigs: {} } },
    says: ["Pulumi.dev.yaml: temporal.dynamicConfigs: unknown key; use temporal.dynamicConfig"],
  },
  {
    mistake: "dead: limits under clickhouse.config",
    slices: { clickhouse: { config: { maxConnections: 1000, maxThreads: 16 } } },
    says: [
      "Pulumi.dev.yaml: clickhouse.config: unknown key; no ClickHouse chart reads config.maxConnections; use clickhouse.maxConnections",
    ],
  },
  {
    mistake: "dead: the user of the chart",
    slices: { clickhouse: { config: { users: { otelUserName: "canopyx" } } } },
    says: [
      "Pulumi.dev.yaml: clickhouse.config: unknown key; the user is canopyx; set its password by `pulumi config set --secret clickhousePassword`",
    ],
  },
  {
    mistake: "dead: networks of the chart",
    slices: { clickhouse: { config: { clusterCidrs: ["0.0.0.0/0"] } } },
    says: [
      "Pulumi.dev.yaml: clickhouse.config: unknown key; who may connect is what components are told of each other (platform.networkPolicies)",
    ],
  },
  {
    mistake: "dead: a setting that no server has",
    slices: { clickhouse: { maxPartsMergedAtOnce: 150 } },
    says: [
      "Pulumi.dev.yaml: clickhouse.maxPartsMergedAtOnce: unknown key; no ClickHouse server has it; merges are bounded by clickhouse.backgroundPoolSize and its ratio",
    ],
  },
  {
    mistake: "dead: retention of a Deployment",
    slices: { clickhouse: { persistentVolumeClaimRetentionPolicy: { enabled: true } } },
    says: [
      "Pulumi.dev.yaml: clickhouse.persistentVolumeClaimRetentionPolicy: unknown key; use clickhouse.storage.whenDeleted and clickhouse.storage.whenScaled",
    ],
  },
  // ClickHouse
  {
    mistake: "replicas without a cluster",
    slices: { clickhouse: { cluster: false, replicas: 2 } },
    says: [
      "Pulumi.dev.yaml: clickhouse.replicas: 2 given; allowed is 1 while clickhouse.cluster is false: servers without a cluster share nothing",
    ],
  },
  {
    mistake: "more queries than connections",
    slices: { clickhouse: { maxConnections: 900 } },
    says: [
      "values/dev.yaml: clickhouse.maxConcurrentQueries: 1000 given; allowed is at most maxConnections 900: a connection runs one query at a time",
    ],
  },
  {
    mistake: "a pool too small for any mutation",
    slices: { clickhouse: { backgroundPoolSize: 12 } },
    says: [
      "Pulumi.dev.yaml: clickhouse.backgroundPoolSize: 12 given; allowed is at least 25 / backgroundMergesMutationsConcurrencyRatio 2: a server refuses tables whose mutations can never get their 25 slots",
    ],
  },
  {
    mistake: "an even number of Keepers",
    slices: { clickhouse: { keeper: { replicas: 2 } } },
    says: ["Pulumi.dev.yaml: clickhouse.keeper.replicas: 2 given; allowed is an odd number: 2 Keepers elect no better than 1"],
  },
  {
    mistake: "data that outlives its metadata",
    slices: { clickhouse: { storage: { whenDeleted: "Retain" } } },
    says: [
      'values/dev.yaml: clickhouse.keeper.storage.whenDeleted: "Delete" given; allowed is Retain as clickhouse.storage.whenDeleted: data without its metadata in Keeper is read-only, metadata without its data blocks new replicas',
    ],
  },
  {
    mistake: "a timeout without its unit",
    slices: { clickhouse: { distributedDdlTaskTimeout: "30000" } },
    says: [
      'Pulumi.dev.yaml: clickhouse.distributedDdlTaskTimeout: "30000" given; allowed is a whole number with a unit s, m, h or d, such as 90s or 72h',
    ],
  },
  // Secrets
  {
    mistake: "a secret slice",
    secrets: { cassandra: "{}" },
    says: [
      `Pulumi.dev.yaml: testbed:cassandra: a slice cannot be secret; passwords are ${(Object.keys(PASSWORDS) as PasswordName[]).map(configKeyOf).join(", ")}`,
    ],
  },
  {
    mistake: "a password in clear",
    config: { elasticsearchPassword: "x" },
    says: ["Pulumi.dev.yaml: elasticsearchPassword: a password in clear; run `pulumi config set --secret elasticsearchPassword`"],
  },
  // The stack
  {
    mistake: "an unknown layer",
    config: { layer: "staging" },
    says: ["Pulumi.dev.yaml: layer: staging given; allowed is one of dev, prod, october-2025; run `pulumi config set layer dev`"],
  },
  {
    mistake: "no layer",
    config: { layer: undefined },
    says: ["Pulumi.dev.yaml: layer: nothing given; allowed is one of dev, prod, october-2025; run `pulumi config set layer dev`"],
  },
  {
    mistake: "prod without a context",
    layer: "prod",
    config: { context: undefined },
    says: ["Pulumi.prod.yaml: context: needed in the prod layer; run `pulumi config set context <name of the kubeconfig context>`"],
  },
  {
    mistake: "a stack name that no namespace can carry",
    stack: "Dev_1",
    says: ["stack name: Dev_1 given; it becomes part of a namespace: lower case letters, digits and '-', at most 40"],
  },
  {
    mistake: "a stack name that is too long",
    stack: "a".repeat(41),
    says: [`stack name: ${"a".repeat(41)} given; it becomes part of a namespace: lower case letters, digits and '-', at most 40`],
  },
  // Several at once
  {
    mistake: "three mistakes in two slices",
    slices: { cassandra: { replcas: 1, heap: "null" }, temporal: { image: { tag: "latest" } } },
    says: [
      `Pulumi.dev.yaml: cassandra.heap: "null" given; ${rm("cassandra.heap")}`,
      "Pulumi.dev.yaml: cassandra.replcas: unknown key; did you mean replicas?",
      "Pulumi.dev.yaml: temporal.image.tag: \"latest\" given; allowed is a pinned tag; 'latest' is none",
    ],
  },
  {
    mistake: "four mistakes outside the slices",
    layer: "prod",
    stack: "Bad",
    config: { context: undefined, elasticsearchPassword: "x", casandra: "{}" },
    says: [
      "Pulumi.Bad.yaml: context: needed in the prod layer; run `pulumi config set context <name of the kubeconfig context>`",
      "stack name: Bad given; it becomes part of a namespace: lower case letters, digits and '-', at most 40",
      "Pulumi.Bad.yaml: elasticsearchPassword: a password in clear; run `pulumi config set --secret elasticsearchPassword`",
      "Pulumi.Bad.yaml: testbed:casandra: unknown key; did you mean cassandra?",
    ],
  },
];

/** The whole message, and that nothing was registered. */
async function expectRefusal(layer: string, options: RunOptions, says: readonly string[]): Promise<void> {
  const engine = await startEngine(options.stack ?? layer);
  configure(layer, options);
  const count = says.length === 1 ? "1 problem" : `${says.length} problems`;
  const message = [`${count} in the configuration; nothing was created:`, ...says.map((line) => `  ${line}`)].join("\n");
  expect(loadStack).toThrow(new RunError(message));
  // A RunError is what the engine prints without a stack trace.
  expect(loadStack).toThrow(RunError);
  expect(engine.registrations).toEqual([]);
}

test.each(CASES)("$mistake", ({ layer = "dev", says, ...options }) => expectRefusal(layer, options, says));

test("requests beyond the budget, with their sum", async () => {
  await startEngine("dev");
  configure("dev");
  const { cpu, memory } = loadStack().requests;
  await expectRefusal("dev", { slices: { platform: { budget: { cpu: "1m", memory: "1Mi" } } } }, [
    `Pulumi.dev.yaml: platform.budget.cpu: 1m given; allowed is at least the sum of all requests, ${cpu}; raise the budget, or lower replicas or requests`,
    `Pulumi.dev.yaml: platform.budget.memory: 1Mi given; allowed is at least the sum of all requests, ${memory}; raise the budget, or lower replicas or requests`,
  ]);
});

describe("a layer file", () => {
  test.each([
    {
      mistake: "malformed YAML",
      text: "cassandra:\n  replicas: 1\n bad: [\n",
      problem: { where: "values/dev.yaml:3", allowed: "bad indentation of a mapping entry. Correct the YAML at this line." },
    },
    {
      mistake: "a duplicate key",
      text: "cassandra:\n  replicas: 1\n  replicas: 3\n",
      problem: { where: "values/dev.yaml:3", allowed: "duplicated mapping key. Correct the YAML at this line." },
    },
    {
      mistake: "a tab as indentation",
      text: "cassandra:\n\treplicas: 1\n",
      problem: { where: "values/dev.yaml:2", allowed: "tab characters must not be used in indentation. Correct the YAML at this line." },
    },
    {
      mistake: "an empty file",
      text: "",
      problem: { where: "values/dev.yaml:1", allowed: "expected a document, but the input is empty. Correct the YAML at this line." },
    },
    {
      mistake: "a list at the top",
      text: "- cassandra\n",
      problem: { where: "values/dev.yaml", allowed: "a map of slices is expected at the top" },
    },
  ])("$mistake is named with its file, and its line where there is one", ({ text, problem }) => {
    expect(parseLayer("values/dev.yaml", text)).toEqual(problem);
  });
});
