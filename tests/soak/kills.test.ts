import { REAL_DEV } from "../../ops/lib/demo-config";
import { TEMPORAL_ROLES } from "../../components/temporal/roles";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { kill } from "../real/support/kills";
import { realLab } from "../real/support/lab";
import { RealBed } from "../real/support/real-bed";
import { record } from "./support/results";

/** Stores and servers killed at random moments while workflows run. SOAK_SEED repeats a run; SOAK_ROUNDS: how many, else twenty. */

const ROUNDS = Number(process.env["SOAK_ROUNDS"] ?? 20);
const SEED = Number(process.env["SOAK_SEED"] ?? Date.now() % 100_000);
const VICTIMS = ["cassandra", ...TEMPORAL_ROLES.map((role) => `temporal-${role}`)];

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;

beforeAll(async () => {
  lab = await realLab("kills");
  program = new Program();
  stack = await new Stack(program, "kills", lab.env).init(REAL_DEV);
  bed = new RealBed(lab, "kills");
  succeeded(await stack.up());
});

afterAll(async () => {
  await stack?.destroy();
  program?.remove();
  await lab?.down();
});

test(`${ROUNDS} rounds: every workflow that was started completes`, async () => {
  const random = generator(SEED);
  // Every second round is the store: its loss is the harder one.
  const victims = Array.from({ length: ROUNDS }, (_, round) => (round % 2 === 0 ? "cassandra" : pick(VICTIMS, random)));
  const result = await kill(bed, "soak", victims, () => 1 + random() * 6);
  process.stdout.write(`\nseed ${SEED}: ${result.started} workflows, ${result.lost.length} lost\n`);
  record("kills", { seed: SEED, rounds: ROUNDS, victims, "workflows started": result.started, lost: result.lost });
  expect(result.lost).toEqual([]);
});

/** Numbers from 0 to 1 that a seed repeats (a linear congruential generator: good enough to choose victims). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function pick<T>(all: readonly T[], random: () => number): T {
  return all[Math.floor(random() * all.length)] as T;
}
