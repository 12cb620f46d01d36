import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import { everyImageNamed, REAL_DEV } from "./lib/demo-config";
import { keyOf, takeInventory } from "./lib/inventory";
import { engineText, openStack, settingsFile, observe, stateResources, watch, type Run } from "./lib/engine";
import { failureText, failures } from "./lib/failures";
import { Interrupted, main, Refusal, type Stop } from "./lib/fail";
import { connect, type Kube } from "./lib/kube";
import { lab, labEnv } from "./lib/lab";
import { namespaceOf, ROOT, STATE } from "./lib/places";
import { keepPlan, keptPlan } from "./lib/plan";
import type { Expected, Progress } from "./lib/progress";
import { seconds } from "./lib/progress-text";
import { OPT_IN, readRecord, wantedPlace, writeRecord, type Place } from "./lib/target";
import { stageEdges, timeline, timelineText } from "./lib/timeline";
import { timelineSvg } from "./lib/timeline-svg";
import { checkedName, DEMO, flags } from "./lib/where";

/** From a bare machine to a running dev bed. Safe to repeat, and to stop at any moment. */
main(async (stop) => {
  const started = Date.now();
  const { name: given = DEMO, node = "simulated" } = flags({
    name: "NAME   name of the stack and of its lab, to have several side by side",
    node: "KIND   simulated, or real: the servers really run (Linux and root only)",
  });
  const name = checkedName(given);
  if (node !== "simulated" && node !== "real") throw new Refusal(`--node is '${node}'; allowed: simulated, real.`);
  const place = wantedPlace();
  const kube = await enter(name, place, node, stop);
  const [stack] = await Promise.all([
    openStack(name, node === "real" ? REAL_DEV : everyImageNamed("dev"), stop),
    writeDown(name, place, kube),
  ]);
  console.log(`\nstack ${name}, namespace ${namespaceOf(name)}`);
  const run = await watch(stack, stop, await plan(stack, stop), (options) => stack.up(options));
  end(run, stop);

  await showTimeline(stack, name, run);
  showEndpoints(run.result?.outputs ?? {}, name, place);
  console.log(`\nready in ${seconds(Date.now() - started)}`);
  return 0;
});

/** Makes the cluster of this run the current one. */
async function enter(name: string, place: Place, node: "simulated" | "real", stop: Stop): Promise<Kube> {
  if (place === "cluster") {
    console.log(`using the cluster of your kubeconfig, because ${OPT_IN}=1; the lab is left alone`);
  } else {
    if (process.env["KUBECONFIG"])
      console.log(`KUBECONFIG is set, but the demo runs in a lab of its own; ${OPT_IN}=1 makes it use your cluster`);
    const real = node === "real" ? ["--real"] : [];
    await lab(["build", ...real], stop);
    await lab(["up", name, ...real], stop);
    const env = await labEnv(name);
    if (env === undefined) throw new Refusal(`lab ${name} is up but has no environment; look at \`lab/lab.sh env ${name}\`.`);
    Object.assign(process.env, env);
  }
  const kube = await connect();
  if (place === "cluster") console.log(`context ${kube.context}`);
  return kube;
}

/** Writes down where the demo runs, and what was there before its first start. */
async function writeDown(name: string, place: Place, kube: Kube): Promise<void> {
  const record = readRecord(name);
  if (record?.cluster === kube.uid) return;
  const { items } = await takeInventory(kube);
  // In a cluster that others use too, what is new since then is not all ours; and a bed that is there already is no baseline.
  const bare = place === "lab" && !items.some((item) => item.kind === "namespaces" && item.name === namespaceOf(name));
  writeRecord(name, { place, cluster: kube.uid, ...(bare ? { baseline: items.map(keyOf) } : {}) });
}

/** @throws Interrupted or Refusal unless the run went well */
function end(run: Run<unknown>, stop: Stop): void {
  if (run.failure === undefined) return;
  if (stop.signal.aborted) throw new Interrupted("stopped; `make demo` goes on where it was, `make demo-down` takes it away");
  const found = failures(run.events);
  const text = found.length > 0 ? failureText(found) : engineText(run.failure);
  throw new Refusal(
    `${text}\n\nThe bed did not come up. \`make diagnose\` shows what the cluster says about it; \`make demo\` tries again.`,
  );
}

/** What the start will touch: from the last preview, or from a new one when program or settings are others by now. */
async function plan(stack: Stack, stop: Stop): Promise<readonly Expected[]> {
  const kept = keptPlan(stack.name);
  if (kept !== undefined) return kept;
  const preview = await observe(
    stack,
    stop,
    () => undefined,
    (options) => stack.preview(options),
  );
  end(preview, stop);
  return keepPlan(stack.name, preview.events);
}

async function showTimeline(stack: Stack, name: string, run: { readonly progress: Progress }): Promise<void> {
  const file = join(STATE, "timeline.svg");
  const stages = run.progress.stages();
  const changed = stages.flatMap(({ name: stage, began }) => (began === undefined ? [] : [stage]));
  if (changed.length < 2) {
    // An edit of one stage is no start-up: the picture of the last one is worth more.
    const kept = existsSync(file) ? `; the timeline of the last start is in ${file.slice(ROOT.length + 1)}` : "";
    console.log(`\n${changed.length === 0 ? "nothing to change" : `changed: ${changed.join()}`}${kept}`);
    return;
  }
  const drawn = timeline(stages, stageEdges(await stateResources(stack)));
  console.log(`\nstart-up timeline, seconds since the engine began\n`);
  console.log(timelineText(drawn, process.stdout.columns || 100).join("\n"));
  mkdirSync(STATE, { recursive: true });
  writeFileSync(file, timelineSvg(drawn, `Start-up of stack ${name}: ${drawn.seconds.toFixed(1)} s`));
  console.log(`  as a picture: ${file.slice(ROOT.length + 1)}`);
}

/** Where a component listens, if it does. */
interface Address {
  readonly host?: string;
  readonly port?: number;
}

function showEndpoints(outputs: OutputMap, name: string, place: Place): void {
  const named = (outputs["endpoints"]?.value ?? {}) as Record<string, Address | readonly Address[]>;
  // A mock of several chains has an address for each; the load takes its work from Temporal and has none.
  const endpoints = Object.entries(named).flatMap(([key, at]) => [at].flat().map(({ host, port }) => ({ key, host, port })));
  const longest = Math.max(0, ...endpoints.map(({ key }) => key.length));
  console.log("\nendpoints, inside the cluster");
  for (const { key, host, port } of endpoints) if (host !== undefined) console.log(`  ${key.padEnd(longest)}  ${host}:${port}`);
  console.log("\nnext");
  const own = name === DEMO;
  const shell = place === "lab" ? [[`eval "$(lab/lab.sh env ${name})"`, "kubectl and pulumi for this bed in your shell"]] : [];
  const again = own ? "make demo" : `npx tsx ops/demo.ts --name ${name}`;
  const steps = [
    ...shell,
    [own ? "make open" : `npx tsx ops/open.ts --stack ${name}`, "web UI and frontend on local ports (needs pods that really run)"],
    [own ? "make diagnose" : `npx tsx ops/diagnose.ts --stack ${name}`, "what the cluster says about the bed"],
    [
      `pulumi config set -s ${name} --path testbed:temporal.limits.matching.rps 5000 && ${again}`,
      `a limit, kept in ${settingsFile(name)}; nothing restarts`,
    ],
    [own ? "make demo-down" : `npx tsx ops/demo-down.ts --name ${name}`, "take everything away, and prove it"],
  ];
  for (const [command = "", what] of steps) console.log(`  ${command}\n      ${what}`);
}
