import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { stackValues } from "../values/offline";
import { main, Refusal } from "./lib/fail";
import { asked } from "./lib/limits/asked";
import { lookAt } from "./lib/limits/cluster";
import { limitsJson } from "./lib/limits/json";
import { exitCode, judge } from "./lib/limits/judge";
import type { Seen } from "./lib/limits/seen";
import { limitsText } from "./lib/limits/text";
import { ROOT } from "./lib/places";
import { findBed, flags } from "./lib/where";

/**
 * Every limit of a bed: set, rendered, mounted, read, in force, since when, and how long a change takes at worst. Reads only.
 * Exit code 0: all that is set is in force. 1: something is wrong or late. 2: something is on its way.
 */
main(async () => {
  const given = flags(
    {
      stack: "NAME   stack in the cluster of the current kubeconfig (the demo)",
      namespace: "NAME   only limits that hold in this Temporal namespace",
      config: `FOLDER   where ${fileOf("<stack>")} is (this one)`,
    },
    process.argv.slice(2),
    { all: "  also limits that are not set, with the server's default", json: "  for programs" },
  );
  const { stack, kube } = await findBed(given.stack);
  const seen: Seen = { ...(await lookAt(kube, stack)), configured: configuredBy(stack, resolve(given.config ?? ROOT)) };
  const verdicts = asked(seen, { all: given.all === true, namespace: given.namespace }).map((each) => judge(each, seen));
  if (given.json === true) console.log(JSON.stringify(limitsJson(stack, kube.context, verdicts, seen), undefined, 2));
  else console.log(`stack ${stack} in context ${kube.context}\n\n${limitsText(verdicts, seen)}`);
  return exitCode(verdicts);
});

/** The settings of the stack, where its file is at hand: guessing them would blame the cluster for it. */
function configuredBy(stack: string, folder: string): Seen["configured"] {
  const file = fileOf(stack);
  if (!existsSync(join(folder, file))) return { unknown: `there is no ${file} in ${folder}; --config names another folder` };
  const found = stackValues(stack, folder);
  if (Array.isArray(found)) {
    const problems = found.map(({ where, given, allowed }) => `  ${where}: ${given === undefined ? "" : `${given} given; `}${allowed}`);
    throw new Refusal(`what stack ${stack} is set to cannot be told: its settings do not hold.\n${problems.join("\n")}`);
  }
  return { source: found.source, temporal: found.values.temporal };
}

function fileOf(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}
