import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { everyImageNamed, REAL_DEV } from "../../ops/lib/demo-config";
import { ROOT } from "../e2e/support/engine";
import { labUp, type Lab } from "../e2e/support/lab";
import { stopCommands } from "./bed";
import { deleteEmptyNamespace } from "./kubectl";
import { LEVERS } from "./levers";
import { previews, rounds, withObjects, withoutLever, type Round, type Subject } from "./measure";
import { one, series } from "./numbers";
import { readOptions, type Options } from "./options";
import { stepsOf } from "./steps";
import { breakdown, destroyRow, markdown, missed, upRow, type Breakdown, type Report, type Row } from "./report";

/** Seconds above kubectl, and seconds of a preview without a change. */
const TARGETS = { up: { target: 8 }, realUp: { ratio: 1.3 }, whole: 15, destroy: 8, preview: 2 };

/** Every figure is of one run on one control plane, so that ratios hold whatever the machine does beside it. */
async function bench(lab: Lab, options: Options): Promise<Report> {
  const config = options.real ? REAL_DEV : everyImageNamed("dev");
  const { env } = lab;
  const subject = { env, config, steps: await stepsOf(config) };
  const { repeat, extra, only } = options;
  const rows: Row[] = [];
  const breakdowns: Breakdown[] = [];
  const wants = (name: Options["only"][number]) => only.includes(name);
  const parts = (what: string, found: readonly Round[]) =>
    breakdowns.push(
      breakdown(
        `kubectl: ${what}`,
        found.map(({ apply }) => apply),
      ),
      breakdown(
        `up: ${what}`,
        found.map(({ up }) => up),
      ),
      breakdown(
        `destroy: ${what}`,
        found.map(({ destroy }) => destroy),
      ),
    );

  if (wants("up")) {
    const found = await rounds(subject, repeat, (text) => tell(`dev: ${text}`));
    rows.push(
      upRow("up / apply, dev", found, options.real ? TARGETS.realUp : TARGETS.up),
      destroyRow("destroy / delete namespaces, dev", found, TARGETS.whole),
    );
    parts("dev", found);
    rows.push({
      what: "floor: delete of an empty namespace, by kubectl",
      program: series([await deleteEmptyNamespace(env), await deleteEmptyNamespace(env), await deleteEmptyNamespace(env)]),
    });
  }
  if (wants("extra")) {
    const found = await rounds(subject, repeat, (text) => tell(`${extra} objects beside the stack: ${text}`), { foreign: extra });
    rows.push(destroyRow(`destroy / delete namespaces, ${extra} objects beside the stack`, found, TARGETS.destroy));
  }
  if (wants("stack")) {
    const found = await rounds(subject, repeat, (text) => tell(`${extra} objects in the stack: ${text}`), { lever: withObjects(extra) });
    rows.push(upRow(`up / apply, ${extra} objects in the stack`, found, TARGETS.up));
    rows.push(destroyRow(`destroy / delete namespaces, ${extra} objects in the stack`, found, TARGETS.destroy));
  }
  if (wants("preview")) {
    const found = await previews(subject, repeat * 2, tell);
    rows.push({ what: "preview without a change", program: series(found.bed.map(({ seconds }) => seconds)), target: TARGETS.preview });
    rows.push({ what: "floor: preview of a program without a resource", program: series(found.empty) });
    breakdowns.push(breakdown("preview", found.bed));
  }
  return { machine: machine(options.real), rows, breakdowns, levers: options.levers ? await levers(subject, extra) : [] };
}

async function levers(subject: Subject, extra: number): Promise<Report["levers"]> {
  const found: { name: string; up: number; destroy: number }[] = [];
  for (const lever of LEVERS) {
    const { up, destroy } = await withoutLever(subject, [withObjects(extra), lever]);
    found.push({ name: `${extra} objects in the stack, ${lever.name}`, up: up.seconds, destroy: destroy.seconds });
    tell(`${lever.name}: up ${one(up.seconds)} s, destroy ${one(destroy.seconds)} s`);
  }
  return found;
}

function machine(real: boolean): string {
  const [load = 0] = loadavg();
  return `${cpus().length} cores, load ${load.toFixed(1)} at the end, Node ${process.versions.node}, Kubernetes 1.34 with ${real ? "a real node and real servers" : "simulated nodes"}.`;
}

function tell(text: string): void {
  console.log(text);
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  tell("starting a control plane ...");
  const lab = await labUp("bench", options.real ? "--real" : "");
  const stop = () =>
    void stopCommands()
      .then(() => lab.down())
      .finally(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    const report = await bench(lab, options);
    const text = markdown(report);
    console.log(`\n${text}`);
    const name = options.real ? "bench-real" : "bench";
    mkdirSync(join(ROOT, "docs"), { recursive: true });
    writeFileSync(
      join(ROOT, "docs", `${name}.md`),
      `# Speed, side by side with kubectl\n\nWritten by \`tests/bench/run.sh${options.real ? " --real" : ""}\`; do not edit.\n\n${text}`,
    );
    writeFileSync(join(ROOT, "docs", `${name}.json`), `${JSON.stringify(report, null, 1)}\n`);
    const late = report.rows.filter(missed);
    console.log(late.length === 0 ? "every target is met" : `missed: ${late.map(({ what }) => what).join("; ")}`);
    return late.length === 0 ? 0 : 1;
  } finally {
    await lab.down();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
