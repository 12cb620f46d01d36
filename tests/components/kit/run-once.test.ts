import fc from "fast-check";
import { giveUpAfter } from "../../../components/kit/job-time";
import { jobScript } from "../../../components/kit/run-once";
import { bedOf, runProgram } from "../../support/harness";
import { at } from "../../support/json";
import { containerOf, plainEnv } from "../../support/pods";
import { sandboxes } from "../../support/shell";

const sandbox = sandboxes();
const BACK_OFF = 10;

test("two tries and the pause between them fit the deadline of every job", () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 3600 }), (deadline) => {
      expect(2 * giveUpAfter(deadline) + BACK_OFF).toBeLessThan(deadline);
      expect(giveUpAfter(deadline)).toBeGreaterThan(0);
    }),
  );
});

describe("a script", () => {
  test("that succeeds says so and leaves no reason", () => {
    const ran = sandbox().run(jobScript("run first tool --do"), { fakes: { tool: "echo did it" } });
    expect(ran).toMatchObject({ status: 0, reason: "", calls: ["tool --do"] });
    expect(ran.output).toMatch(/^first \.\.\.\ndid it\ndone\n$/);
  });

  test("waits as long as it takes, once a second", () => {
    const ran = sandbox().run(jobScript('wait_for "the tool" tool ping'), {
      fakes: { tool: '[ "$(date +%s)" -ge 3 ] || { echo not yet; exit 1; }' },
    });
    expect(ran).toMatchObject({ status: 0, reason: "", seconds: 3 });
    expect(ran.calls).toHaveLength(4);
    expect(ran.output).toContain("the tool: ready after 3 s");
  });

  test("that waits in vain gives up in its time, with what it waited for and what it heard last", () => {
    const ran = sandbox().run(jobScript('wait_for "the tool" tool ping\nrun never tool'), {
      fakes: { tool: "echo connection refused; exit 1" },
      env: { GIVE_UP_AFTER: "5" },
    });
    expect(ran).toMatchObject({ status: 1, seconds: 5, reason: "gave up waiting for the tool after 5 s: connection refused" });
    expect(ran.calls).not.toContain("tool ");
  });

  test("that fails stops at once, with the reason", () => {
    const ran = sandbox().run(jobScript("run first tool one\nrun second tool two\nrun third tool three"), {
      fakes: { tool: 'case $1 in two) echo "no such keyspace" >&2; exit 3;; esac' },
    });
    expect(ran).toMatchObject({ status: 1, reason: "second failed: no such keyspace", calls: ["tool one", "tool two"], seconds: 0 });
    expect(ran.output).toContain("no such keyspace");
  });

  test("keeps the last lines of a long reason, and of a long line its beginning, as much as a termination message may hold", () => {
    const ran = sandbox().run(jobScript("run talk tool"), {
      fakes: { tool: 'i=0; while [ $i -lt 9 ]; do printf "line %d %0900d\\n" $i 0; i=$((i + 1)); done; exit 1' },
    });
    expect(ran.reason).toHaveLength(3000);
    expect(ran.reason).not.toContain("line 3");
    expect(ran.reason).toMatch(/line 8 0{593}$/);
  });

  test("that reads a variable nobody set fails", () => {
    expect(sandbox().run(jobScript('echo "$NOBODY"'), {}).status).not.toBe(0);
  });

  test("writes its reason where the kubelet looks for it", () => {
    expect(jobScript("")).toContain("> /dev/termination-log");
  });
});

describe("a job", () => {
  const jobs = ["cassandra-roles", "temporal-schema", "temporal-visibility", "temporal-namespaces", "load-check"];

  test("gives up before its object's deadline does", async () => {
    const bed = await runProgram("dev", { slices: { platform: { jobDeadlineSeconds: 100 } } });
    for (const name of jobs) {
      const job = bed.get("Job", name);
      expect(at(job.inputs, "spec.activeDeadlineSeconds")).toBe(100);
      expect(at(job.inputs, "spec.backoffLimit")).toBe(1);
      expect(plainEnv(containerOf(job))["GIVE_UP_AFTER"]).toBe("40");
    }
  });

  test.each(jobs)("%s outlives no engine time-out", async (name) => {
    const job = (await bedOf("dev")).get("Job", name);
    expect(Number.parseInt(job.customTimeouts.create, 10)).toBeGreaterThan(Number(at(job.inputs, "spec.activeDeadlineSeconds")));
    expect(job.customTimeouts.update).toBe(job.customTimeouts.create);
  });

  test.each(jobs)("%s has a fixed name, so there are never two of it", async (name) => {
    const job = (await bedOf("dev")).get("Job", name);
    expect(at(job.inputs, "metadata.name")).toBe(name);
    expect(job.deleteBeforeReplace).toBe(true);
    expect(at(job.inputs, "spec.podReplacementPolicy")).toBe("Failed");
  });

  test.each([
    ["cassandra-roles", "cassandra"],
    ["temporal-schema", "cassandra"],
    ["temporal-namespaces", "cassandra"],
    ["load-check", "cassandra"],
    ["temporal-visibility", "elasticsearch"],
  ])("%s runs again when the set %s is replaced", async (name, set) => {
    const bed = await bedOf("dev");
    expect(bed.get("Job", name).replaceWith).toEqual([bed.get("StatefulSet", set).urn]);
  });
});
