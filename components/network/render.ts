import { API_SERVER, INDEXERS, OUTSIDE, type Flow } from "../kit/traffic";

/** The pods of a policy: one workload of the bed, or the indexers, which live in a namespace of their own. */
export interface Policy {
  readonly workload: string;
  readonly namespace: string;
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly policyTypes: string[];
    readonly ingress: Rule<"from">[];
    readonly egress: Rule<"to">[];
  };
}

type Peer = { podSelector: object; namespaceSelector?: object };
type Rule<Side extends "from" | "to"> = { [side in Side]?: Peer[] } & { ports: { port: number }[] };

/** Labels that the CanopyX controller puts on every pod it creates (canopyx app/controller/provider_k8s.go). */
export const INDEXER_LABELS = { "managed-by": "canopyx-controller" };

/** Ports on which clusters serve their API: `kubernetes.default.svc`, and the address behind it. */
const API_PORTS = [443, 6443];

/** DNS is for everybody, and its server's labels differ between clusters: any address, port 53. */
export const DNS_EGRESS = [
  {
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP" },
    ],
  },
];

/**
 * One policy per workload that takes part in a flow, in both directions. What no flow names stays denied.
 * @param namespace of the bed; its indexers live in `<namespace>-indexers`
 */
export function renderPolicies(flows: readonly Flow[], namespace: string): Policy[] {
  const special = [OUTSIDE, API_SERVER];
  const workloads = [...new Set(flows.flatMap(({ from, to }) => [from, to]))].filter((name) => !special.includes(name)).sort();
  return workloads.map((workload) => {
    const home = namespaceOf(workload, namespace);
    return {
      workload,
      namespace: home,
      spec: {
        podSelector: { matchLabels: labelsOf(workload, namespace) },
        policyTypes: ["Ingress", "Egress"],
        ingress: grouped(flows.filter(({ to }) => to === workload).map(({ from, port }) => [from, port])).map(([ports, from]) =>
          // Who comes from outside of the bed has no selector: the port then opens to everybody.
          from.some((name) => special.includes(name)) ? { ports } : { from: from.map((name) => peer(name, home, namespace)), ports },
        ),
        egress: grouped(
          flows
            .filter(({ from }) => from === workload)
            .flatMap(({ to, port }): [string, number][] => (to === API_SERVER ? API_PORTS.map((each) => [to, each]) : [[to, port]])),
        ).map(([ports, to]) => {
          // Addresses outside of the bed have no selector: the port is all that a policy can say of them.
          const known = to.filter((name) => !special.includes(name));
          return known.length < to.length ? { ports } : { to: known.map((name) => peer(name, home, namespace)), ports };
        }),
      },
    };
  });
}

function namespaceOf(workload: string, namespace: string): string {
  return workload === INDEXERS ? `${namespace}-indexers` : namespace;
}

function labelsOf(workload: string, namespace: string): Record<string, string> {
  if (workload === INDEXERS) return INDEXER_LABELS;
  return { "app.kubernetes.io/name": workload, "app.kubernetes.io/instance": namespace };
}

function peer(workload: string, home: string, namespace: string): Peer {
  const podSelector = { matchLabels: labelsOf(workload, namespace) };
  const other = namespaceOf(workload, namespace);
  return other === home ? { podSelector } : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": other } }, podSelector };
}

/** Peers by their port, each once, sorted: the order of flows must not change a policy. */
function grouped(pairs: readonly (readonly [string, number])[]): [{ port: number }[], string[]][] {
  const ports = [...new Set(pairs.map(([, port]) => port))].sort((a, b) => a - b);
  return ports.map((port) => [[{ port }], [...new Set(pairs.filter(([, each]) => each === port).map(([name]) => name))].sort()]);
}
