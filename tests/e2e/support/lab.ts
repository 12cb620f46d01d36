import { Cluster } from "./cluster";
import { lab } from "./engine";
import type { Env } from "./process";

/** A control plane with simulated nodes, for one test file. */
export interface Lab {
  /** Environment in which `pulumi` works on it. */
  readonly env: Env;
  /** Name of its context in the kubeconfig. */
  readonly context: string;
  readonly cluster: Cluster;
  down(): Promise<void>;
}

/**
 * Starts a lab whose name no other run has.
 * @param options of `lab/lab.sh up`, such as `--nodes 6`
 */
export async function labUp(purpose: string, options = ""): Promise<Lab> {
  const name = `e2e-${purpose}-${process.pid}`;
  await lab(`./lab.sh up ${name} ${options}`);
  return labOf(name);
}

/** A lab that is up. */
export async function labOf(name: string): Promise<Lab> {
  const printed = await lab(`eval "$(./lab.sh env ${name})"; env -0`);
  const env = Object.fromEntries(
    printed.split("\0").flatMap((line) => {
      const [, key = "", value = ""] = /^(\w+)=(.*)$/s.exec(line) ?? [];
      return key === "" ? [] : [[key, value]];
    }),
  ) as Record<string, string>;
  return {
    env,
    context: `testbed-${name}`,
    cluster: new Cluster(env["KUBECONFIG"] ?? ""),
    down: async () => {
      await lab(`./lab.sh down ${name}`);
    },
  };
}
