import { everyImageNamed } from "../../ops/lib/demo-config";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inherited, ROOT } from "../e2e/support/engine";
import { labUp, type Lab } from "../e2e/support/lab";
import { checkClickHouse } from "./clickhouse/check";
import { keyOf, type Checker, type Finding } from "./findings";
import { readManifests, withRendered } from "./manifests";
import { checkov, kubernetesValidate, kubeScore } from "./offline";
import { missedPlants, PLANTED } from "./planted";
import { createNamespaces, podSecurity, serverDryRun } from "./server";
import { judge, parseWaivers, type Waiver } from "./waivers";
import { LAYERS, type LayerName } from "../../values/layers";

/** Counts results and says each as it comes. */
class Results {
  public passed = 0;
  public failed = 0;

  public add(what: string, problems: readonly string[]): void {
    if (problems.length === 0) this.passed += 1;
    else this.failed += 1;
    console.log(`${problems.length === 0 ? "ok    " : "FAILED"}  ${what}`);
    for (const problem of problems) console.log(`          ${problem}`);
  }
}

/** @param tools lines `name=path`, from tools.sh; a checker without one is left out */
function checkersOf(tools: ReadonlyMap<string, string>, lab: Lab): Checker[] {
  const env = inherited();
  const offline = { "kubernetes-validate": kubernetesValidate, "kube-score": kubeScore, checkov };
  return [
    serverDryRun(lab),
    podSecurity(lab),
    ...Object.entries(offline).flatMap(([name, make]) => {
      const path = tools.get(name);
      return path === undefined ? [] : [make(path, env)];
    }),
  ];
}

async function checkLayer(
  layer: LayerName,
  lab: Lab,
  python: string | undefined,
  checkers: readonly Checker[],
  waivers: readonly Waiver[],
  results: Results,
): Promise<Finding[]> {
  return withRendered(everyImageNamed(layer), async (folder) => {
    const objects = readManifests(folder).size;
    await createNamespaces(lab, folder);
    const all: Finding[] = [];
    for (const checker of checkers) {
      const began = performance.now();
      const found = await checker.check(layer, folder);
      const { unexplained, waived } = judge(found, waivers, []);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      results.add(
        `${layer.padEnd(4)} ${checker.name.padEnd(19)} ${objects} objects, ${unexplained.length} unexplained, ${waived.length} waived (${seconds} s)`,
        unexplained.map((finding) => `${finding.object}: ${finding.rule}: ${finding.text}`),
      );
      all.push(...found);
    }
    if (python !== undefined) {
      for (const { what, problems } of await checkClickHouse(python, inherited(), layer, folder)) results.add(what, problems);
    }
    if (layer === "dev") {
      const missed = await missedPlants(checkers, folder, all);
      for (const name of PLANTED.filter((planted) => checkers.some((checker) => checker.name === planted))) {
        results.add(
          `self-test: ${name} finds a planted violation`,
          missed.filter((text) => text.startsWith(name)),
        );
      }
    }
    return all;
  });
}

/** The rules of waivers, on made-up findings. */
function selfTest(results: Results): void {
  const finding: Finding = { checker: "c", layer: "dev", object: "Deployment a/b", rule: "r", text: "" };
  const waiver: Waiver = { checker: "c", rule: "r", object: "Deployment */b", reason: "only an example of a reason" };
  const expect = (what: string, holds: boolean) => results.add(`self-test: ${what}`, holds ? [] : ["it does not"]);
  const of = (...waivers: Waiver[]) => judge([finding], waivers, ["c"]);
  expect("a finding without a waiver is unexplained", of().unexplained.length === 1);
  expect("a waiver explains it", of(waiver).unexplained.length === 0);
  expect("a waiver for another object does not", of({ ...waiver, object: "Deployment */bb" }).unexplained.length === 1);
  expect("a waiver that nothing needs is unused", of(waiver, { ...waiver, layer: "prod" }).unused.length === 1);
}

async function main(): Promise<number> {
  const tools = new Map((process.argv[2] ?? "").split("\n").map((line) => line.split("=", 2) as [string, string]));
  const waivers = parseWaivers(readFileSync(join(ROOT, "tests", "checkers", "waivers.yaml"), "utf8"));
  const results = new Results();
  selfTest(results);
  if (!tools.has("checkov")) console.log("skipped  kubernetes-validate, checkov and chdb: python3 >= 3.11 with venv is not there");

  const lab = await labUp("checkers");
  const stop = () => void lab.down().finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const checkers = checkersOf(tools, lab);
    const findings: Finding[] = [];
    for (const layer of LAYERS) findings.push(...(await checkLayer(layer, lab, tools.get("chdb"), checkers, waivers, results)));
    const { unused } = judge(
      findings,
      waivers,
      checkers.map(({ name }) => name),
    );
    results.add(
      `${waivers.length} waivers, all needed (${new Set(findings.map(keyOf)).size} findings in all)`,
      unused.map(({ checker, rule, object }) => `no finding needs the waiver of ${checker} ${rule} for ${object}; remove it`),
    );
  } finally {
    await lab.down();
  }
  console.log(`${results.passed} passed, ${results.failed} failed`);
  return results.failed === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
