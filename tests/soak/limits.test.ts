import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { realLab } from "../real/support/lab";
import { merged } from "../real/support/merged";
import { RealBed } from "../real/support/real-bed";
import { GROUPS, limitsOf, NAMESPACES } from "./support/bites";
import { recordLimits } from "./support/results";
import { bitten, line } from "./support/watch";

/** Every limit on real servers: set low while they run, it is felt without a restart; raised again, it is gone. */

const BED = merged(REAL_DEV, { temporal: { namespaces: NAMESPACES } });

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;
let pods: readonly string[];

beforeAll(async () => {
  lab = await realLab("limits");
  program = new Program();
  stack = await new Stack(program, "limits", lab.env).init(BED);
  bed = new RealBed(lab, "limits");
  succeeded(await stack.up());
  pods = await bed.uids();
});

afterAll(async () => {
  await stack?.destroy();
  program?.remove();
  await lab?.down();
});

test.each(GROUPS)("$title", async (group) => {
  const results = await bitten(bed, group, async (state) => {
    stack.configure(merged(BED, ...limitsOf(group, state).map((limits) => ({ temporal: { limits } }))));
    succeeded(await stack.up());
  });
  process.stdout.write(`\n${results.map(line).join("\n")}\n`);
  recordLimits(results);
  expect(results.filter((result) => result["lag on"] === "never" || result["lag off"] === "never")).toEqual([]);
  expect(await bed.uids()).toEqual(pods);
  expect(await bed.bed.restarts()).toBe(0);
});
