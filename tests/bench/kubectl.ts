import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Env } from "../e2e/support/process";
import { label, type Manifest } from "../checkers/manifests";
import { WORKLOADS } from "../e2e/support/declared-order";
import type { Steps } from "./steps";

/** The bed as kubectl brings it up: the same objects, and the same waits where the program waits. */

interface Step {
  readonly name: string;
  readonly file: string;
  readonly waits: readonly (readonly string[])[];
}

export class Kubectl {
  private readonly folder = mkdtempSync(join(tmpdir(), "testbed-bench-")); // 0700: the manifests hold passwords
  private readonly steps: readonly Step[];

  public constructor(
    private readonly env: Env,
    private readonly namespaces: readonly string[],
    objects: readonly Manifest[],
    steps: Steps,
  ) {
    this.steps = this.plan(objects, steps);
  }

  /** Seconds of each step. */
  public async up(): Promise<Record<string, number>> {
    const parts: Record<string, number> = {};
    for (const { name, file, waits } of this.steps) {
      const began = performance.now();
      await this.kubectl("apply", "-f", file);
      await Promise.all(waits.map((wait) => this.kubectl(...wait)));
      parts[name] = (performance.now() - began) / 1000;
    }
    return parts;
  }

  /** Deletes the namespaces, and waits until they are gone. */
  public async down(): Promise<number> {
    return this.timed("delete", "namespace", ...this.namespaces);
  }

  /** Creates objects that nobody else knows of. */
  public async add(objects: readonly Manifest[]): Promise<void> {
    await this.kubectl("create", "-f", this.write("added", objects));
  }

  /** Volumes go in the background, after their namespace. */
  public async settled(): Promise<void> {
    await this.kubectl("wait", "--for=delete", "persistentvolume", "--all", "--timeout=120s");
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private plan(objects: readonly Manifest[], steps: Steps): Step[] {
    const planned = new Set(Object.values(steps).flat());
    const workloads = new Map(objects.filter(({ kind }) => WORKLOADS.includes(kind)).map((object) => [label(object), object]));
    const strangers = [...workloads.keys()].filter((name) => !planned.has(name));
    const missing = [...planned].filter((name) => !workloads.has(name));
    if (strangers.length > 0 || missing.length > 0) {
      throw new Error(`the steps and what is rendered differ: ${[...strangers, ...missing].join(", ")}`);
    }
    const namespaces = objects.filter(({ kind }) => kind === "Namespace");
    const rest = objects.filter((object) => !namespaces.includes(object) && !workloads.has(label(object)));
    return [
      { name: "ground", file: this.write("namespaces", namespaces), waits: [] },
      { name: "ground, objects", file: this.write("rest", rest), waits: [] },
      ...Object.entries(steps).map(([name, members]) => ({
        name,
        file: this.write(
          name,
          members.flatMap((member) => workloads.get(member) ?? []),
        ),
        waits: members.map((member) => this.wait(member)),
      })),
    ];
  }

  private wait(member: string): string[] {
    const [kind = "", name = ""] = member.split(" ");
    const target = [`${kind.toLowerCase()}/${name}`, "--namespace", this.namespaces[0] ?? ""];
    return kind === "Job"
      ? ["wait", "--for=condition=complete", ...target, "--timeout=120s"]
      : ["rollout", "status", ...target, "--timeout=120s"];
  }

  private write(name: string, objects: readonly Manifest[]): string {
    const file = join(this.folder, `${name.replaceAll(/\W+/g, "-")}.json`);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    return file;
  }

  private async timed(...args: string[]): Promise<number> {
    const began = performance.now();
    await this.kubectl(...args);
    return (performance.now() - began) / 1000;
  }

  private async kubectl(...args: string[]): Promise<void> {
    const { code, text } = await run("kubectl", args, { cwd: this.folder, env: this.env });
    if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: exit code ${code}\n${text}`);
  }
}

/** What it costs to delete a namespace with nothing in it: the floor of every destroy. */
export async function deleteEmptyNamespace(env: Env): Promise<number> {
  const kubectl = async (...args: string[]) =>
    (await run("kubectl", [...args, "namespace", "bench-empty"], { cwd: tmpdir(), env })).seconds;
  await kubectl("create");
  return kubectl("delete");
}
