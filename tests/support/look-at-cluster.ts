import { admit } from "../../components/platform/admission";

/**
 * Looks at several clusters, one after the other, and prints what it saw as JSON. A process of its own, because the client library
 * is an ES module that the test runner cannot load.
 */

interface Look {
  /** File for KUBECONFIG; none if left out. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

async function look({ kubeconfig, context }: Look): Promise<unknown> {
  if (kubeconfig === undefined) delete process.env["KUBECONFIG"];
  else process.env["KUBECONFIG"] = kubeconfig;
  const intent = { stack: "dev", facts: {}, sets: [], decommissionedTo: undefined, limitRefusals: () => [] };
  return admit(context, ["testbed-dev", "testbed-dev-indexers"], intent).catch((error: Error) => ({ error: error.message }));
}

async function main(): Promise<void> {
  const seen: unknown[] = [];
  for (const each of JSON.parse(process.argv[2] ?? "[]") as Look[]) seen.push(await look(each));
  process.stdout.write(JSON.stringify(seen));
}

void main();
