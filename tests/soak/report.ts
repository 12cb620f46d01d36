import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { LIMITS_FILE } from "./support/results";
import type { Result } from "./support/watch";
import type { Seen } from "./support/bites";

/** Makes docs/soak.md and docs/soak.json of the last `make soak`. What it did not run stays as it is there, with its own date. */

interface Part {
  readonly date: string;
  readonly result: Readonly<Record<string, unknown>>;
}

interface Limits {
  readonly date: string;
  readonly results: readonly Result[];
}

const ROOT = join(__dirname, "..", "..");
const PAGE = "docs/soak.json";
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

function main(): void {
  const source = ".testbed/soak/results.json";
  if (!existsSync(join(ROOT, source))) throw new Error(`${source} is not there: run \`make soak\` first`);
  const results = JSON.parse(read(source)) as Record<string, Record<string, unknown>>;
  const base = load(read("values/base.yaml")) as Record<string, Record<string, { repository: string; tag: string }>>;
  const images = [base["cassandra"]?.["image"], base["elasticsearch"]?.["image"], base["temporal"]?.["image"], base["load"]?.["image"]];
  const versions = images.map((image) => `${image?.repository.split("/").at(-1)} ${image?.tag}`).join(", ");
  const date = new Date().toISOString().slice(0, 10);
  const before = existsSync(join(ROOT, PAGE))
    ? (JSON.parse(read(PAGE)) as { parts: Record<string, Part>; limits?: Limits })
    : { parts: {} };
  const now = Object.entries(results).map(([name, result]) => [name, { date, result }] as const);
  const parts = { ...before.parts, ...Object.fromEntries(now) };
  const limits: Limits | undefined = existsSync(LIMITS_FILE)
    ? { date, results: JSON.parse(readFileSync(LIMITS_FILE, "utf8")) as Result[] }
    : before.limits;
  writeFileSync(join(ROOT, PAGE), `${JSON.stringify({ versions, parts, limits }, undefined, 2)}\n`);
  const sections = Object.entries(parts).map(
    ([name, part]) =>
      `## ${name}\n\nOf ${part.date}.\n\n| what | result |\n|---|---|\n${Object.entries(part.result)
        .map(([key, value]) => `| ${key} | ${cell(value)} |`)
        .join("\n")}\n`,
  );
  const head = `# Soak\n\nWhat the tests of \`make soak\` measured, each part when it last ran, on two cores that were shared with other work, with the images that the values pin (${versions}) as the lab builds them; see lab/images/README.md for what differs from upstream.\n\n`;
  writeFileSync(join(ROOT, "docs/soak.md"), `${head}${sections.join("\n")}${limits === undefined ? "" : limitsText(limits)}`);
}

/** What each limit did to running servers. */
function limitsText({ date, results }: Limits): string {
  const counts = (seen: Seen | string) =>
    typeof seen === "string" ? seen : `${seen.through} of ${seen.offered} through in ${seen.seconds.toFixed(1)} s, ${seen.counted} counted`;
  const seen = results.map(
    ({ knob, means, counter, low, raised, ...lag }) =>
      `| \`${knob}\` | ${lag["lag on"]} | ${cell(counts(low))} | ${lag["lag off"]} | ${cell(counts(raised))} | ${cell(means)} | ${counter === "" ? "the calls themselves" : `\`${cell(counter)}\``} |\n`,
  );
  const table = `| limit | on after, s | low | off after, s | raised | means | counted by the server |\n|---|---|---|---|---|---|---|\n${seen.join("")}`;
  return `\n## limits\n\nOf ${date}. Set low by stack config while the servers run, then raised again; no pod restarted. Seconds are from the end of \`up\` to the end of the first round of calls that shows it, so they hold the kubelet's refresh, the servers' poll of the file and, for rates, up to a minute of the limiter. A round is calls at the same time, or work for a given time.\n\n${table}\nA dispatch rate holds for the task queues that are in memory when it changes: a server that loads a queue later does not apply it (service/matching/ratelimit_manager.go of Temporal 1.31.2, newRateLimitManager), so those rows use a queue that was loaded before.\n`;
}

function cell(value: unknown): string {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const text = list.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join(", ");
  return (text === "" ? "none" : text).replaceAll("|", "\\|").replaceAll("\n", " ");
}

main();
