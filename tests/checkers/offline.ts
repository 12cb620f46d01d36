import { join } from "node:path";
import type { Env } from "../e2e/support/process";
import { command } from "./command";
import type { Checker } from "./findings";
import { objectOf, readManifests } from "./manifests";

/** Checkers that need nothing but the manifests. */

/** The version that the lab runs; the oldest supported one has the same fields of what the bed uses. */
const KUBERNETES = "1.34";

/** The API's own schemas, strict: a field that no object has is an error. */
export function kubernetesValidate(tool: string, env: Env): Checker {
  const name = "kubernetes-validate";
  return {
    name,
    async check(layer, folder) {
      const manifests = readManifests(folder);
      const { code, text } = await command(tool, ["-k", KUBERNETES, "--strict", "--quiet", ...manifests.keys()], { env, cwd: folder });
      const lines = text.split("\n").filter((line) => /^(ERROR|WARN)/.test(line));
      if (code !== 0 && lines.length === 0) throw new Error(`${name} failed without a finding:\n${text.slice(-2000)}`);
      return lines.map((line) => {
        const file = line.split(" ")[1] ?? "";
        return { checker: name, layer, object: objectOf(manifests.get(file)), rule: name, text: line };
      });
    },
  };
}

/** The part of kube-score's output that is read. A grade of 10 is a pass, 5 a warning, 1 critical. */
interface Scored {
  /** `Deployment/apps/v1/namespace/name`. */
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

export function kubeScore(tool: string, env: Env): Checker {
  const name = "kube-score";
  return {
    name,
    async check(layer, folder) {
      const files = readManifests(folder).keys();
      const args = ["score", "--kubernetes-version", `v${KUBERNETES}`, "--output-format", "json", ...files];
      const { stdout } = await command(tool, args, { env, cwd: folder });
      return (JSON.parse(stdout) as Scored[]).flatMap(({ object_name, checks }) =>
        checks
          .filter(({ grade, skipped }) => !skipped && grade < 10)
          .map(({ check, comments }) => ({
            checker: name,
            layer,
            object: object_name.replace(/^(\w+)\/.*\/([^/]*\/[^/]*)$/, "$1 $2"),
            rule: check.id,
            text: (comments ?? []).map(({ path, summary }) => (path === "" ? summary : `${path}: ${summary}`)).join("; "),
          })),
      );
    },
  };
}

interface Checkov {
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly check_name: string; readonly file_path: string }[];
    readonly parsing_errors?: readonly string[];
  };
}

export function checkov(tool: string, env: Env): Checker {
  const name = "checkov";
  const args = ["--framework", "kubernetes", "--skip-download", "--quiet", "--compact", "--output", "json", "--directory", "."];
  return {
    name,
    async check(layer, folder) {
      const manifests = readManifests(folder);
      const { stdout } = await command(tool, args, { env: { ...env, LOG_LEVEL: "ERROR" }, cwd: folder });
      const { results } = JSON.parse(stdout) as Partial<Checkov>;
      if (results === undefined) throw new Error(`${name} saw no manifest: ${stdout.slice(0, 500)}`);
      const object = (path: string) => objectOf(manifests.get(join(path).replace(/^\//, "")));
      return [
        ...results.failed_checks.map(({ check_id, check_name, file_path }) => ({
          checker: name,
          layer,
          object: object(file_path),
          rule: check_id,
          text: check_name,
        })),
        ...(results.parsing_errors ?? []).map((path) => ({
          checker: name,
          layer,
          object: object(path),
          rule: "parsing",
          text: "not understood",
        })),
      ];
    },
  };
}
