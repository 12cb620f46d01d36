import { FACTS_ANNOTATION, STACK_LABEL } from "../../../components/platform/facts";
import { bedOf, runProgram } from "../../support/harness";
import { at, mapAt, textAt } from "../../support/json";
import { settings } from "../../support/values";

const NAMESPACES = ["platform-namespace", "indexers-namespace"];

test.each(NAMESPACES)("%s enforces the restricted Pod Security level", async (name) => {
  const labels = mapAt((await bedOf("dev")).get("Namespace", name).inputs, "metadata.labels");
  for (const mode of ["enforce", "audit", "warn"]) expect(labels[`pod-security.kubernetes.io/${mode}`]).toBe("restricted");
});

test.each(NAMESPACES)("%s says whose it is", async (name) => {
  const bed = await runProgram("dev", { stack: "second" });
  expect(mapAt(bed.get("Namespace", name).inputs, "metadata.labels")[STACK_LABEL]).toBe("second");
});

test("the bed's namespace holds the facts that the next edit is compared with", async () => {
  const { facts } = await settings("dev");
  const annotations = mapAt((await bedOf("dev")).get("Namespace", "platform-namespace").inputs, "metadata.annotations");
  expect(JSON.parse(textAt(annotations[FACTS_ANNOTATION], ""))).toEqual(facts);
});

test.each(["platform", "indexers"])("%s lets nothing in or out that no other policy lets in", async (stage) => {
  const policy = (await bedOf("dev")).get("NetworkPolicy", `${stage}-default-deny`);
  expect(policy.inputs["spec"]).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
});

test("network policies can be switched off, all of them", async () => {
  const bed = await runProgram("dev", { slices: { platform: { networkPolicies: false } } });
  expect(bed.ofKind("NetworkPolicy")).toEqual([]);
});

test("the namespace of what controllers create goes as a whole, also where data is kept", async () => {
  const bed = await bedOf("prod");
  const indexers = bed.get("Namespace", "indexers-namespace");
  expect(indexers.protect).toBe(false);
  expect(bed.get("ResourceQuota", "indexers-budget").deletedWith).toBe(indexers.urn);
});

test("one kept store is enough to keep the namespace", async () => {
  const bed = await runProgram("dev", { slices: { elasticsearch: { storage: { whenDeleted: "Retain" } } } });
  expect(bed.get("Namespace", "platform-namespace").protect).toBe(true);
  expect(bed.get("ResourceQuota", "platform-budget").deletedWith).toBe("");
});

test("the provider renders where it is told to, and talks to no cluster then", async () => {
  const { inputs } = (await bedOf("dev")).get("kubernetes", "cluster");
  expect(inputs["renderYamlToDirectory"]).toBe("rendered");
  expect(at(inputs, "context")).toBe(undefined);
});

test.each([
  ["dev", []],
  [
    "prod",
    [
      ...["cassandra-0", "cassandra-1", "cassandra-2", "chronik-1", "chronik-2", "chronik-3", "clickhouse-0", "clickhouse-1"],
      ...["clickhouse-keeper-0", "clickhouse-keeper-1", "clickhouse-keeper-2"],
      ...["elasticsearch-0", "elasticsearch-1", "elasticsearch-2", "prometheus-0"],
    ].map((pod) => `testbed-prod/data-${pod}`),
  ],
])("the outputs of %s say which claims stay after a destroy", async (layer, claims) => {
  expect((await bedOf(layer)).outputs).toMatchObject({ staysAfterDestroy: claims });
});

test("the outputs name every endpoint", async () => {
  expect((await bedOf("dev")).outputs).toMatchObject({
    namespace: "testbed-dev",
    endpoints: {
      cassandra: { host: "cassandra.testbed-dev.svc", port: 9042 },
      elasticsearch: { host: "elasticsearch.testbed-dev.svc", port: 9200 },
      temporal: { host: "temporal-frontend.testbed-dev.svc", port: 7233 },
      temporalUi: { host: "temporal-ui.testbed-dev.svc", port: 8080 },
      prometheus: { host: "prometheus.testbed-dev.svc", port: 9090 },
      grafana: { host: "grafana.testbed-dev.svc", port: 3000 },
    },
    temporalNamespaces: ["default"],
    capacity: { workload: "3 activities, waiting", perSecond: 37, binding: "temporal.numHistoryShards" },
  });
});
