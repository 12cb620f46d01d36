import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { gather, type Evidence } from "./lib/evidence";
import { main } from "./lib/fail";
import { workloads } from "./lib/findings";
import { namespaceOf } from "./lib/places";
import { table } from "./lib/table";
import { findBed, flags } from "./lib/where";

/** One table of a bed: workloads, restarts, claims. Exit code 0 when all of it is ready. Reads only. */
main(async () => {
  const { stack: given } = flags({ stack: "NAME   stack in the cluster of the current kubeconfig (the demo)" });
  const { stack, kube } = await findBed(given);
  const evidence = await gather(kube, stack);
  console.log(`stack ${stack} in context ${kube.context}\n`);
  if (evidence.namespaces.length === 0) {
    console.log(`there is no namespace ${namespaceOf(stack)}: this stack is not up in this cluster`);
    return 1;
  }
  const rows = workloads(evidence).map(({ kind, name, ready, desired, state }) => [
    kind,
    name,
    `${ready}/${desired}`,
    restarts(evidence.pods, name),
    claimsOf(evidence, name),
    state,
  ]);
  console.log(table([["kind", "name", "ready", "restarts", "claims bound", "state"], ...rows]).join("\n"));
  return rows.every(([, , , , , state]) => state === "ready" || state === "complete") ? 0 : 1;
});

/** Every workload labels its pods with its own name. */
const NAME = "app.kubernetes.io/name";

function restarts(pods: readonly Client.V1Pod[], workload: string): number {
  return pods
    .filter(({ metadata }) => metadata?.labels?.[NAME] === workload)
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function claimsOf({ claims }: Evidence, workload: string): string {
  const own = claims.filter(({ metadata }) => metadata?.labels?.[NAME] === workload);
  const bound = own.filter(({ status }) => status?.phase === "Bound");
  return own.length === 0 ? "-" : `${bound.length}/${own.length}, ${bound.map(({ status }) => status?.capacity?.["storage"]).join(" ")}`;
}
