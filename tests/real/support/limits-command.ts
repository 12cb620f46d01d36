import { hostRpsLimit } from "../../../ops/lib/limits/seen";
import { ROOT } from "../../e2e/support/engine";
import { run } from "../../e2e/support/process";
import { until } from "../../e2e/support/wait";
import { metrics } from "./servers";
import type { RealBed } from "./real-bed";

/** A bed, where its stack's settings are, and how to set its limits on top of them: with one `up`. */
export interface Edited {
  readonly bed: RealBed;
  readonly folder: string;
  readonly edit: (limits: object) => Promise<void>;
}

/** What the command says of one limit. */
interface Said {
  readonly knob: string;
  readonly service: string;
  readonly state: string;
  readonly configured: unknown;
  readonly rendered: unknown;
  readonly configMap: unknown;
  readonly inForce: readonly unknown[];
  readonly by: readonly string[];
  readonly since: string | null;
  readonly worstCaseLagSeconds: number;
  readonly waitSeconds: number | null;
  readonly pods: readonly { readonly mounted: unknown; readonly read: unknown }[];
}

const LIMITS = {
  frontend: { rps: 1900 },
  matching: { rps: 1100, persistenceMaxQps: 2900 },
  taskQueues: [{ taskQueue: "nobody", writePartitions: 3 }],
};

/** `npm run limits` on a bed whose limits are edited. @param editedOf the bed, once it is up; its pods are as they were afterwards */
export function limitsTests(editedOf: () => Edited): void {
  describe("npm run limits", () => {
    test("follows an edit from waiting to in force, as the servers' own gauge has it, and back", async () => {
      const { bed, edit } = editedOf();
      const before = await bed.uids();
      await edit(LIMITS);
      const began = Date.now();
      const early = await said(editedOf());
      // Nothing tells of this limiter: it is given its minute from the moment at which its server has read the file.
      expect(early.of("matching.rps")).toMatchObject({ ...{ state: "waiting", configured: 1100, rendered: 1100, configMap: 1100 } });
      expect(early.code).toBe(2);
      const promised = early.of("matching.rps").waitSeconds ?? 0;

      const late = await until("every limit to be in force", promised + 20, async () => {
        const now = await said(editedOf());
        return now.code === 2 ? undefined : now;
      });
      const seconds = (Date.parse(late.of("matching.rps").since ?? "") - began) / 1000;
      process.stdout.write(`\nnpm run limits: all in force after ${seconds.toFixed(0)} s, at most ${promised} s promised\n${late.table}\n`);
      expect(late.code).toBe(0);
      expect(late.of("frontend.rps")).toMatchObject({ state: "in force", inForce: [1900], by: ["gauge"] });
      expect(await gauges(bed)).toEqual([1900]);
      expect(late.of("matching.rps")).toMatchObject({ state: "in force", inForce: [1100], by: ["unseen"] });
      expect(late.of("matching.persistenceMaxQps")).toMatchObject({ inForce: [2900] });
      expect(["in force", "next call"]).toContain(late.of("matching.persistenceMaxQps").state);
      expect(late.of("taskQueues[0].writePartitions", "matching")).toMatchObject({ state: "in force", inForce: [3], by: ["partitions"] });
      for (const { pods, configured } of ["frontend.rps", "matching.rps"].map((knob) => late.of(knob))) {
        expect(pods.map(({ mounted, read }) => ({ mounted, read }))).toEqual(pods.map(() => ({ mounted: configured, read: configured })));
      }

      await edit({});
      const restored = await until("the default to be in force again", promised + 20, async () => {
        const now = (await said(editedOf())).of("frontend.rps");
        return now.state === "default" && now.by.includes("gauge") ? now : undefined;
      });
      expect(restored).toMatchObject({ configured: null, configMap: null, inForce: [2400] });
      expect(await gauges(bed)).toEqual([2400]);
      expect(await bed.uids()).toEqual(before);
    });

    test("says that it does not know the settings where their file is not at hand", async () => {
      const { stdout, code } = await command(editedOf().bed, "--config", `${ROOT}/tests`);
      expect(stdout).toMatch(/set: unknown here: there is no Pulumi\.\w+\.yaml in/);
      expect([0, 2]).toContain(code);
    });
  });
}

function command(bed: RealBed, ...more: string[]) {
  const args = ["--import", "tsx", "ops/limits.ts", "--stack", bed.stack, ...more];
  return run("node", args, { cwd: ROOT, env: bed.lab.env, seconds: 60 });
}

async function said({ bed, folder }: Edited) {
  const { stdout, code, text } = await command(bed, "--config", folder, "--json");
  if (!stdout.startsWith("{")) throw new Error(text);
  const { limits } = JSON.parse(stdout) as { limits: readonly Said[] };
  const of = (knob: string, service?: string): Said => {
    const found = limits.find((each) => each.knob === `temporal.limits.${knob}` && (service ?? each.service) === each.service);
    if (found === undefined) throw new Error(`nothing is said of ${knob}: ${limits.map((each) => each.knob).join(", ")}`);
    return found;
  };
  const table = limits.map((each) => `  ${each.knob} ${each.service}: ${each.state}, ${each.by.join()}, since ${each.since}`).join("\n");
  return { code, of, table };
}

/** The frontends' own gauge, once for each value. */
async function gauges(bed: RealBed): Promise<(number | undefined)[]> {
  const pods = await bed.pods("temporal-frontend");
  const values = await Promise.all(pods.map(async ({ status }) => hostRpsLimit(await metrics(status.podIP, 9090))));
  return [...new Set(values)];
}
