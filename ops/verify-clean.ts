import { ofStack, remainder } from "./lib/belongs";
import { countRows, itemText } from "./lib/counts";
import { main } from "./lib/fail";
import { takeInventory } from "./lib/inventory";
import { table } from "./lib/table";
import { findBed, flags } from "./lib/where";

/** Counts what of a stack is in the cluster. Exit code 0: nothing but what was to be kept. Changes nothing. */
main(async () => {
  const { stack: given } = flags({ stack: "NAME   stack in the cluster of the current kubeconfig (the demo)" });
  const { stack, kube } = await findBed(given);
  const { kinds, items } = await takeInventory(kube);
  const { kept, left } = remainder(ofStack(stack, items));

  console.log(`stack ${stack} in context ${kube.context}, ${kinds.length} kinds looked at\n`);
  console.log(table([["kind", "kept", "left"], ...countRows(kept, left)]).join("\n"));
  if (kept.length > 0) {
    console.log(`\nkept under whenDeleted: Retain, with what opens and holds it:`);
    for (const item of kept) console.log(`  ${itemText(item)}`);
  }
  if (left.length === 0) {
    console.log(kept.length > 0 ? "\nnothing else is left" : "\nnothing is left");
    return 0;
  }
  console.log(`\nleft, and should not be after a destroy:`);
  for (const item of left) console.log(`  ${itemText(item)}`);
  console.log(
    `\n${left.length} objects of stack ${stack} are left. If the bed is still up, that is right; else \`pulumi destroy -s ${stack}\` again.`,
  );
  return 1;
});
