import { type Cassandra, cassandraEndpoint, cassandraRoles } from "../components/cassandra";
import type { Credentials } from "../components/credentials";
import { type Elasticsearch, elasticsearchEndpoint } from "../components/elasticsearch";
import { RunOnce } from "../components/kit/run-once";
import type { Stages } from "../components/kit/stages";
import { Load, loadCheck } from "../components/load";
import { Temporal, temporalCluster, temporalNamespaces, temporalSchema, TemporalTools, temporalVisibility } from "../components/temporal";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

interface Prior {
  readonly credentials: Credentials;
  readonly cassandra: Cassandra | undefined;
  readonly elasticsearch: Elasticsearch | undefined;
}

/** Temporal: the jobs that its servers need, the servers, and a first workload. */
export function makeEngine(on: Stages, { values }: Stack, derived: Derived, { credentials, cassandra, elasticsearch }: Prior) {
  const { bed } = derived;
  const { secrets } = credentials;
  const shared = {
    bed,
    values: values.temporal,
    store: cassandraEndpoint(values.cassandra, bed.namespace),
    storePassword: secrets.cassandraTemporal,
    visibility: elasticsearchEndpoint(values.elasticsearch, bed.namespace),
    visibilityPassword: secrets.elasticsearch,
    replacedWith: cassandra ? [cassandra.set] : [],
  };

  // Roles and schemas: jobs that must complete.
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

  // The record that all servers share, the servers, their namespaces.
  const record = new RunOnce("temporal-cluster", temporalCluster(shared), on.after(credentials, schema, visibility));
  const temporal = new Temporal("temporal", shared, on.after(credentials, schema, visibility, record));
  const server = temporal.endpoint;
  const namespaces = new RunOnce(
    "temporal-namespaces",
    temporalNamespaces({ ...shared, values: { ...values.temporal, namespaces: derived.temporalNamespaces }, server }),
    on.after(temporal),
  );
  const tools = new TemporalTools("temporal-tools", { bed, values: values.temporal, server }, on.after(temporal));

  // A first workload, and the proof that it completes.
  const load = values.load.enabled ? new Load("load", { bed, values: values.load, server }, on.after(temporal, namespaces)) : undefined;
  const { adminToolsImage } = values.temporal;
  const check =
    load &&
    new RunOnce(
      "load-check",
      loadCheck({ ...shared, values: values.load, adminToolsImage, server, load: load.endpoint }),
      on.after(temporal, namespaces, load),
    );
  return { roles, schema, visibility, record, temporal, namespaces, tools, load, check };
}
