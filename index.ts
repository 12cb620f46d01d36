import * as k8s from "@pulumi/kubernetes";
import { CanopyNode } from "./components/canopy-node";
import * as pulumi from "@pulumi/pulumi";
import { CanopyxAdmin, canopyxChains, CanopyxController, CanopyxQuery, CanopyxWeb } from "./components/canopyx";
import { imagesOf } from "./components/canopyx/values";
import { Cassandra, cassandraEndpoint, cassandraRoles } from "./components/cassandra";
import { Chronik, chronikEndpoint, chronikTopics } from "./components/chronik";
import { chronikBench } from "./components/chronik-bench";
import { ClickHouse, clickHouseEndpoint, ClickHouseKeeper, keeperEndpoint } from "./components/clickhouse";
import { Credentials } from "./components/credentials";
import { Elasticsearch, elasticsearchEndpoint } from "./components/elasticsearch";
import { RunOnce } from "./components/kit/run-once";
import { stages } from "./components/kit/stages";
import type { Part } from "./components/kit/traffic";
import { Load, loadCheck } from "./components/load";
import { Mongodb } from "./components/mongodb";
import { Grafana, Monitors, partsOf, Prometheus } from "./components/monitoring";
import { Network } from "./components/network";
import { Platform } from "./components/platform";
import { admit } from "./components/platform/admission";
import { providerArgs } from "./components/platform/provider";
import { Redis, redisEndpoint } from "./components/redis";
import { RpcMock } from "./components/rpc-mock";
import { Temporal, temporalCluster, temporalNamespaces, temporalSchema, TemporalTools, temporalVisibility } from "./components/temporal";
import { loadStack } from "./values";
import { claimsThatStay, derive } from "./values/derive";
import { warnings, whatIsOff } from "./values/off";

// Native stacks: mapping one per promise costs a no-op preview 0.4 s (D15).
Reflect.deleteProperty(Error, "prepareStackTrace");

/** Table of contents of the bed: what there is, and what waits for what. */
export = async () => {
  const stack = loadStack();
  const { values } = stack;
  const derived = derive(values, stack.namespace);
  const { bed, identities, facts, keptStores } = derived;
  const [, indexers] = stack.namespaces;
  for (const warning of warnings(values)) void pulumi.log.warn(warning);
  const intent = { stack: stack.name, facts, sets: derived.sets, decommissionedTo: values.cassandra.decommissionedTo };
  const cluster = stack.renderTo === undefined ? await admit(stack.context, stack.namespaces, intent) : undefined;

  // 1 ground
  const ground = stages(new k8s.Provider("cluster", providerArgs(cluster, stack.renderTo)));
  const place = { stack: stack.name, values: values.platform };
  const platform = new Platform("platform", { ...place, namespace: bed.namespace, facts, keepsData: keptStores.size > 0 }, ground.after());
  // What a controller creates at run time is in nobody's state: it goes with a namespace of its own.
  const runtime = new Platform(
    "indexers",
    { ...place, namespace: indexers, facts: {}, keepsData: false, podSecurity: values.canopyx.indexer.podSecurity },
    ground.after(),
  );
  const on = ground.deletedWith(platform.disposable);
  const credentials = new Credentials(
    "credentials",
    { bed, indexers, needed: derived.passwords, given: stack.passwords, keptStores },
    on.after(platform, runtime),
  );
  const { secrets } = credentials;

  // 2 stores, side by side
  const cassandra = values.cassandra.external
    ? undefined
    : new Cassandra("cassandra", { bed, values: values.cassandra, identity: identities.cassandra }, on.after(platform));
  const elasticsearch = values.elasticsearch.external
    ? undefined
    : new Elasticsearch(
        "elasticsearch",
        { bed, values: values.elasticsearch, identity: identities.elasticsearch, superuser: secrets.elasticsearch },
        on.after(platform, credentials),
      );
  const redis =
    values.redis.enabled && !values.redis.external
      ? new Redis("redis", { bed, values: values.redis, password: secrets.redis }, on.after(platform, credentials))
      : undefined;
  const mongodb = values.mongodb.enabled
    ? new Mongodb(
        "mongodb",
        { bed, values: values.mongodb, identity: identities.mongodb, password: secrets.mongodb },
        on.after(platform, credentials),
      )
    : undefined;
  const runsClickHouse = values.clickhouse.enabled && !values.clickhouse.external;
  const keeper =
    runsClickHouse && values.clickhouse.cluster
      ? new ClickHouseKeeper(
          "clickhouse-keeper",
          { bed, values: values.clickhouse.keeper, identity: identities.clickhouseKeeper },
          on.after(platform),
        )
      : undefined;
  const clickhouse = runsClickHouse
    ? new ClickHouse(
        "clickhouse",
        {
          bed,
          values: values.clickhouse,
          identity: identities.clickhouse,
          application: secrets.clickhouse,
          keeper: keeper && keeperEndpoint(values.clickhouse.keeper, bed.namespace),
        },
        on.after(platform, credentials, keeper),
      )
    : undefined;
  const shared = {
    bed,
    values: values.temporal,
    store: cassandraEndpoint(values.cassandra, bed.namespace),
    storePassword: secrets.cassandraTemporal,
    visibility: elasticsearchEndpoint(values.elasticsearch, bed.namespace),
    visibilityPassword: secrets.elasticsearch,
    replacedWith: cassandra ? [cassandra.set] : [],
  };

  // 3 roles and schemas: jobs that must complete
  const roles =
    cassandra &&
    new RunOnce(
      "cassandra-roles",
      cassandraRoles({
        ...shared,
        values: values.cassandra,
        keyspaces: [values.temporal.keyspace],
        superuser: secrets.cassandraSuperuser,
        application: secrets.cassandraTemporal,
      }),
      on.after(credentials, cassandra),
    );
  const schema = new RunOnce("temporal-schema", temporalSchema(shared), on.after(credentials, cassandra, roles));
  const visibility = new RunOnce(
    "temporal-visibility",
    temporalVisibility({ ...shared, replacedWith: elasticsearch ? [elasticsearch.set] : [] }),
    on.after(credentials, elasticsearch),
  );

  // 4 engine: the record that all servers share, the servers, their namespaces
  const record = new RunOnce("temporal-cluster", temporalCluster(shared), on.after(credentials, schema, visibility));
  const temporal = new Temporal("temporal", shared, on.after(credentials, schema, visibility, record));
  const server = temporal.endpoint;
  const namespaces = new RunOnce(
    "temporal-namespaces",
    temporalNamespaces({ ...shared, values: { ...values.temporal, namespaces: derived.temporalNamespaces }, server }),
    on.after(temporal),
  );
  const tools = new TemporalTools("temporal-tools", { bed, values: values.temporal, server }, on.after(temporal));

  // 5 a first workload, and the proof that it completes
  const load = values.load.enabled ? new Load("load", { bed, values: values.load, server }, on.after(temporal, namespaces)) : undefined;
  const { adminToolsImage } = values.temporal;
  const check =
    load &&
    new RunOnce(
      "load-check",
      loadCheck({ ...shared, values: values.load, adminToolsImage, server, load: load.endpoint }),
      on.after(temporal, namespaces, load),
    );

  // 6 chains to index, where somebody built an image for them
  const { canopyNode: node, rpcMock: mock } = values;
  const canopyNode =
    node.image &&
    new CanopyNode(
      "canopy-node",
      { bed, values: node, image: node.image, identity: identities.canopyNode, validatorKey: secrets.canopyNodeValidatorKey },
      on.after(platform, credentials),
    );
  const rpcMock = mock.image && new RpcMock("rpc-mock", { bed, values: mock, image: mock.image }, on.after(platform));
  // 7 the brokers, and what is measured on them
  const chronik = values.chronik.enabled
    ? new Chronik(
        "chronik",
        { bed, values: values.chronik, identity: identities.chronik, adminKey: secrets.chronikAdmin },
        on.after(platform, credentials),
      )
    : undefined;
  const brokers = chronikEndpoint(values.chronik, bed.namespace);
  const topics =
    chronik &&
    new RunOnce("chronik-topics", chronikTopics({ bed, values: values.chronik, brokers, replacedWith: [chronik.set] }), on.after(chronik));
  const { image: benchImage } = values.chronikBench;
  const bench =
    benchImage &&
    new RunOnce("chronik-bench", chronikBench({ bed, values: values.chronikBench, image: benchImage, brokers }), on.after(chronik, topics));
  // 8 CanopyX, where its images are named: the API, then who makes the indexers, then the chains they index
  const canopyx = {
    bed,
    systems: {
      clickhouse: clickHouseEndpoint(values.clickhouse, bed.namespace),
      clickhousePassword: secrets.clickhouse,
      temporal: server,
      redis:
        values.canopyx.generation === "current" ? { ...redisEndpoint(values.redis, bed.namespace), password: secrets.redis } : undefined,
      nodes: [...(rpcMock?.endpoints ?? []), ...(canopyNode ? [canopyNode.endpoint] : [])],
    },
  };
  const images = imagesOf(values.canopyx);
  const canopyxAdmin =
    images &&
    new CanopyxAdmin(
      "canopyx-admin",
      {
        ...canopyx,
        values: values.canopyx,
        images,
        secrets: { user: secrets.canopyxAdmin, token: secrets.canopyxToken, session: secrets.canopyxSession },
      },
      on.after(credentials, clickhouse, redis, temporal, namespaces),
    );
  // Deleted by calls of its own and awaited, not with a namespace: until it is gone it makes anew what the indexers' namespace loses.
  const canopyxController =
    images &&
    new CanopyxController(
      "canopyx-controller",
      { ...canopyx, values: values.canopyx, images, indexers },
      ground.after(runtime, credentials, clickhouse, redis, temporal, namespaces, canopyxAdmin),
    );
  const canopyxQuery =
    values.canopyx.generation === "october-2025" && images?.query
      ? new CanopyxQuery("canopyx-query", { ...canopyx, values: values.canopyx, image: images.query }, on.after(canopyxAdmin))
      : undefined;
  const canopyxWeb =
    images &&
    canopyxAdmin &&
    new CanopyxWeb(
      "canopyx-web",
      { bed, values: values.canopyx, images, admin: canopyxAdmin.endpoint, query: canopyxQuery?.endpoint },
      on.after(canopyxAdmin),
    );
  const chains =
    images &&
    canopyxAdmin &&
    new RunOnce(
      "canopyx-chains",
      canopyxChains({
        bed,
        values: values.canopyx,
        indexer: images.indexer,
        nodes: canopyx.systems.nodes,
        admin: canopyxAdmin.endpoint,
        token: secrets.canopyxToken,
        replacedWith: clickhouse ? [clickhouse.set] : [],
      }),
      on.after(canopyxAdmin, canopyxController, rpcMock, canopyNode),
    );

  // 9 monitoring, of what all of the above serve; it waits for none of it, and so sees it start
  const served: Part[] = [
    cassandra,
    elasticsearch,
    keeper,
    clickhouse,
    roles,
    schema,
    visibility,
    record,
    temporal,
    namespaces,
    tools,
    load,
    check,
    redis,
    mongodb,
    canopyNode,
    rpcMock,
    chronik,
    topics,
    bench,
    canopyxAdmin,
    canopyxController,
    canopyxQuery,
    canopyxWeb,
    chains,
  ].filter((part) => part !== undefined);
  const watched = { bed, values: values.monitoring, scrapes: served.flatMap((part) => part.scrapes ?? []) };
  const watching = partsOf(values.monitoring);
  const prometheus = watching.prometheus
    ? new Prometheus("prometheus", { ...watched, identity: identities.prometheus }, on.after(platform))
    : undefined;
  const grafana =
    watching.grafana && prometheus
      ? new Grafana(
          "grafana",
          { ...watched, prometheus: prometheus.endpoint, admin: secrets.grafana },
          on.after(credentials, platform, prometheus),
        )
      : undefined;
  const monitors = watching.monitors ? new Monitors("monitors", watched, on.after(platform)) : undefined;

  // Who may talk to whom is what the components were told of each other: data, so nothing waits for it.
  const parts = [...served, prometheus, grafana, monitors].filter((part) => part !== undefined);
  const flows = parts.flatMap((part) => part.flows);
  if (bed.networkPolicies) new Network("network", { bed, namespaces: stack.namespaces, flows }, on.after(platform, runtime));

  return {
    namespace: bed.namespace,
    ...(cluster && { cluster: { context: cluster.context, uid: cluster.uid, version: cluster.version } }),
    endpoints: {
      cassandra: shared.store,
      elasticsearch: shared.visibility,
      ...(values.clickhouse.enabled && { clickhouse: clickHouseEndpoint(values.clickhouse, bed.namespace) }),
      temporal: temporal.endpoint,
      temporalUi: tools.endpoint,
      ...(load && { load: load.endpoint }),
      ...(values.redis.enabled && { redis: redisEndpoint(values.redis, bed.namespace) }),
      ...(mongodb && { mongodb: mongodb.endpoint }),
      ...(canopyNode && { canopyNode: canopyNode.endpoint }),
      ...(rpcMock && { rpcMock: rpcMock.endpoints }),
      ...(chronik && { chronik: brokers }),
      ...(canopyxAdmin && { canopyxAdmin: canopyxAdmin.endpoint }),
      ...(canopyxWeb && { canopyxWeb: canopyxWeb.endpoint }),
      ...(canopyxQuery && { canopyxQuery: canopyxQuery.endpoint }),
      ...(prometheus && { prometheus: prometheus.endpoint }),
      ...(grafana && { grafana: grafana.endpoint }),
    },
    temporalNamespaces: Object.keys(derived.temporalNamespaces),
    requests: { cpu: stack.requests.cpu, memory: stack.requests.memory, pods: stack.requests.pods, budget: values.platform.budget },
    limits: values.temporal.limits,
    off: whatIsOff(values),
    staysAfterDestroy: claimsThatStay(derived, cluster?.live.claims ?? []),
  };
};
