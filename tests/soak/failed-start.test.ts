import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program, type Config } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { realLab } from "../real/support/lab";
import { merged } from "../real/support/merged";
import { RealBed } from "../real/support/real-bed";

/** Starts that cannot succeed: the `up` ends within its deadline and says why, and the one that follows the fix heals the bed. */

const DEV: Config = { ...REAL_DEV, platform: { podDeadlineSeconds: 40, jobDeadlineSeconds: 60 } };

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;

beforeAll(async () => {
  lab = await realLab("broken");
  program = new Program();
  stack = await new Stack(program, "broken", lab.env).init(DEV);
  bed = new RealBed(lab, "broken");
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

/** Of the engine for one set: the pod's 40 s, two minutes more, in whole minutes. */
const DEADLINE = 180;

/** An `up` that must fail: its text names the cause, and it ended within its deadline. */
async function fails(edit: Config, cause: RegExp): Promise<void> {
  stack.configure(merged(DEV, edit));
  const { code, text, seconds } = await stack.up();
  process.stdout.write(`\nended after ${seconds.toFixed(0)} s: ${cause.exec(text)?.[0] ?? "no cause named"}\n`);
  expect(code).not.toBe(0);
  expect(text).toMatch(cause);
  expect(seconds).toBeLessThan(DEADLINE + 30);
}

test("image missing: the mirror and the image are named", async () => {
  await fails({ images: { mirror: "mirror.invalid/hub" } }, /mirror\.invalid\/hub\/\S*cassandra/);
});

test("store never ready: too little memory for its heap", async () => {
  await fails(
    { cassandra: { heap: "96Mi", resources: { requests: { memory: "200Mi" }, limits: { memory: "200Mi" } } } },
    /OOMKilled|OutOfMemory|exit code 137|CrashLoopBackOff|back-off/,
  );
});

test("the fixed up heals the bed", async () => {
  stack.configure(DEV);
  succeeded(await stack.up());
  await bed.settled();
});

test("wrong password: the server's own words are in the text, and the fixed up heals it", async () => {
  const path = `/api/v1/namespaces/${bed.namespace}/secrets/cassandra-temporal`;
  const right = await lab.cluster.get<{ data: { password: string } }>(path);
  const kubectl = (password: string) =>
    bed.kubectl("patch", "secret", "cassandra-temporal", "--type=merge", "--patch", JSON.stringify({ data: { password } }));
  succeeded(await kubectl(Buffer.from("not-the-password").toString("base64")));
  await fails({ temporal: { history: { logLevel: "warn" } } }, /password|Unauthorized|authentication|credentials/i);
  succeeded(await kubectl(right.data.password));
  stack.configure(DEV);
  succeeded(await stack.up());
  await bed.settled();
});

test("goes without a trace", async () => {
  succeeded(await stack.destroy());
  expect(await stack.resources()).toEqual([]);
});
