import { runProgram, type RunOptions } from "./support/harness";
import { at, mapAt } from "./support/json";
import { containerOf, plainEnv } from "./support/pods";

/** Stores that somebody else runs, in the place of the bed's own. */
const EXTERNAL: RunOptions = {
  slices: {
    cassandra: { external: { host: "cassandra.example.com", port: 9142, user: "bed" } },
    elasticsearch: { external: { host: "search.example.com", port: 9201, user: "bed" } },
  },
  secrets: { cassandraTemporalPassword: "given-cassandra", elasticsearchPassword: "given-elastic" },
};

test("an external store takes the place of set, Services, roles job and claims", async () => {
  const bed = await runProgram("dev", EXTERNAL);
  const names = bed.all.map(({ name }) => name);
  for (const gone of ["cassandra", "cassandra-roles", "cassandra-superuser", "elasticsearch", "network-cassandra"]) {
    expect(names).not.toContain(gone);
  }
  expect(bed.get("Secret", "cassandra-temporal").inputs["stringData"]).toEqual({ secret: { password: "given-cassandra" } });
});

test("every server and job is told the external addresses, and no other", async () => {
  const bed = await runProgram("dev", EXTERNAL);
  for (const role of ["frontend", "history", "matching", "worker"]) {
    const text = JSON.stringify(mapAt(bed.get("ConfigMap", `temporal-${role}-config`).inputs, "data"));
    for (const told of ["cassandra.example.com", "9142", "search.example.com:9201"]) expect(text).toContain(told);
  }
  expect(plainEnv(containerOf(bed.get("Job", "temporal-schema")))).toMatchObject({
    CASSANDRA_HOST: "cassandra.example.com",
    CASSANDRA_PORT: "9142",
    CASSANDRA_USER: "bed",
  });
  expect(plainEnv(containerOf(bed.get("Job", "temporal-visibility")))).toMatchObject({
    ES_SERVER: "http://search.example.com:9201",
    ES_USER: "bed",
  });
  expect(JSON.stringify(bed.all)).not.toMatch(/(cassandra|elasticsearch)\.testbed-dev\.svc/);
});

test("a policy lets the servers out to it, on its port alone", async () => {
  const policy = (await runProgram("dev", EXTERNAL)).get("NetworkPolicy", "network-temporal-history");
  expect(at(policy.inputs, "spec.egress")).toEqual(expect.arrayContaining([{ ports: [{ port: 9142 }] }, { ports: [{ port: 9201 }] }]));
});

test("its password must be given: nobody else knows it", async () => {
  await expect(runProgram("dev", { slices: { cassandra: EXTERNAL.slices?.["cassandra"] } })).rejects.toThrow(
    /cassandraTemporalPassword: missing: cassandra.external has a password already; run `pulumi config set --secret cassandraTemporalPassword`/,
  );
});
