import { newSince, ofStack, remainder } from "../../ops/lib/belongs";
import { countRows } from "../../ops/lib/counts";
import { keyOf, type Item } from "../../ops/lib/inventory";
import { table } from "../../ops/lib/table";

function item(kind: string, path: string, more: Partial<Item> = {}): Item {
  const [namespace, name] = path.includes("/") ? path.split("/") : [undefined, path];
  return { kind, namespace, name: name ?? "", uid: `${kind}/${path}`, labels: {}, owned: false, ...more };
}

const names = (items: readonly Item[]) => items.map(keyOf);

describe("what is new since a baseline", () => {
  const before = [item("namespaces", "default"), item("namespaces", "kube-system"), item("nodes", "node-1")];
  const baseline = before.map(keyOf);

  it("is nothing when nothing was added", () => {
    expect(newSince(baseline, before)).toEqual([]);
  });

  it("is every kind of object, in a namespace or not", () => {
    const added = [
      item("namespaces", "testbed-demo"),
      item("secrets", "testbed-demo/a"),
      item("persistentvolumes", "pv"),
      item("secrets", "default/b"),
    ];
    expect(newSince(baseline, [...before, ...added])).toEqual(added);
  });

  it("tells an object from another one of the same name elsewhere", () => {
    expect(newSince(["secrets/a/x"], [item("secrets", "b/x"), item("configmaps", "a/x")])).toHaveLength(2);
  });

  it("leaves out what the control plane writes about itself", () => {
    expect(newSince(baseline, [item("leases.coordination.k8s.io", "kube-node-lease/node-1"), item("events", "default/node-1.1")])).toEqual(
      [],
    );
  });

  it("keeps events of namespaces that were not there before", () => {
    expect(newSince(baseline, [item("events", "testbed-demo/pod.1")])).toHaveLength(1);
  });
});

describe("what belongs to a stack", () => {
  const ours = [
    item("namespaces", "testbed-dev", { labels: { "testbed.dev/stack": "dev" } }),
    item("namespaces", "elsewhere", { labels: { "testbed.dev/stack": "dev" } }),
    item("pods", "testbed-dev/a"),
    item("pods", "elsewhere/b"),
    item("persistentvolumes", "pv-1", { claim: "testbed-dev/data-cassandra-0" }),
    item("clusterroles.rbac.authorization.k8s.io", "role", { labels: { "app.kubernetes.io/instance": "testbed-dev" } }),
  ];
  const others = [
    item("namespaces", "testbed-dev2", { labels: { "testbed.dev/stack": "dev2" } }),
    item("pods", "testbed-dev2/a"),
    item("persistentvolumes", "pv-2", { claim: "testbed-dev2/data" }),
    item("nodes", "node-1"),
  ];

  it("is found by namespace, claim and label, and nothing of others is", () => {
    expect(names(ofStack("dev", [...ours, ...others]))).toEqual(names(ours));
  });

  it("is found in a volume that outlived its namespace", () => {
    const volume = item("persistentvolumes", "pv-1", { claim: "testbed-dev/data-cassandra-0" });
    expect(ofStack("dev", [volume])).toEqual([volume]);
  });
});

describe("what may stay", () => {
  const cassandra = { "app.kubernetes.io/name": "cassandra" };
  const kept = [
    item("namespaces", "testbed-prod"),
    item("persistentvolumeclaims", "testbed-prod/data-cassandra-0", { labels: cassandra }),
    item("persistentvolumes", "pv-1", { claim: "testbed-prod/data-cassandra-0" }),
    item("secrets", "testbed-prod/cassandra-superuser"),
    item("secrets", "testbed-prod/cassandra-temporal"),
    item("configmaps", "testbed-prod/kube-root-ca.crt"),
    item("serviceaccounts", "testbed-prod/default"),
    item("events", "testbed-prod/x.1"),
  ];

  it("is a claim without an owner, its volume, its Secrets and its namespace", () => {
    expect(remainder(kept)).toEqual({ kept, left: [] });
  });

  it.each([
    ["a pod", item("pods", "testbed-prod/cassandra-0")],
    ["a Secret of a store that keeps nothing", item("secrets", "testbed-prod/elasticsearch-elastic")],
    ["another Secret", item("secrets", "testbed-prod/other")],
    ["a claim that its set should have taken along", item("persistentvolumeclaims", "testbed-prod/data-elasticsearch-0", { owned: true })],
    ["a volume of another claim", item("persistentvolumes", "pv-2", { claim: "testbed-prod/gone" })],
    ["another namespace", item("namespaces", "testbed-prod-indexers")],
    ["a quota", item("resourcequotas", "testbed-prod/budget")],
  ])("is not %s", (_, extra) => {
    expect(remainder([...kept, extra]).left).toEqual([extra]);
  });

  it("is nothing where no claim is kept", () => {
    const found = [item("namespaces", "testbed-dev"), item("configmaps", "testbed-dev/kube-root-ca.crt")];
    expect(remainder(found)).toEqual({ kept: [], left: found });
  });
});

describe("table of counts", () => {
  const rows = countRows([item("pods", "a/b"), item("leases", "a/l")], [item("pods", "a/c"), item("pods", "a/d")]);

  it("shows the usual kinds also when there are none, others when there are some, and the sum", () => {
    expect(rows).toContainEqual(["pods", 1, 2]);
    expect(rows).toContainEqual(["persistentvolumes", 0, 0]);
    expect(rows).toContainEqual(["leases", 1, 0]);
    expect(rows.at(-1)).toEqual(["all", 2, 2]);
  });

  it("aligns numbers to the right", () => {
    expect(
      table([
        ["kind", "left"],
        ["pods", 12],
        ["secrets", 3],
      ]),
    ).toEqual(["  kind     left", "  pods       12", "  secrets     3"]);
  });
});
