import * as k8s from "@pulumi/kubernetes";
import { Cassandra, cassandraEndpoint, cassandraRoles } from "./components/cassandra";
import { Credentials } from "./components/credentials";
import { Elasticsearch, elasticsearchEndpoint } from "./components/elasticsearch";
import { RunOnce } from "./components/kit/run-once";
import { stages } from "./components/kit/stages";
import type { Part } from "./components/kit/traffic";
import { Load, loadCheck } from "./components/load";
import { Grafana, Monitors, partsOf, Prometheus } from "./components/monitoring";
import { Network } from "./components/network";
import { Platform } from "./components/platform";
import { admit } from "./components/platform/admission";
import { providerArgs } from "./components/platform/provider";
import { Temporal, temporalCluster, temporalNamespaces, temporalSchema, TemporalTools, temporalVisibility } from "./components/temporal";
import { loadStack } from "./values";
import { claimsThatStay, derive } from "./values/derive";

// Native stacks: mapping one per promise costs a no-op preview 0.4 s (D15).
Reflect.deleteProperty(Error, "prepareStackTrace");

/** Table of contents of the bed: what there is, and what waits for what. */
export = async () => {
  const stack = loadStack();
  const { values } = stack;
  const derived = derive(values, stack.namespace);
  const { bed, identities, facts, keptStores } = derived;
  const [, indexers] = stack.namespaces;
  const intent = { stack: stack.name, facts, sets: derived.sets, decommissionedTo: values.cassandra.decommissionedTo };
  const cluster = stack.renderTo === undefined ? await admit(stack.context, stack.namespaces, intent) : undefined;

  // 1 ground
  const ground = stages(new k8s.Provider("cluster", providerArgs(cluster, stack.renderTo)));
  const place = { stack: stack.name, values: values.platform };
  const platform = new Platform("platform", { ...place, namespace: bed.namespace, facts, keepsData: keptStores.size > 0 }, ground.after());
  // What a controller creates at run time is in nobody's state: it goes with a namespace of its own.
  const runtime = new Platform("indexers", { ...place, namespace: indexers, facts: {}, keepsData: false }, ground.after());
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
  const namespaces = new RunOnce("temporal-namespaces", temporalNamespaces({ ...shared, server }), on.after(temporal));
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

  // 6 monitoring, of what all of the above serve; it waits for none of it, and so sees it start
  const served: Part[] = [cassandra, elasticsearch, roles, schema, visibility, record, temporal, namespaces, tools, load, check].filter(
    (part) => part !== undefined,
  );
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
      temporal: temporal.endpoint,
      temporalUi: tools.endpoint,
      ...(load && { load: load.endpoint }),
      ...(prometheus && { prometheus: prometheus.endpoint }),
      ...(grafana && { grafana: grafana.endpoint }),
    },
    temporalNamespaces: Object.keys(values.temporal.namespaces),
    requests: { cpu: stack.requests.cpu, memory: stack.requests.memory, pods: stack.requests.pods, budget: values.platform.budget },
    limits: values.temporal.limits,
    staysAfterDestroy: claimsThatStay(derived, cluster?.live.claims ?? []),
  };
};
