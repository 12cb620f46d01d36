import { REAL_DEV } from "../../ops/lib/demo-config";
import type { Lab } from "../e2e/support/lab";
import { Program } from "../e2e/support/program";
import { Stack } from "../e2e/support/stack";
import { until } from "../e2e/support/wait";
import { TEMPORAL_ROLES } from "../../components/temporal/roles";
import { realLab } from "../real/support/lab";
import { RealBed, type Pod } from "../real/support/real-bed";
import { record } from "./support/results";

/**
 * The start-up crash of the 2025 reports, reproduced: without the edge from the schema jobs to the servers, these start on an
 * unfinished schema and exit. The reports blamed stale volumes; here every volume is new.
 */

let lab: Lab;
let program: Program;
let bed: RealBed;
let stack: Stack;

beforeAll(async () => {
  lab = await realLab("race");
  program = new Program();
  program.edit("bed/engine.ts", /on\.after\(credentials, schema, visibility, record\)/, "on.after(credentials, roles)");
  stack = await new Stack(program, "race", lab.env).init(REAL_DEV);
  bed = new RealBed(lab, "race");
});

afterAll(async () => {
  await stack?.destroy();
  program?.remove();
  await lab?.down();
});

test("without the edge every server crashes, with the schema's version or its absence in its log", async () => {
  const up = stack.start("up", "--yes", "--non-interactive", "--skip-preview");
  const crashed = new Map<string, Set<string>>();
  await until("every server to have crashed", 240, async () => {
    for (const pod of (await bed.bed.pods()) as readonly Pod[]) {
      const role = TEMPORAL_ROLES.find((name) => pod.metadata.name.startsWith(`temporal-${name}-`));
      if (role === undefined || (pod.status.containerStatuses?.[0]?.restartCount ?? 0) === 0) continue;
      const { stdout } = await bed.kubectl("logs", "--previous", pod.metadata.name);
      const [said] = CAUSES.exec(stdout) ?? [];
      if (said !== undefined) crashed.set(role, (crashed.get(role) ?? new Set()).add(said.slice(0, 200)));
    }
    return crashed.size === TEMPORAL_ROLES.length ? true : undefined;
  });
  up.signal("SIGINT");
  await up.done.catch(() => undefined);
  up.reap();
  const words = Object.fromEntries([...crashed].map(([role, said]) => [`edge removed: ${role} exits with`, [...said]]));
  process.stdout.write(`\n${JSON.stringify(words, undefined, 2)}\n`);
  record("start-up race", words);
  expect([...crashed.keys()].sort()).toEqual([...TEMPORAL_ROLES].sort());
});

/** What a server says of a keyspace that is not there, without its tables, or with a schema that is not done. */
const CAUSES =
  /schema version compatibility check failed: [^"\\\n]*|[Kk]eyspace '?\w+'? does not exist|unconfigured table \w+|table \S+ does not exist/;
