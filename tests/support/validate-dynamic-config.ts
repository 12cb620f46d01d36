import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./harness";

/** What the server says of one file: none when it is content. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/**
 * What `temporal-server validate-dynamic-config` says of many files, in one process. Its exit code says nothing: warnings leave it 0.
 * The server stops at a file that it cannot read and says nothing of it, so a file that it did not name is a finding too.
 * @returns file to its lines, "error: ..." or "warning: ..."; every file that was given is in it
 * @throws Error when the output has a line that belongs to no file
 */
export function validateDynamicConfig(files: readonly string[]): Findings {
  const server = execFileSync(path.join(ROOT, "lab/build.sh"), ["--which", "temporal-server"], { encoding: "utf8" }).trim();
  const { stdout, stderr } = spawnSync(server, ["validate-dynamic-config", ...files], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return findings(files, stdout, stderr);
}

/** The server's output, read: a line with a file's name starts what is said of it. */
export function findings(files: readonly string[], stdout: string, stderr = ""): Findings {
  const found = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const line of stdout.split("\n")) {
    if (files.includes(line)) found.set(line, (lines = []));
    else if (/^ {2}(error|warning): /.test(line)) lines?.push(line.trim());
    else if (line !== "" && lines !== undefined && lines.length > 0) lines.push(`${lines.pop() ?? ""} ${line.trim()}`);
    else if (line !== "") throw new Error(`validate-dynamic-config said what this test does not understand: ${line}`);
  }
  const silent = `error: not validated ${stderr.trim()}`.trim();
  return new Map(files.map((file) => [file, found.get(file) ?? [silent]]));
}

/** The same for texts that are no files yet. @returns lines of each text, in order */
export function validateTexts(texts: readonly string[]): (readonly string[])[] {
  const folder = mkdtempSync(path.join(tmpdir(), "testbed-dynamic-config-"));
  try {
    const files = texts.map((text, index) => {
      const file = path.join(folder, `${index}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const said = validateDynamicConfig(files);
    return files.map((file) => said.get(file) ?? []);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
