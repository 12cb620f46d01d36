import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { keyOf, type Checker, type Finding } from "./findings";
import { objectOf, readManifests } from "./manifests";

/** A violation, planted into the manifests of the dev layer, that one checker must find. */
interface Plant {
  readonly checker: string;
  readonly rule: string;
  readonly object: string;
  plant(manifest: Tree): void;
}
type Tree = Record<string, never> & { spec: Record<string, unknown> };

interface Template {
  template: { spec: { containers: [Record<string, unknown>] } };
}
const container = (manifest: Tree): Record<string, unknown> => (manifest.spec as unknown as Template).template.spec.containers[0];

const PLANTS: readonly Plant[] = [
  {
    checker: "server dry run",
    rule: "server dry run",
    object: "Service testbed-dev/temporal-ui",
    plant: ({ spec }) => void ((spec["ports"] as { port: number }[])[0] = { port: 70_000 }),
  },
  {
    checker: "pod security",
    rule: "pod security",
    object: "Deployment testbed-dev/temporal-worker",
    plant: (manifest) => delete container(manifest)["securityContext"],
  },
  {
    checker: "kubernetes-validate",
    rule: "kubernetes-validate",
    object: "Deployment testbed-dev/temporal-history",
    plant: ({ spec }) => void (spec["replica"] = 1),
  },
  {
    checker: "kube-score",
    rule: "container-image-tag",
    object: "Deployment testbed-dev/temporal-frontend",
    plant: (manifest) => void (container(manifest)["image"] = "docker.io/temporalio/server:latest"),
  },
  {
    checker: "checkov",
    rule: "CKV_K8S_16",
    object: "StatefulSet testbed-dev/cassandra",
    plant: (manifest) => void (container(manifest)["securityContext"] = { privileged: true }),
  },
];

/** Every plant that its checker did not find, or had found before it was planted. */
export async function missedPlants(checkers: readonly Checker[], folder: string, clean: readonly Finding[]): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), "testbed-planted-"));
  const before = new Set(clean.map(keyOf));
  try {
    cpSync(folder, copy, { recursive: true });
    const plants = PLANTS.filter(({ checker }) => checkers.some(({ name }) => name === checker));
    for (const plant of plants) {
      const [file] = [...readManifests(copy)].find(([, manifest]) => objectOf(manifest) === plant.object) ?? [];
      if (file === undefined) throw new Error(`tests/checkers/planted.ts names ${plant.object}, which the program does not make`);
      const manifest = load(readFileSync(join(copy, file), "utf8")) as Tree;
      plant.plant(manifest);
      writeFileSync(join(copy, file), dump(manifest));
    }
    const found = new Set<string>();
    for (const checker of checkers) for (const finding of await checker.check("dev", copy)) found.add(keyOf(finding));
    return plants
      .filter(({ checker, rule, object }) => {
        const key = keyOf({ checker, layer: "dev", object, rule, text: "" });
        return before.has(key) || !found.has(key);
      })
      .map(({ checker, rule, object }) => `${checker} did not find ${rule} at ${object}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Names of the checkers that a violation is planted for. */
export const PLANTED = PLANTS.map(({ checker }) => checker);
