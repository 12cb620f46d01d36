import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { realLab, withNode } from "../real/support/lab";
import { RealBed } from "../real/support/real-bed";
import { record } from "./support/results";

/** A store whose disk is full when it starts: the `up` that restarts it ends in its deadline with the store's own words. */

const DEV = { ...REAL_DEV, platform: { podDeadlineSeconds: 40, jobDeadlineSeconds: 60 } };

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;

beforeAll(async () => {
  lab = await realLab("full");
  program = new Program();
  stack = await new Stack(program, "full", lab.env).init(DEV);
  bed = new RealBed(lab, "full");
  succeeded(await stack.up());
});

afterAll(async () => {
  await stack?.destroy();
  program?.remove();
  await lab?.down();
});

test("the cause is in the text, and room on the disk heals it", async () => {
  const claim = await lab.cluster.get<{ spec: { volumeName: string } }>(
    `/api/v1/namespaces/${bed.namespace}/persistentvolumeclaims/data-cassandra-0`,
  );
  const volume = await lab.cluster.get<{ spec: { local: { path: string } } }>(`/api/v1/persistentvolumes/${claim.spec.volumeName}`);
  const inNode = (script: string) => withNode(lab, `nsenter -t "$(node_pid)" --mount --root sh -c '${script}'`);
  const path = volume.spec.local.path;
  // A small disk over the real one, filled to the last block.
  await inNode(`mount -t tmpfs -o size=1m,mode=777 tmpfs ${path} && dd if=/dev/zero of=${path}/full bs=4096 2>/dev/null || true`);
  stack.configure({ ...DEV, cassandra: { concurrentReads: 24 } });
  const { code, text, seconds } = await stack.up();
  await inNode(`umount -l ${path}`);
  const said = /[^\n]*(No space left on device|FSWriteError|FSError|Unable to create|cannot create)[^\n]*/i.exec(text)?.[0]?.trim();
  record("full disk", { "up ended after, seconds": Math.round(seconds), said: said ?? text.slice(-400) });
  expect(code).not.toBe(0);
  expect(said).toBeDefined();

  await bed.deletePod("cassandra-0", 0);
  succeeded(await stack.up());
  await bed.settled();
});
