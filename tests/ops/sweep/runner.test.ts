import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Interrupted } from "../../../ops/lib/fail";
import { lockStack } from "../../../ops/lib/sweep/lock";
import { OwnSettings } from "../../../ops/lib/sweep/own-settings";
import { fingerprint } from "../../../ops/lib/sweep/points";
import { csv } from "../../../ops/lib/sweep/report";
import { withKnobs } from "../../../ops/lib/sweep/settings";
import { EXPERIMENT, NEVER, runFake, SETTINGS, type FakeArgs, type Ran } from "./fake";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "sweep-"));
  folders.push(made);
  writeFileSync(join(made, "Pulumi.fake.yaml"), SETTINGS);
  return made;
}

const settings = (at: string) => readFileSync(join(at, "Pulumi.fake.yaml"), "utf8");
const table = ({ store }: Ran) => csv(store.outcomes());

/** A process that is killed at one of its steps: from then on nothing that it does reaches the world. */
class Killed extends Error {}
function killedAt(step: number): (what: string) => void {
  let steps = 0;
  return () => {
    steps += 1;
    if (steps >= step) throw new Killed();
  };
}

/** Steps that a sweep takes which nobody kills. */
async function stepsOf(args: Omit<FakeArgs, "folder">): Promise<{ steps: number; table: string }> {
  let steps = 0;
  const ran = await runFake({ ...args, folder: folder(), step: () => (steps += 1) });
  return { steps, table: table(ran) };
}

describe("a sweep", () => {
  test("measures every point as often as asked, in its order, and leaves the settings as they were", async () => {
    const at = folder();
    const ran = await runFake({ folder: at });
    const outcomes = ran.store.outcomes();
    expect(outcomes.map(({ point, repetition }) => `${point}-${repetition}`)).toEqual([
      "1-1",
      "1-2",
      "2-1",
      "2-2",
      "3-1",
      "3-2",
      "4-1",
      "4-2",
      "5-1",
      "5-2",
      "6-1",
      "6-2",
    ]);
    expect(outcomes.map(({ measured }) => measured?.perSecond)).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 10, 10, 10, 10]);
    expect(settings(at)).toBe(SETTINGS);
    expect(existsSync(join(at, "before.json"))).toBe(false);
  });

  test("waits for a limit once per point, and predicts with what was idle taken off", async () => {
    const waits: string[] = [];
    const ran = await runFake({ folder: folder(), step: (what) => (what === "in force" ? waits.push(what) : undefined) });
    expect(waits).toHaveLength(6);
    expect(ran.store.outcomes().map(({ lag }) => lag)).toEqual(Array.from({ length: 6 }, () => [70, undefined]).flat());
    const [first] = ran.store.outcomes();
    // 30 calls/s of matching, 3 of them idle, 6 per workflow.
    expect(first?.predicted.perSecond).toBeCloseTo(4.5);
    expect(ran.store.idle()).toEqual({ frontend: 1, history: 2, matching: 3 });
  });

  test("killed at any step, once or more, and run again: the table of one that ran through, and the settings as they were", async () => {
    const through = await stepsOf({});
    const kill = fc.integer({ min: 1, max: through.steps });
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 4 }), async (kills) => {
        const at = folder();
        for (const step of kills) {
          await runFake({ folder: at, step: killedAt(step) }).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
          // Whatever a killed sweep has left, the stack's own settings are known.
          expect(new OwnSettings(join(at, "Pulumi.fake.yaml"), join(at, "before.json")).text()).toBe(SETTINGS);
        }
        const ran = await runFake({ folder: at });
        expect(table(ran)).toBe(through.table);
        expect(settings(at)).toBe(SETTINGS);
        expect(existsSync(join(at, "before.json"))).toBe(false);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test("does nothing twice: a run that is kept is not measured again", async () => {
    const at = folder();
    await runFake({ folder: at });
    const steps: string[] = [];
    await runFake({ folder: at, step: (what) => steps.push(what) });
    expect(steps.filter((step) => step === "measure")).toEqual([]);
  });
});

describe("a run that fails", () => {
  const fails: FakeArgs["fails"] = ({ matching }) => matching === 60;

  test("is kept as failed with its reason, the others are measured, and it is tried again only when asked", async () => {
    const at = folder();
    const ran = await runFake({ folder: at, fails });
    expect(ran.failed).toBe(4);
    expect(ran.store.outcomes().flatMap(({ point, failed }) => (failed === undefined ? [] : [`${point}: ${failed}`]))).toEqual([
      "2: no workflow completed",
      "2: no workflow completed",
      "5: no workflow completed",
      "5: no workflow completed",
    ]);
    expect(settings(at)).toBe(SETTINGS);
    expect((await runFake({ folder: at })).store.outcomes().filter(({ failed }) => failed !== undefined)).toHaveLength(4);
    const again = await runFake({ folder: at, retryFailed: true });
    expect(table(again)).toBe((await stepsOf({})).table);
  });

  test("three times in a row ends the sweep: the rest is left for another time", async () => {
    const at = folder();
    const ran = await runFake({ folder: at, fails: () => true });
    expect(ran.gaveUp).toBe("3 runs in a row have failed; 9 were not begun");
    expect(ran.store.outcomes()).toHaveLength(3);
    expect(settings(at)).toBe(SETTINGS);
  });
});

test("Ctrl-C: the run in hand is not kept, the settings stand as they were, and the next sweep goes on", async () => {
  const at = folder();
  const controller = new AbortController();
  let measures = 0;
  const step = (what: string) => {
    if (what !== "measure") return;
    measures += 1;
    if (measures < 5) return;
    controller.abort();
    throw new Interrupted("stopped");
  };
  const stop = { ...NEVER, signal: controller.signal };
  await expect(runFake({ folder: at, stop, step })).rejects.toThrow(Interrupted);
  expect(settings(at)).toBe(SETTINGS);
  const again: string[] = [];
  const ran = await runFake({ folder: at, step: (what) => (what === "measure" ? again.push(what) : undefined) });
  expect(again).toHaveLength(12 - 4);
  expect(table(ran)).toBe((await stepsOf({})).table);
});

describe("results of another experiment", () => {
  test("are refused by name, and forgotten when asked", async () => {
    const at = folder();
    const { store, checked } = await runFake({ folder: at });
    await expect(runFake({ folder: at, text: EXPERIMENT.replace("10s", "20s") })).rejects.toThrow(
      /another experiment of this name[\s\S]*--fresh/,
    );
    const head = { fingerprint: fingerprint("other"), began: "now" };
    expect(store.open(head, true)).toEqual([]);
    expect(fingerprint(checked.base)).not.toBe(head.fingerprint);
  });

  test("are no others for a comment or the order of keys, but for the order of the grid", () => {
    expect(fingerprint({ a: 1, b: 2 })).toBe(fingerprint({ b: 2, a: 1 }));
    expect(fingerprint({ grid: { a: 1, b: 2 } })).not.toBe(fingerprint({ grid: { b: 2, a: 1 } }));
  });
});

describe("settings", () => {
  test("get the knobs, and keep salt, secrets and all else", () => {
    const text = withKnobs(SETTINGS, {
      "temporal.limits.matching.rps": 7,
      "temporal.limits.namespaces.a.b.rps": 8,
      "temporal.dynamicConfig.frontend.rps": [{ value: 1 }],
    });
    expect(text).toContain("secure: v1:abc:def");
    expect(text).toContain("encryptionsalt: v1:salt");
    expect(text).toMatch(/history:\n\s+rps: 5000/);
    expect(text).toMatch(/matching:\n\s+rps: 7/);
    expect(text).toMatch(/a\.b:\n\s+rps: 8/);
    expect(text).toMatch(/frontend\.rps:\n\s+- value: 1/);
  });

  test("that somebody edited during a sweep are kept beside those that are put back", () => {
    const at = folder();
    const file = join(at, "Pulumi.fake.yaml");
    const own = new OwnSettings(file, join(at, "before.json"));
    own.change("small", "changed: true\n");
    expect(own.changedFor()).toBe("small");
    writeFileSync(file, "edited: true\n");
    expect(readFileSync(own.putBack() ?? "", "utf8")).toBe("edited: true\n");
    expect(settings(at)).toBe(SETTINGS);
    own.change("small", "changed: true\n");
    expect(own.putBack()).toBeUndefined();
  });
});

describe("the lock of a stack", () => {
  test("is held by one process, given back, and taken over from one that is gone", () => {
    const file = join(folder(), "fake.lock");
    const unlock = lockStack(file, "fake");
    expect(() => lockStack(file, "fake")).toThrow(new RegExp(`being swept by process ${process.pid}`));
    unlock();
    expect(existsSync(file)).toBe(false);
    for (const gone of [
      JSON.stringify({ pid: 2 ** 30, started: "1", since: "" }),
      JSON.stringify({ pid: process.pid, started: "1", since: "" }),
      "{ half",
    ]) {
      writeFileSync(file, gone);
      lockStack(file, "fake")();
    }
    expect(existsSync(file)).toBe(false);
  });
});
