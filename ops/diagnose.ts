import { gather } from "./lib/evidence";
import { main } from "./lib/fail";
import { podTroubles } from "./lib/findings";
import type { Kube } from "./lib/kube";
import { namespaceOf } from "./lib/places";
import { report } from "./lib/report";
import { findBed, flags } from "./lib/where";

/** Last lines of a failing container's log that are shown. */
const LOG_LINES = 30;

/** What the cluster says about a bed, usually after an `up` that failed. Reads only. */
main(async () => {
  const { stack: given } = flags({ stack: "NAME   stack in the cluster of the current kubeconfig (the demo)" });
  const { stack, kube } = await findBed(given);
  const evidence = await gather(kube, stack);
  console.log(`stack ${stack} in context ${kube.context}`);
  if (evidence.namespaces.length === 0) {
    console.log(`there is no namespace ${namespaceOf(stack)}: nothing was created, so the reason is in the text of \`up\` itself`);
    return 0;
  }
  console.log();
  console.log(report(evidence, await readLogs(kube, podTroubles(evidence.pods))).join("\n"));
  return 0;
});

/** Last log lines of every failing container, by `namespace/pod/container`; a log that cannot be read says so in one line. */
async function readLogs({ core }: Kube, troubles: ReturnType<typeof podTroubles>): Promise<Map<string, string[]>> {
  const wanted = troubles.flatMap(({ namespace, pod, containers }) =>
    containers.filter(({ ran }) => ran).map(({ container, previous }) => ({ namespace, name: pod, container, previous })),
  );
  const entries = await Promise.all(
    wanted.map(async (request): Promise<[string, string[]]> => {
      const text = await core
        .readNamespacedPodLog({ ...request, tailLines: LOG_LINES })
        .catch((error: { code?: number }) => `(no log: the node of this pod does not give one, HTTP ${error.code ?? "?"})`);
      const lines = text.split("\n").filter((line) => line !== "");
      return [`${request.namespace}/${request.name}/${request.container}`, lines];
    }),
  );
  return new Map(entries);
}
