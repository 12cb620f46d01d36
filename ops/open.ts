import { keepForward, localPort } from "./lib/forward";
import { main, Refusal } from "./lib/fail";
import type { Kube } from "./lib/kube";
import { namespaceOf } from "./lib/places";
import { findBed, flags } from "./lib/where";

const UI = { service: "temporal-ui", remote: 8080 };
const FRONTEND = { service: "temporal-frontend", remote: 7233 };
/** Pages that a bed may have. */
const PAGES = [
  { name: "Grafana", service: "grafana", remote: 3000 },
  { name: "Prometheus", service: "prometheus", remote: 9090 },
  { name: "CanopyX", service: "canopyx-admin-web", remote: 3003 },
];

/** Opens the web UI, the frontend and the pages of monitoring and CanopyX on local ports until Ctrl-C. */
main(async (stop) => {
  const given = flags({
    stack: "NAME      stack in the cluster of the current kubeconfig (the demo)",
    ui: "PORT         local port of the web UI (8080, or a free one)",
    frontend: "PORT   local port of the frontend (7233, or a free one)",
  });
  const { stack, kube } = await findBed(given.stack);
  await canServe(kube, stack);

  const ui = { ...UI, local: await localPort("ui", given.ui, UI.remote) };
  const frontend = { ...FRONTEND, local: await localPort("frontend", given.frontend, FRONTEND.remote) };
  console.log(`web UI    http://127.0.0.1:${ui.local}`);
  console.log(`frontend  127.0.0.1:${frontend.local} (temporal --address 127.0.0.1:${frontend.local} operator cluster health)`);
  const namespace = namespaceOf(stack);
  const { items: services } = await kube.core.listNamespacedService({ namespace });
  const there = new Set(services.map(({ metadata }) => metadata?.name));
  const pages: { service: string; remote: number; local: number }[] = [];
  for (const { name, ...page } of PAGES.filter(({ service }) => there.has(service))) {
    const local = await localPort(page.service, undefined, page.remote);
    pages.push({ ...page, local });
    console.log(`${name.padEnd(10)}http://127.0.0.1:${local}`);
  }
  console.log("Ctrl-C ends it\n");
  await Promise.all([ui, frontend, ...pages].map((forward) => keepForward(namespace, forward, stop.signal, (line) => console.log(line))));
  return 0;
});

/** @throws Refusal when no forward could ever serve: no bed, or only simulated pods */
async function canServe({ core, context }: Kube, stack: string): Promise<void> {
  const namespace = namespaceOf(stack);
  const { items: pods } = await core.listNamespacedPod({
    namespace,
    labelSelector: `app.kubernetes.io/name in (${UI.service}, ${FRONTEND.service})`,
  });
  if (pods.length === 0) {
    throw new Refusal(
      `there is no web UI and no frontend in namespace ${namespace} of context ${context}. Bring the bed up first; \`make diagnose\` says how far it is.`,
    );
  }
  const { items: nodes } = await core.listNode();
  const simulated = new Set(
    nodes.filter(({ metadata }) => metadata?.annotations?.["kwok.x-k8s.io/node"] === "fake").map(({ metadata }) => metadata?.name),
  );
  if (pods.every(({ spec }) => simulated.has(spec?.nodeName))) {
    throw new Refusal(
      "the pods of this bed are simulated: the lab runs a real API server, but nothing runs inside the pods, so there is nothing to open. With a cluster that runs containers, `make open` serves the web UI and the frontend.",
    );
  }
}
