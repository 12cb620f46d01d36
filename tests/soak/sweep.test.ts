import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Outcome } from "../../ops/lib/sweep/outcome";
import { ROOT } from "../e2e/support/engine";
import type { Lab } from "../e2e/support/lab";
import { run } from "../e2e/support/process";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { realLab } from "../real/support/lab";
import { RealBed } from "../real/support/real-bed";
import { record } from "./support/results";

/** The README's experiment on real servers: the measured ceiling against the predicted one, and a bed that is as it was. */

const RESULTS = join(ROOT, ".testbed", "soak", "sweep");
/** A ceiling is predicted well if it is at most this far off, as a share. */
const NEAR = 0.1;

let lab: Lab;
let program: Program;

beforeAll(async () => {
  lab = await realLab("sweep");
  program = new Program();
  cpSync(join(ROOT, "ops"), join(program.folder, "ops"), { recursive: true });
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

test("experiments/two-limits.yaml: every measured ceiling is within 10 % of the predicted one, and nothing restarts", async () => {
  const stack = await new Stack(program, "sweep", lab.env).init(REAL_DEV);
  const bed = new RealBed(lab, "sweep");
  try {
    succeeded(await stack.up());
    const servers = async () =>
      (await bed.serving()).filter(({ metadata }) => metadata.name.startsWith("temporal-")).map(({ metadata }) => metadata.uid);
    const before = { servers: (await servers()).sort(), settings: readFileSync(join(program.folder, "Pulumi.sweep.yaml"), "utf8") };

    const experiment = readFileSync(join(ROOT, "experiments", "two-limits.yaml"), "utf8").replace(/^stack: .*$/m, "stack: sweep");
    writeFileSync(join(program.folder, "experiment.yaml"), experiment);
    const swept = await run(process.execPath, ["--import", "tsx", "ops/sweep.ts", "experiment.yaml"], {
      cwd: program.folder,
      env: lab.env,
      seconds: 2400,
    });
    process.stdout.write(`\n${swept.text}\n`);
    expect(swept.code).toBe(0);

    const results = join(program.folder, ".testbed", "sweeps", "two-limits");
    mkdirSync(RESULTS, { recursive: true });
    cpSync(results, RESULTS, { recursive: true });
    const { runs } = JSON.parse(readFileSync(join(results, "results.json"), "utf8")) as { runs: Outcome[] };
    const off = runs.map(({ predicted, measured }) => (measured?.perSecond ?? 0) / predicted.perSecond - 1);
    record("sweep", { points: runs.length, "off, %": off.map((share) => Number((share * 100).toFixed(1))) });
    expect(runs).toHaveLength(16);
    expect(off.filter((share) => Math.abs(share) > NEAR)).toEqual([]);

    expect({ servers: (await servers()).sort(), settings: readFileSync(join(program.folder, "Pulumi.sweep.yaml"), "utf8") }).toEqual(
      before,
    );
  } finally {
    succeeded(await stack.destroy());
  }
}, 3_600_000);
