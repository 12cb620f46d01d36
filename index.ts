import * as k8s from "@pulumi/kubernetes";
import { Cassandra } from "./components/cassandra";
import { APPLICATION_ROLE } from "./components/cassandra/render";
import { cassandraRoles } from "./components/cassandra/roles-job";
import { Credentials } from "./components/credentials";
import { Elasticsearch } from "./components/elasticsearch";
import { RunOnce } from "./components/kit/run-once";
import { stages } from "./components/kit/stages";
import { Load } from "./components/load";
import { loadCheck } from "./components/load/check-job";
import { Platform } from "./components/platform";
import { admit } from "./components/platform/admission";
import { providerArgs } from "./components/platform/provider";
import { Temporal } from "./components/temporal";
import { temporalCluster } from "./components/temporal/cluster-job";
import { temporalNamespaces } from "./components/temporal/namespaces-job";
import { temporalSchema } from "./components/temporal/schema-job";
import { TemporalTools } from "./components/temporal/tools";
import { temporalVisibility } from "./components/temporal/visibility-job";
import { loadStack } from "./values";
import { claimsThatStay, derive } from "./values/derive";

// Native stacks: mapping one per promise costs a no-op preview 0.4 s (D15).
Reflect.deleteProperty(Error, "prepareStackTrace");

/** Table of contents of the bed: what there is, and what waits for what. */
export = async () => {
  const stack = loadStack();
  const { values } = stack;
  const derived = derive(values, stack.namespace);
  const { bed, sets, facts, keptStores } = derived;
  const [, indexers] = stack.namespaces;
  const intent = { stack: stack.name, facts, sets: Object.values(sets), decommissionedTo: values.cassandra.decommissionedTo };
  const cluster = stack.renderTo === undefined ? await admit(stack.context, stack.namespaces, intent) : undefined;

  // 1 ground
  const ground = stages(new k8s.Provider("cluster", providerArgs(cluster, stack.renderTo)));
  const place = { stack: stack.name, values: values.platform };
  const platform = new Platform("platform", { ...place, namespace: bed.namespace, facts, keepsData: keptStores.size > 0 }, ground.after());
  // What a controller creates at run time is in nobody's state: it goes with a namespace of its own.
  new Platform("indexers", { ...place, namespace: indexers, facts: {}, keepsData: false }, ground.after());
  const on = ground.deletedWith(platform.disposable);
  const credentials = new Credentials("credentials", { bed, given: stack.passwords, keptStores }, on.after(platform));
  const { secrets } = credentials;

  // 2 stores, side by side
  const cassandra = new Cassandra("cassandra", { bed, values: values.cassandra, identity: sets.cassandra }, on.after(platform));
  const elasticsearch = new Elasticsearch(
    "elasticsearch",
    { bed, values: values.elasticsearch, identity: sets.elasticsearch, superuser: secrets.elasticsearch },
    on.after(platform, credentials),
  );
  const store = cassandra.endpoint;
  const shared = {
    bed,
    values: values.temporal,
    store,
    storeRole: { user: APPLICATION_ROLE, password: secrets.cassandraTemporal },
    visibility: elasticsearch.endpoint,
    visibilityPassword: secrets.elasticsearch,
    replacedWith: [cassandra.set],
  };

  // 3 roles and schemas: jobs that must complete
  const roles = new RunOnce(
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
    temporalVisibility({ ...shared, replacedWith: [elasticsearch.set] }),
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
  if (load !== undefined) {
    const { adminToolsImage } = values.temporal;
    const check = loadCheck({ ...shared, values: values.load, adminToolsImage, server, load: load.endpoint });
    new RunOnce("load-check", check, on.after(temporal, namespaces, load));
  }

  return {
    namespace: bed.namespace,
    ...(cluster && { cluster: { context: cluster.context, uid: cluster.uid, version: cluster.version } }),
    endpoints: {
      cassandra: store,
      elasticsearch: elasticsearch.endpoint,
      temporal: temporal.endpoint,
      temporalUi: tools.endpoint,
      ...(load && { load: load.endpoint }),
    },
    temporalNamespaces: Object.keys(values.temporal.namespaces),
    requests: { cpu: stack.requests.cpu, memory: stack.requests.memory, pods: stack.requests.pods, budget: values.platform.budget },
    limits: values.temporal.limits,
    staysAfterDestroy: claimsThatStay(derived, cluster?.live.claims ?? []),
  };
};
