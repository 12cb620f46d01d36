import { callsPerWorkflow, type Workload } from "../../components/temporal/capacity";
import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { measureCalls } from "../real/support/calls";
import { realLab } from "../real/support/lab";
import { merged } from "../real/support/merged";
import { RealBed } from "../real/support/real-bed";
import { record } from "./support/results";

/** What the servers themselves count per completed workflow, beside the formula of `npm run capacity`. */

const ACTIVITIES = [0, 1, 3, 10];
/** Queue `one` has one partition; every other has the server's four. */
const QUEUES = [
  ["one", 1],
  ["benchmark", 4],
] as const;
/** In namespace `eager` the server lets activities start with the workflow task that asks for them. */
const NAMESPACES = [
  ["default", false],
  ["eager", true],
] as const;

const CONFIG = merged(REAL_DEV, {
  temporal: {
    namespaces: { eager: { retention: "24h" } },
    limits: { taskQueues: [{ taskQueue: "one", readPartitions: 1, writePartitions: 1 }] },
    dynamicConfig: { "system.enableActivityEagerExecution": [{ value: true, constraints: { namespace: "eager" } }] },
  },
});

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;

beforeAll(async () => {
  lab = await realLab("calls");
  program = new Program();
  stack = await new Stack(program, "calls", lab.env).init(CONFIG);
  bed = new RealBed(lab, "calls");
});

afterAll(async () => {
  await stack?.destroy();
  program?.remove();
  await lab?.down();
});

describe.each(NAMESPACES)("in namespace %s", (namespace, eager) => {
  describe.each(QUEUES)("on queue %s", (taskQueue, partitions) => {
    beforeAll(async () => {
      stack.configure(merged(CONFIG, { load: { namespace, taskQueue } }));
      succeeded(await stack.up());
      // Clients and caches are warm before anything counts.
      await measureCalls(bed, { namespace, taskQueue }, { activities: 1, waiting: true, eager }, 100);
    });

    const workloads = ACTIVITIES.flatMap((activities) => [true, false].map((waiting): Workload => ({ activities, waiting, eager })));

    test.each(workloads)("%j", async (workload) => {
      const measured = await measureCalls(bed, { namespace, taskQueue }, workload, workload.activities > 3 ? 100 : 200);
      const formula = callsPerWorkflow(workload, partitions);
      const name = `${workload.activities} activities${workload.waiting ? ", waiting" : ""}${eager ? ", eager" : ""}, ${partitions} partitions`;
      const { low, high } = formula.matching;
      const beside = {
        frontend: `${measured.frontend.toFixed(2)} / ${formula.frontend}`,
        history: `${measured.history.toFixed(2)} / ${formula.history}`,
        matching: `${measured.matching.toFixed(2)} / ${low === high ? low : `${low} to ${high}`}`,
      };
      record("calls per completed workflow: frontend, history, matching, each measured / formula", { [name]: Object.values(beside) });
      process.stdout.write(`\n${name}: ${JSON.stringify(beside)} at ${measured.perSecond.toFixed(1)}/s\n`);
      expect(off(measured.frontend, { low: formula.frontend, high: formula.frontend })).toBeLessThanOrEqual(0.03);
      expect(off(measured.history, { low: formula.history, high: formula.history })).toBeLessThanOrEqual(0.03);
      expect(off(measured.matching, formula.matching)).toBeLessThanOrEqual(0.03);
    });
  });
});

/** How far a number is from an interval, as a share of it. */
function off(value: number, { low, high }: { readonly low: number; readonly high: number }): number {
  return Math.max(low - value, value - high, 0) / (value < low ? low : high);
}
