import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";

/** Makes docs/soak.md and docs/soak.json of the last `make soak`. */

const ROOT = join(__dirname, "..", "..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

function main(): void {
  const source = ".testbed/soak/results.json";
  if (!existsSync(join(ROOT, source))) throw new Error(`${source} is not there: run \`make soak\` first`);
  const results = JSON.parse(read(source)) as Record<string, Record<string, unknown>>;
  const base = load(read("values/base.yaml")) as Record<string, Record<string, { repository: string; tag: string }>>;
  const images = [base["cassandra"]?.["image"], base["elasticsearch"]?.["image"], base["temporal"]?.["image"], base["load"]?.["image"]];
  const versions = images.map((image) => `${image?.repository.split("/").at(-1)} ${image?.tag}`).join(", ");
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(join(ROOT, "docs/soak.json"), `${JSON.stringify({ date, versions, results }, undefined, 2)}\n`);
  const sections = Object.entries(results).map(
    ([name, result]) =>
      `## ${name}\n\n| what | result |\n|---|---|\n${Object.entries(result)
        .map(([key, value]) => `| ${key} | ${cell(value)} |`)
        .join("\n")}\n`,
  );
  writeFileSync(
    join(ROOT, "docs/soak.md"),
    `# Soak\n\nWritten by \`make soak\` on ${date}, on two cores, with the images that the values pin (${versions}) as the lab builds them; see lab/images/README.md for what differs from upstream.\n\n${sections.join("\n")}`,
  );
}

function cell(value: unknown): string {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const text = list.map((item) => (typeof item === "string" ? item : JSON.stringify(item))).join(", ");
  return (text === "" ? "none" : text).replaceAll("|", "\\|").replaceAll("\n", " ");
}

main();
