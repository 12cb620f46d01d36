import { REAL_DEV } from "../../ops/lib/demo-config";
import { missingFrom } from "../e2e/support/cluster";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { until } from "../e2e/support/wait";
import { realLab } from "../real/support/lab";
import { RealBed } from "../real/support/real-bed";
import { record } from "./support/results";

/** Starts from nothing, each destroyed again: the order holds every time, and nothing is ever left. SOAK_STARTS: how many, else ten. */

const STARTS = Number(process.env["SOAK_STARTS"] ?? 10);

let lab: Lab;
let program: Program;

beforeAll(async () => {
  lab = await realLab("cold");
  program = new Program();
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

test(`${STARTS} cold starts: no container restarts, none fails, nothing is left`, async () => {
  const seconds: number[] = [];
  const restarts: number[] = [];
  const stack = await new Stack(program, "cold", lab.env).init(REAL_DEV);
  const bed = new RealBed(lab, "cold");
  const baseline = await lab.cluster.inventory();
  for (let start = 0; start < STARTS; start += 1) {
    seconds.push(Math.round(succeeded(await stack.up()).seconds));
    restarts.push(await bed.bed.restarts());
    succeeded(await stack.destroy());
    await until("the last volume to go", 60, async () => {
      const left = missingFrom(baseline, await lab.cluster.inventory());
      return left.length === 0 ? true : undefined;
    });
    process.stdout.write(`\ncold start ${start + 1} of ${STARTS}: ${seconds.at(-1)} s, ${restarts.at(-1)} restarts\n`);
  }
  record("cold starts", { "up, seconds": seconds, "container restarts": restarts });
  expect(restarts).toEqual(restarts.map(() => 0));
});
