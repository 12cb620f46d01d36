import { capturedEdges, type Edges } from "../../support/edges";
import { kindOf, runProgram, type Captured } from "../../support/harness";
import type { Config } from "./program";
import { at, textAt } from "../../support/json";
import { hasCondition, versionOf, type Change, type KubeObject } from "./cluster";

/** The declared order of a bed against what the API server saw, for every edge and every workload. */

/** Kinds whose readiness says that a stage is finished. */
export const WORKLOADS = ["StatefulSet", "Deployment", "Job"];

export interface Declared {
  readonly edges: Edges;
  /** Workloads of each stage, as `Kind name`. */
  readonly workloads: Readonly<Record<string, readonly string[]>>;
  /** How many pods each workload has. */
  readonly pods: Readonly<Record<string, number>>;
}

/** What the program declares with a stack config. */
export async function declaredOrder({ layer, ...slices }: Config): Promise<Declared> {
  const bed = await runProgram(String(layer), { slices });
  return { edges: capturedEdges(bed), workloads: workloadsOf(bed), pods: podsOf(bed) };
}

function podsOf(bed: Captured): Record<string, number> {
  return Object.fromEntries(
    bed.ofKind(...WORKLOADS).map(({ inputs }) => [textAt(inputs, "metadata.name"), Number(at(inputs, "spec.replicas") ?? 1)]),
  );
}

function workloadsOf(bed: Captured): Record<string, string[]> {
  return Object.fromEntries(
    bed.stages().map((stage) => [
      stage.name,
      bed
        .children(stage)
        .filter(({ type }) => WORKLOADS.includes(kindOf(type)))
        .map(({ type, inputs }) => `${kindOf(type)} ${textAt(inputs, "metadata.name")}`),
    ]),
  );
}

/**
 * Pairs that the API server saw in another order than declared: a workload that was created before one that it waits for was
 * ready. Between kinds the versions of the objects say what was first.
 */
export function outOfOrder({ edges, workloads }: Declared, changes: readonly Change[]): string[] {
  return Object.entries(edges).flatMap(([stage, priors]) =>
    (workloads[stage] ?? []).flatMap((own) => {
      const created = firstVersion(changes, own, () => true);
      if (created === Infinity) return [`${own} was never created`];
      return priors.flatMap((prior) =>
        (workloads[prior] ?? [])
          .filter((other) => !(created > firstVersion(changes, other, isReady)))
          .map((other) => `${own} was created before ${other} was ready`),
      );
    }),
  );
}

/** Infinity when it was never so. */
function firstVersion(changes: readonly Change[], workload: string, fits: (object: KubeObject) => boolean): number {
  const [kind, name] = workload.split(" ");
  const versions = changes
    .filter((change) => change.kind === kind && change.object.metadata.name === name && fits(change.object))
    .map(({ object }) => versionOf(object));
  return Math.min(...versions);
}

function isReady(object: KubeObject): boolean {
  const { kind, spec, status } = object;
  if (kind === "StatefulSet") return (status?.readyReplicas ?? 0) === (spec?.replicas ?? 1);
  return hasCondition(object, kind === "Job" ? "Complete" : "Available");
}
