import { dynamicConfig } from "../../../components/temporal/dynamic-config";
import { partitionRefusals } from "../../../components/temporal/partitions";
import { renderDynamicConfig } from "../../../components/temporal/render";
import type { SetIdentity } from "../../../components/kit/storage";
import { FACTS_ANNOTATION, STACK_LABEL } from "../../../components/platform/facts";
import { type Intent, type Live, type LiveSet, refusals } from "../../../components/platform/guard";
import { claimsThatStay } from "../../../values/derive";
import { type RunOptions } from "../../support/harness";
import { settings } from "../../support/values";
import { LAYERS } from "../../../values/layers";

/** What must not reach the cluster, and the text that says why. */

const WAY_OUT = "Set it back, or destroy the bed first (README, 'Change what cannot change').";
const GONE = "the StatefulSet would be deleted and made anew, and its claims with it";

function liveSet(identity: SetIdentity): LiveSet {
  const labels = identity.selector;
  return { ...identity, claims: [{ ...identity.claim, className: identity.claim.className, labels, accessModes: ["ReadWriteOnce"] }] };
}

async function intentOf(layer: string, slices: RunOptions["slices"] = {}): Promise<Intent> {
  const { values, name, facts, sets } = await settings(layer, slices);
  const limitRefusals = (running: string | undefined) => partitionRefusals(running, dynamicConfig(values.temporal));
  return { stack: name, facts, sets, decommissionedTo: values.cassandra.decommissionedTo, limitRefusals };
}

/** A cluster to which a layer has been applied. */
async function liveOf(layer: string, slices: RunOptions["slices"] = {}): Promise<Live> {
  const { values, namespace, facts, sets } = await settings(layer, slices);
  const annotations = { [FACTS_ANNOTATION]: JSON.stringify(facts) };
  return {
    namespaces: [{ name: namespace, labels: { [STACK_LABEL]: layer }, annotations }],
    sets: sets.map(liveSet),
    claims: [],
    dynamicConfig: renderDynamicConfig(values.temporal),
  };
}

/** The same cluster after its sets were removed and their claims kept. */
const withoutSets = (live: Live): Live => ({ ...live, sets: [] });

/** The same cluster with one set changed by another hand. */
const with1 = (live: Live, name: string, change: Partial<LiveSet>): Live => ({
  ...live,
  sets: live.sets.map((set) => (set.name === name ? { ...set, ...change } : set)),
});

test.each(LAYERS)("what was applied to %s is let through again", async (layer) => {
  expect(refusals(await liveOf(layer), await intentOf(layer))).toEqual([]);
});

test("partitions of a running bed change in the order in which no task is left unread", async () => {
  const temporal = { limits: { taskQueues: [{ readPartitions: 8, writePartitions: 8 }] } };
  expect(refusals(await liveOf("dev"), await intentOf("dev", { temporal }))).toEqual([
    expect.stringContaining("writePartitions cannot become 8 while readPartitions is 4 in the running bed"),
  ]);
  expect(refusals({ ...(await liveOf("dev")), dynamicConfig: undefined }, await intentOf("dev", { temporal }))).toEqual([]);
});

test("an empty cluster takes anything", async () => {
  expect(refusals({ namespaces: [], sets: [], claims: [], dynamicConfig: undefined }, await intentOf("prod"))).toEqual([]);
});

describe.each(["cassandra", "elasticsearch"] as const)("an immutable field of %s", (name) => {
  const shown = (field: string, is: string, becomes: string) =>
    `${name}: ${field} is ${is} in the running bed and cannot become ${becomes}: ${GONE}. ${WAY_OUT}`;
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "other" };
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "testbed-prod" };
  const claim = { name: "data", size: "1Gi", className: undefined, labels, accessModes: ["ReadWriteOnce"] };
  const policy = "Parallel";
  const size = name === "cassandra" ? "500Gi" : "100Gi";

  test.each([
    [{ serviceName: "old" }, shown("serviceName", "old", `${name}-peers`)],
    [{ podManagementPolicy: "Other" }, shown("podManagementPolicy", "Other", policy)],
    [{ revisionHistoryLimit: 10 }, shown("revisionHistoryLimit", "10", "5")],
    [
      { selector },
      shown(
        "selector",
        `app.kubernetes.io/instance=other,app.kubernetes.io/name=${name}`,
        `app.kubernetes.io/instance=testbed-prod,app.kubernetes.io/name=${name}`,
      ),
    ],
    [{ claims: [{ ...claim, size, name: "disk" }] }, shown("claim template name", "disk", "data")],
    [{ claims: [claim] }, shown("storage.size", "1Gi", size)],
    [
      { claims: [{ ...claim, size, labels: { team: "a" } }] },
      shown("claim template labels", "team=a", `app.kubernetes.io/instance=testbed-prod,app.kubernetes.io/name=${name}`),
    ],
    [
      { claims: [{ ...claim, size, accessModes: ["ReadWriteMany"] }] },
      shown("claim template access modes", "ReadWriteMany", "ReadWriteOnce"),
    ],
    [{ claims: [{ ...claim, size, className: "fast" }] }, shown("storage.className", "fast", "the cluster's default")],
    [
      {
        claims: [
          { ...claim, size },
          { ...claim, size, name: "logs" },
        ],
      },
      shown("number of claim templates", "2", "1"),
    ],
  ])("%j is refused", async (change, text) => {
    expect(refusals(with1(await liveOf("prod"), name, change), await intentOf("prod"))).toEqual([text]);
  });

  test("is refused also when the same edit switches retention and protection off", async () => {
    const storage = { size: "200Gi", whenDeleted: "Delete", whenScaled: "Retain" };
    const intent = await intentOf("prod", { [name]: { storage }, platform: { unprotectSets: true } });
    expect(refusals(await liveOf("prod"), intent)).toEqual([
      shown("storage.size", size, "200Gi"),
      `${name}: storage.whenDeleted is Retain in the running bed and cannot become Delete: a kept store stays kept. Set it back; to give the data up, see README, 'Give kept data up'.`,
    ]);
  });

  test("is refused also where nothing is kept", async () => {
    const intent = await intentOf("dev", { [name]: { storage: { size: "8Gi" } } });
    expect(refusals(await liveOf("dev"), intent)).toEqual([
      expect.stringMatching(`^${name}: storage.size is .* in the running bed and cannot become 8Gi: `),
    ]);
  });
});

test("the same size in another unit is the same size", async () => {
  const intent = await intentOf("dev", { cassandra: { storage: { size: "4096Mi" } } });
  expect(refusals(await liveOf("dev"), intent)).toEqual([]);
});

test("the order of a selector's labels does not matter", async () => {
  const live = await liveOf("dev");
  const reversed = (set: LiveSet): LiveSet => ({ ...set, selector: Object.fromEntries(Object.entries(set.selector).reverse()) });
  expect(refusals({ ...live, sets: live.sets.map(reversed) }, await intentOf("dev"))).toEqual([]);
});

describe("retention", () => {
  test("Delete may become Retain", async () => {
    const intent = await intentOf("dev", { cassandra: { storage: { whenDeleted: "Retain", whenScaled: "Retain" } } });
    expect(refusals(await liveOf("dev"), intent)).toEqual([]);
    expect(refusals(withoutSets(await liveOf("dev")), intent)).toEqual([]);
  });

  test("Retain may not become Delete after the sets were removed: their claims are still there", async () => {
    const intent = await intentOf("prod", { cassandra: { storage: { whenDeleted: "Delete" } } });
    expect(refusals(withoutSets(await liveOf("prod")), intent)).toEqual([
      "cassandra.storage.whenDeleted is Retain in the running bed and cannot become Delete while its data exists. Set it back to Retain, or destroy the bed first.",
    ]);
  });

  test("what happens on a scale-down may change at any time", async () => {
    const intent = await intentOf("prod", { cassandra: { storage: { whenScaled: "Delete" } } });
    expect(refusals(await liveOf("prod"), intent)).toEqual([]);
  });
});

describe("a smaller Cassandra", () => {
  const smaller = { cassandra: { replicas: 2, replicationFactor: 2 } };

  test("is refused while its nodes hold data, with the command that empties them", async () => {
    expect(refusals(await liveOf("prod"), await intentOf("prod", smaller))).toEqual([
      "cassandra: replicas is 3 in the running bed and cannot become 2: the nodes that go still hold data. Run `nodetool decommission` on pods cassandra-2 down to cassandra-2, then set cassandra.decommissionedTo to 2.",
    ]);
  });

  test("is let through after a decommission to exactly this size", async () => {
    const decommissioned = (to: number) => ({ cassandra: { ...smaller.cassandra, decommissionedTo: to } });
    expect(refusals(await liveOf("prod"), await intentOf("prod", decommissioned(2)))).toEqual([]);
    expect(refusals(await liveOf("prod"), await intentOf("prod", decommissioned(1)))).toHaveLength(1);
  });

  test("a larger one is let through", async () => {
    expect(refusals(await liveOf("prod"), await intentOf("prod", { cassandra: { replicas: 4 } }))).toEqual([]);
  });
});

describe("a smaller Elasticsearch", () => {
  test("may not lose half of its nodes at once", async () => {
    expect(refusals(await liveOf("prod"), await intentOf("prod", { elasticsearch: { replicas: 1 } }))).toEqual([
      "elasticsearch: replicas is 3 in the running bed and cannot become 1 in one step: the rest would elect no master. Go down to 2 or more first.",
    ]);
  });

  test("may lose fewer", async () => {
    const five = await liveOf("prod", { elasticsearch: { replicas: 5 } });
    expect(refusals(five, await intentOf("prod", { elasticsearch: { replicas: 3 } }))).toEqual([]);
  });
});

describe("facts", () => {
  const FACTS: [string, object, string][] = [
    ["temporal.numHistoryShards", { temporal: { numHistoryShards: 8 } }, "4 in the running bed and cannot become 8"],
    ["temporal.keyspace", { temporal: { keyspace: "orders" } }, "temporal in the running bed and cannot become orders"],
    [
      "temporal.visibilityIndex",
      { temporal: { visibilityIndex: "temporal_visibility_v1_x" } },
      "temporal_visibility_v1 in the running bed and cannot become temporal_visibility_v1_x",
    ],
    ["cassandra.clusterName", { cassandra: { clusterName: "orders" } }, "testbed in the running bed and cannot become orders"],
    ["cassandra.datacenter", { cassandra: { datacenter: "east" } }, "dc1 in the running bed and cannot become east"],
    ["cassandra.numTokens", { cassandra: { numTokens: 16 } }, "1 in the running bed and cannot become 16"],
  ];

  test.each(FACTS)("%s may not change while data exists", async (knob, slices, change) => {
    const { numHistoryShards } = (await settings("dev")).values.temporal;
    const text = change.replace(/^4 /, `${numHistoryShards} `);
    expect(refusals(await liveOf("dev"), await intentOf("dev", slices as RunOptions["slices"]))).toEqual([
      expect.stringContaining(`${knob} is ${text} while its data exists. Set it back to `),
    ]);
  });

  test("the size of claims that outlived their set may not change either", async () => {
    const intent = await intentOf("prod", { cassandra: { storage: { size: "600Gi" } } });
    expect(refusals(withoutSets(await liveOf("prod")), intent)).toEqual([
      "cassandra.storage.size is 500Gi in the running bed and cannot become 600Gi while its data exists. Set it back to 500Gi, or destroy the bed first.",
    ]);
  });

  test("a namespace that says nothing about a fact does not hold it", async () => {
    const live = await liveOf("dev");
    const [namespace] = live.namespaces;
    if (namespace === undefined) throw new Error("no namespace");
    const silent = { ...live, namespaces: [{ ...namespace, annotations: {} }] };
    expect(refusals(silent, await intentOf("dev", { temporal: { keyspace: "orders" } }))).toEqual([]);
  });
});

describe("a namespace", () => {
  const foreign = (labels: Record<string, string>): Live => ({
    namespaces: [{ name: "testbed-dev", labels, annotations: {} }],
    sets: [],
    claims: [],
    dynamicConfig: undefined,
  });

  test("of another stack is refused", async () => {
    expect(refusals(foreign({ [STACK_LABEL]: "other" }), await intentOf("dev"))).toEqual([
      "namespace testbed-dev exists and belongs to stack other; this stack is dev. Choose another stack name, or delete that namespace if nobody needs it.",
    ]);
  });

  test("of nobody is refused", async () => {
    expect(refusals(foreign({}), await intentOf("dev"))).toEqual([
      "namespace testbed-dev exists and was not made by this program; this stack is dev. Choose another stack name, or delete that namespace if nobody needs it.",
    ]);
  });
});

test("every reason is given at once", async () => {
  const intent = await intentOf("prod", {
    cassandra: { storage: { size: "600Gi" }, clusterName: "orders" },
    elasticsearch: { replicas: 1, storage: { whenDeleted: "Delete" } },
  });
  expect(refusals(await liveOf("prod"), intent)).toHaveLength(4);
});

test("what stays after a destroy: the claims of kept sets, and what larger sets left behind", async () => {
  const derived = await settings("prod");
  const live = [
    { name: "data-cassandra-7", set: "cassandra" },
    { name: "data-cassandra-0", set: "cassandra" },
    { name: "data-other-0", set: "other" },
  ];
  expect(claimsThatStay(derived, live)).toEqual(
    [
      ...["cassandra-0", "cassandra-1", "cassandra-2", "cassandra-7", "chronik-1", "chronik-2", "chronik-3"],
      ...["clickhouse-0", "clickhouse-1"],
      ...["clickhouse-keeper-0", "clickhouse-keeper-1", "clickhouse-keeper-2"],
      ...["elasticsearch-0", "elasticsearch-1", "elasticsearch-2", "prometheus-0"],
    ].map((pod) => `testbed-prod/data-${pod}`),
  );
  expect(claimsThatStay(await settings("dev"), live)).toEqual([]);
});
