import { declaredOrder, type Declared } from "../e2e/support/declared-order";
import type { Config } from "../e2e/support/program";

/** Workloads by step: those of a step are ready before the next one begins. What is no workload goes first. */
export type Steps = Readonly<Record<string, readonly string[]>>;

/** What a person with kubectl would do in turn: the declared order, cut into as few steps as it allows. */
export async function stepsOf(config: Config): Promise<Steps> {
  return stepsIn(await declaredOrder(config));
}

/** Exported for its test. */
export function stepsIn({ edges, workloads }: Pick<Declared, "edges" | "workloads">): Steps {
  const depthOf = (stage: string): number => Math.max(0, ...(edges[stage] ?? []).map((prior) => depthOf(prior) + 1));
  const working = Object.keys(edges).filter((stage) => (workloads[stage] ?? []).length > 0);
  const depths = [...new Set(working.map(depthOf))].sort((a, b) => a - b);
  return Object.fromEntries(
    depths.map((depth) => {
      const stages = working.filter((stage) => depthOf(stage) === depth).sort();
      return [stages.join(", "), stages.flatMap((stage) => workloads[stage] ?? [])];
    }),
  );
}
