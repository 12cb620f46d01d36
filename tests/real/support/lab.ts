import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lab as inLab } from "../../e2e/support/engine";
import { labOf, labUp, type Lab } from "../../e2e/support/lab";

/**
 * A lab with a real node. All files of one `make real` share one, named in TESTBED_REAL_LAB, each with a backend of its own;
 * a file that is run by itself starts its own.
 */
export async function realLab(purpose: string): Promise<Lab> {
  const shared = process.env["TESTBED_REAL_LAB"];
  if (shared === undefined) return labUp(purpose, "--real");
  const lab = await labOf(shared);
  const backend = mkdtempSync(join(tmpdir(), "testbed-real-"));
  return {
    ...lab,
    env: { ...lab.env, PULUMI_BACKEND_URL: `file://${backend}?metadata=skip` },
    down: () => Promise.resolve(rmSync(backend, { recursive: true, force: true })),
  };
}

/** Runs a line of bash with the lab's own functions: `node_pid` is the first process of its node. */
export function withNode(lab: Lab, line: string): Promise<string> {
  return inLab(`. lib/common.sh; . lib/cluster.sh; . lib/node.sh; use_lab ${nameOf(lab)}; ${line}`);
}

/** Runs a script as root in the node, which has bash and no `sh`. In its process ids too, or `mount` finds no /proc/self. */
export function inNode(lab: Lab, script: string): Promise<string> {
  return withNode(lab, `nsenter -t "$(node_pid)" --mount --pid --root bash -euc '${script}'`);
}

/** Kills the node with all that runs on it, and starts it again with its data. */
export async function restartNode(lab: Lab): Promise<void> {
  await withNode(lab, 'kill -KILL "$(node_pid)"');
  await inLab(`./lab.sh up ${nameOf(lab)} --real`);
}

function nameOf(lab: Lab): string {
  return lab.context.replace(/^testbed-/, "");
}
