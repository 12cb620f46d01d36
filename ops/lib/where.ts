import { parseArgs } from "node:util";
import { Refusal } from "./fail";
import { connect, type Kube } from "./kube";
import { labEnv } from "./lab";
import { OPT_IN, wantedPlace } from "./target";

/** Name of the demo's stack and of its lab. */
export const DEMO = "demo";

/**
 * Flags of a tool, with texts for what is wrong.
 * @param allowed flag to what it stands for; all take a value
 * @param switches flags that take none
 * @throws Refusal for a flag that is not known, or one without a value
 */
export function flags<T extends Record<string, string>, S extends Record<string, string> = Record<never, string>>(
  allowed: T,
  argv = process.argv.slice(2),
  switches?: S,
): { [K in keyof T]?: string } & { [K in keyof S]?: boolean } {
  const options = Object.fromEntries([
    ...Object.keys(allowed).map((name) => [name, { type: "string" as const }] as const),
    ...Object.keys(switches ?? {}).map((name) => [name, { type: "boolean" as const }] as const),
  ]);
  try {
    return parseArgs({ args: argv, options, strict: true }).values as { [K in keyof T]?: string } & { [K in keyof S]?: boolean };
  } catch (error) {
    const list = Object.entries({ ...allowed, ...switches }).map(([name, meaning]) => `  --${name} ${meaning}`);
    const [first = ""] = (error as Error).message.split(". ");
    throw new Refusal(`${first}. Given: ${argv.join(" ")}. Allowed:\n${list.join("\n")}`);
  }
}

/** @throws Refusal for a name that can be no stack, lab or namespace */
export function checkedName(name: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw new Refusal(`the stack name is '${name}'; allowed: 1 to 40 of a-z, 0-9 and '-', not first or last.`);
  }
  return name;
}

/**
 * The bed that a person means. Without a name it is the demo, in its lab or, opted in, in the cluster of the kubeconfig.
 * With a name it is that stack in the cluster of the current kubeconfig.
 * @throws Refusal when there is no such lab, or the cluster does not answer
 */
export async function findBed(given: string | undefined): Promise<{ stack: string; kube: Kube }> {
  const stack = checkedName(given ?? DEMO);
  if (given === undefined && wantedPlace() === "lab") {
    const env = await labEnv(DEMO);
    if (env === undefined) {
      throw new Refusal(
        `there is no demo: its lab is not up. Start it with \`make demo\`; for another bed name its stack (--stack dev), for a cluster of your own set ${OPT_IN}=1.`,
      );
    }
    Object.assign(process.env, env);
  }
  return { stack, kube: await connect() };
}
