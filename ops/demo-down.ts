import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { newSince, ofStack } from "./lib/belongs";
import { countRows, itemText } from "./lib/counts";
import { engineText, openStack, settingsFile, stateResources, watch } from "./lib/engine";
import { failureText, failures } from "./lib/failures";
import { Interrupted, main, Refusal, type Stop } from "./lib/fail";
import { takeInventory, type Inventory, type Item } from "./lib/inventory";
import { connect, type Kube } from "./lib/kube";
import { lab, labEnv } from "./lib/lab";
import { ROOT } from "./lib/places";
import { seconds } from "./lib/progress-text";
import { table } from "./lib/table";
import { OPT_IN, readRecord, removeRecord, wantedPlace, type DemoRecord, type Place } from "./lib/target";
import { checkedName, DEMO, flags } from "./lib/where";

/** How long Kubernetes may take to clear up behind a destroy, in milliseconds: volumes go after their claims. */
const CLEARING_MS = 30_000;
const POLL_MS = 300;

/** Takes a demo away: bed, stack, lab; and proves over the whole API server that nothing of it is left. */
main(async (stop) => {
  const started = Date.now();
  const { name: given = DEMO } = flags({ name: "NAME   name of the stack and of its lab" });
  const name = checkedName(given);
  const record = readRecord(name);
  const place = placeOf(name, record);
  if (place === "lab" && !(await enterLab(name, stop))) {
    await lab(["down", name], stop);
    forget(name);
    return 0;
  }

  const kube = await connect();
  if (place === "cluster") sameCluster(kube, record);
  const select = (inventory: Inventory) => ours(name, kube, record, inventory);
  const before = select(await takeInventory(kube));
  await destroy(name, stop);
  const { kinds, left } = await clearing(kube, select, stop);

  console.log(`\nobjects of stack ${name} in ${scope(kube, record)}, ${kinds} kinds looked at\n`);
  console.log(table([["kind", "before", "left"], ...countRows(before, left)]).join("\n"));
  if (left.length > 0) {
    const list = left.map((item) => `  ${itemText(item)}`).join("\n");
    throw new Refusal(
      `${left.length} objects are left:\n${list}\nThe cluster still runs, so that they can be looked at; \`make demo-down\` tries again.`,
    );
  }
  if (place === "lab") await lab(["down", name], stop);
  forget(name);
  console.log(`\nnothing is left; done in ${seconds(Date.now() - started)}`);
  return 0;
});

/** @throws Refusal when the demo was started elsewhere than it is looked for now */
function placeOf(name: string, record: DemoRecord | undefined): Place {
  const wanted = wantedPlace();
  if (record === undefined || record.place === wanted) return wanted;
  throw new Refusal(
    record.place === "cluster"
      ? `demo ${name} was started in a cluster of yours; set ${OPT_IN}=1 and the same KUBECONFIG to take it away.`
      : `demo ${name} was started in its lab; unset ${OPT_IN} to take it away.`,
  );
}

/** Makes the lab's cluster the current one. False when there is no lab, or none that was ever complete: then there is no bed. */
async function enterLab(name: string, stop: Stop): Promise<boolean> {
  if ((await labEnv(name)) === undefined) return false;
  await lab(["up", name], stop); // it may have been stopped or killed: it keeps its data, and its ports may have moved
  Object.assign(process.env, await labEnv(name));
  return true;
}

function sameCluster(kube: Kube, record: DemoRecord | undefined): void {
  if (record === undefined || record.cluster === kube.uid) return;
  throw new Refusal(
    `context ${kube.context} is another cluster than the one the demo was started in. Set KUBECONFIG to that one, then try again.`,
  );
}

function ours(name: string, kube: Kube, record: DemoRecord | undefined, { items }: Inventory): Item[] {
  const baseline = record?.cluster === kube.uid ? record.baseline : undefined;
  return baseline === undefined ? ofStack(name, items) : newSince(baseline, items);
}

function scope(kube: Kube, record: DemoRecord | undefined): string {
  return record?.cluster === kube.uid && record.baseline !== undefined
    ? "the whole API server, beyond what was there before the demo"
    : "its namespaces, with its labels, and volumes claimed from them (others may use this cluster, or what it held before is not known)";
}

async function destroy(name: string, stop: Stop): Promise<void> {
  const stack = await openStack(name, { layer: "dev" }, stop);
  const resources = await stateResources(stack);
  if (resources.length > 0) {
    console.log(`\ndestroying stack ${name}`);
    const run = await watch(stack, stop, resources, (options) => stack.destroy(options));
    if (run.failure !== undefined) refuse(run.failure, failureText(failures(run.events)), stop);
  }
  await remove(stack);
}

function refuse(failure: unknown, text: string, stop: Stop): never {
  if (stop.signal.aborted) throw new Interrupted("stopped; `make demo-down` goes on where it was");
  throw new Refusal(
    `${text || engineText(failure)}\n\nThe bed was not destroyed. \`make demo-down\` tries again; \`make diagnose\` shows what the cluster says.`,
  );
}

async function remove(stack: Stack): Promise<void> {
  await stack.workspace.removeStack(stack.name);
}

/** Waits until nothing is left, or the time is up: then what is left. */
async function clearing(kube: Kube, select: (inventory: Inventory) => Item[], stop: Stop): Promise<{ kinds: number; left: Item[] }> {
  const deadline = Date.now() + CLEARING_MS;
  for (;;) {
    stop.check();
    const inventory = await takeInventory(kube);
    const left = select(inventory);
    if (left.length === 0 || Date.now() > deadline) return { kinds: inventory.kinds.length, left };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function forget(name: string): void {
  removeRecord(name);
  rmSync(join(ROOT, settingsFile(name)), { force: true });
}
