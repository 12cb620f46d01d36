import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack, succeeded } from "../e2e/support/stack";
import { inNode, realLab } from "../real/support/lab";
import { RealBed } from "../real/support/real-bed";
import { cql } from "../real/support/servers";
import { record } from "./support/results";

/** A kept Cassandra whose disk is full when it starts: the `up` ends in its deadline and names the cause, and room on the disk heals it. */

const KEPT = {
  ...REAL_DEV,
  cassandra: { storage: { whenDeleted: "Retain" } },
  elasticsearch: { storage: { whenDeleted: "Retain" } },
  platform: { podDeadlineSeconds: 40, jobDeadlineSeconds: 60, unprotectSets: true },
};
/** Of the engine for the set: the pod's 40 s, two minutes more, in whole minutes. */
const DEADLINE = 180;

let lab: Lab;
let program: Program;
let stack: Stack;
let bed: RealBed;
/** Where the store's files are, in the node. */
let disk: string | undefined;

beforeAll(async () => {
  lab = await realLab("full");
  program = new Program();
  stack = await new Stack(program, "full", lab.env).init(KEPT);
  bed = new RealBed(lab, "full");
  succeeded(await stack.up());
});

afterAll(async () => {
  await stack?.destroy("--exclude-protected");
  if (disk !== undefined) await inNode(lab, `umount ${disk} || true`);
  // The stores are kept on purpose; they go with the lab, or here when others go on using it.
  for (const name of bed === undefined ? [] : [bed.namespace, `${bed.namespace}-indexers`])
    await lab.cluster.remove(`/api/v1/namespaces/${name}`).catch(() => undefined);
  program?.remove();
  await lab?.down();
});

test("the cause is in the text, and room on the disk heals it", async () => {
  const claim = await lab.cluster.get<{ spec: { volumeName: string } }>(
    `/api/v1/namespaces/${bed.namespace}/persistentvolumeclaims/data-cassandra-0`,
  );
  const volume = await lab.cluster.get<{ spec: { local: { path: string } } }>(`/api/v1/persistentvolumes/${claim.spec.volumeName}`);
  disk = volume.spec.local.path;
  const rows = () => cql(bed, "SELECT name, id FROM temporal.namespaces");
  const before = await rows();

  // The `up` below makes the set anew: the lab's provider does not wait for one that is only rolled (lab/README.md).
  succeeded(await stack.destroy("--exclude-protected"));
  // The store's files move to a small disk in the place of theirs, which is then filled to the last block.
  await inNode(lab, `mount -t tmpfs -o size=1g tmpfs /mnt; cp -a ${disk}/. /mnt; mount --bind /mnt ${disk}; umount /mnt`);
  await inNode(lab, `! dd if=/dev/zero of=${disk}/full bs=4096 2>/dev/null`);
  const { code, text, seconds } = await stack.up();
  const said = /no room for [^\n]*: the disk is full/.exec(text)?.[0];
  record("full disk", { "up ended after, seconds": Math.round(seconds), said: said ?? text.slice(-400) });
  expect(code).not.toBe(0);
  expect(text).toContain("No space left on device");
  expect(said).toContain("/var/lib/cassandra");
  expect(seconds).toBeLessThan(DEADLINE + 30);

  await inNode(lab, `rm ${disk}/full`);
  // The kubelet's back-off has grown to minutes by now.
  await bed.deletePod("cassandra-0", 0);
  const healed = succeeded(await stack.up());
  record("full disk", { "with room, up took, seconds": Math.round(healed.seconds) });
  await bed.settled();
  expect(await rows()).toEqual(before);
});
