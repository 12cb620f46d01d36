import * as fc from "fast-check";
import { API_SERVER, type Flow, INDEXERS, OUTSIDE } from "../../components/kit/traffic";
import { INDEXER_LABELS, type Policy, renderPolicies } from "../../components/network/render";
import { runProgram } from "../support/harness";
import { at } from "../support/json";

const BED = "testbed-x";
const pods = (name: string) => ({
  podSelector: { matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": BED } },
});
const render = (...flows: [string, string, number][]) =>
  renderPolicies(
    flows.map(([from, to, port]) => ({ from, to, port })),
    BED,
  );
const policyOf = (policies: readonly Policy[], workload: string) => {
  const [only, ...rest] = policies.filter((policy) => policy.workload === workload);
  if (only === undefined || rest.length > 0) throw new Error(`${workload} has ${rest.length + (only ? 1 : 0)} policies`);
  return only;
};

test("a flow is let out of one workload and into the other, on its port", () => {
  const policies = render(["web", "store", 9042]);
  expect(policies.map(({ workload }) => workload)).toEqual(["store", "web"]);
  expect(policyOf(policies, "web")).toEqual({
    workload: "web",
    namespace: BED,
    spec: { ...pods("web"), policyTypes: ["Ingress", "Egress"], ingress: [], egress: [{ to: [pods("store")], ports: [{ port: 9042 }] }] },
  });
  expect(policyOf(policies, "store").spec).toMatchObject({ ingress: [{ from: [pods("web")], ports: [{ port: 9042 }] }], egress: [] });
});

test("peers share a rule only where they share the port", () => {
  const { ingress } = policyOf(render(["a", "store", 1], ["b", "store", 1], ["b", "store", 2]), "store").spec;
  expect(ingress).toEqual([
    { from: [pods("a"), pods("b")], ports: [{ port: 1 }] },
    { from: [pods("b")], ports: [{ port: 2 }] },
  ]);
});

test("members of one workload reach each other", () => {
  const { ingress, egress } = policyOf(render(["store", "store", 7000]), "store").spec;
  expect(ingress).toEqual([{ from: [pods("store")], ports: [{ port: 7000 }] }]);
  expect(egress).toEqual([{ to: [pods("store")], ports: [{ port: 7000 }] }]);
});

test("order and repetition of flows change nothing", () => {
  const flow = fc.record({
    from: fc.constantFrom("a", "b", INDEXERS),
    to: fc.constantFrom("a", "b", "c", OUTSIDE),
    port: fc.integer({ min: 1, max: 4 }),
  });
  const shuffled = fc
    .array(flow, { maxLength: 12 })
    .chain((flows) => fc.tuple(fc.constant(flows), fc.shuffledSubarray([...flows, ...flows], { minLength: flows.length * 2 })));
  fc.assert(
    fc.property(shuffled, ([flows, again]: [Flow[], Flow[]]) => {
      expect(renderPolicies(again, BED)).toEqual(renderPolicies(flows, BED));
    }),
  );
});

describe("parties without pods of the bed", () => {
  test("have no policy of their own", () => {
    expect(render(["a", OUTSIDE, 1], ["b", API_SERVER, 443], [OUTSIDE, "ui", 80]).map(({ workload }) => workload)).toEqual([
      "a",
      "b",
      "ui",
    ]);
  });

  test("what is outside is any address, on the port alone", () => {
    const policies = render(["a", OUTSIDE, 9142], [OUTSIDE, "a", 8080]);
    expect(policyOf(policies, "a").spec).toMatchObject({ ingress: [{ ports: [{ port: 8080 }] }], egress: [{ ports: [{ port: 9142 }] }] });
    for (const rule of [...policyOf(policies, "a").spec.ingress, ...policyOf(policies, "a").spec.egress]) {
      expect(Object.keys(rule)).toEqual(["ports"]);
    }
  });

  test("the API server is reached on both of its ports, whichever the flow names", () => {
    expect(policyOf(render(["controller", API_SERVER, 443]), "controller").spec.egress).toEqual([
      { ports: [{ port: 443 }] },
      { ports: [{ port: 6443 }] },
    ]);
  });
});

describe("the indexers", () => {
  const policies = render([INDEXERS, "store", 9000], ["prometheus", INDEXERS, 2112], [INDEXERS, INDEXERS, 1]);
  const home = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": BED } } };
  const theirs = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": `${BED}-indexers` } } };

  test("have their policy in their own namespace, on the labels that their controller gives them", () => {
    expect(policyOf(policies, INDEXERS)).toMatchObject({
      namespace: `${BED}-indexers`,
      spec: { podSelector: { matchLabels: INDEXER_LABELS } },
    });
    expect(policyOf(policies, "store").namespace).toBe(BED);
  });

  test("name the bed's namespace, and the bed names theirs; neither names its own", () => {
    const { ingress, egress } = policyOf(policies, INDEXERS).spec;
    expect(egress).toEqual([
      { to: [{ podSelector: { matchLabels: INDEXER_LABELS } }], ports: [{ port: 1 }] },
      { to: [{ ...home, ...pods("store") }], ports: [{ port: 9000 }] },
    ]);
    expect(ingress[1]).toEqual({ from: [{ ...home, ...pods("prometheus") }], ports: [{ port: 2112 }] });
    expect(policyOf(policies, "store").spec.ingress).toEqual([
      { from: [{ ...theirs, podSelector: { matchLabels: INDEXER_LABELS } }], ports: [{ port: 9000 }] },
    ]);
  });
});

test("DNS is let out of every pod of both namespaces, by UDP and by TCP", async () => {
  const policies = (await runProgram("dev")).ofKind("NetworkPolicy").filter(({ inputs }) => at(inputs, "metadata.name") === "dns");
  expect(policies.map(({ inputs }) => at(inputs, "metadata.namespace"))).toEqual(["testbed-dev", "testbed-dev-indexers"]);
  for (const { inputs } of policies) {
    expect(inputs["spec"]).toEqual({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
        },
      ],
    });
  }
});

test("switched off, there is no policy at all", async () => {
  const bed = await runProgram("dev", { slices: { platform: { networkPolicies: false } } });
  expect(bed.ofKind("NetworkPolicy", "Network")).toEqual([]);
});
