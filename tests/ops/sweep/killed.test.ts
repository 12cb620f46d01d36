import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { csv } from "../../../ops/lib/sweep/report";
import { runFake, SETTINGS } from "./fake";

/** Starts the sweep and kills it once it has said so many steps; what it printed, and what ended it. */
function child(folder: string, killAfter: number): Promise<{ text: string; signal: NodeJS.Signals | null }> {
  const running = spawn(process.execPath, ["--import", "tsx", join(__dirname, "child.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  running.stdout.on("data", (part: Buffer) => {
    text += part.toString();
    if (text.length >= killAfter) running.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (_, signal) => resolve({ text, signal }));
  });
}

test("a sweep whose process is killed at a random moment and started again gives the table of one that ran through", async () => {
  const [folder, whole] = [mkdtempSync(join(tmpdir(), "sweep-")), mkdtempSync(join(tmpdir(), "sweep-"))];
  try {
    for (const at of [folder, whole]) writeFileSync(join(at, "Pulumi.fake.yaml"), SETTINGS);
    const moments = [5 + Math.floor(Math.random() * 20), 10 + Math.floor(Math.random() * 25)];
    for (const moment of moments) expect([moment, (await child(folder, moment)).signal]).toEqual([moment, "SIGKILL"]);
    const last = await child(folder, Infinity);
    expect(last.signal).toBeNull();
    expect(last.text.split("\n").slice(1).join("\n")).toBe(csv((await runFake({ folder: whole })).store.outcomes()));
    expect(readFileSync(join(folder, "Pulumi.fake.yaml"), "utf8")).toBe(SETTINGS);
    // Half-written files of killed processes are no results.
    expect(readdirSync(join(folder, "results", "runs")).filter((file) => file.endsWith(".json"))).toHaveLength(12);
  } finally {
    for (const at of [folder, whole]) rmSync(at, { recursive: true });
  }
}, 120_000);
