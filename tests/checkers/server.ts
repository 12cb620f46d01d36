import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../e2e/support/lab";
import { until } from "../e2e/support/wait";
import { command } from "./command";
import type { Checker, Finding } from "./findings";
import { objectOf, readManifests, type Manifest } from "./manifests";

/** What a real API server says: its own validation, and Pod Security in the bed's namespaces. Nothing is stored but these. */

/** Creates the namespaces of a layer as they are, so that the others can be tried in them. */
export async function createNamespaces(lab: Lab, folder: string): Promise<void> {
  const namespaces = [...readManifests(folder)].filter(([, { kind }]) => kind === "Namespace");
  for (const [file, { metadata }] of namespaces) {
    await command("kubectl", ["apply", "-f", join(folder, file)], { env: lab.env, cwd: folder, allowed: [0] });
    // A pod is refused until the controller has made the account that it runs under.
    await until(`the service account of ${metadata.name}`, 30, async () => {
      const { code } = await command("kubectl", ["get", "serviceaccount", "default", "-n", metadata.name], { env: lab.env, cwd: folder });
      return code === 0 ? true : undefined;
    });
  }
}

/** Every object, as `kubectl apply` would send it. Warnings of the server count as findings. */
export function serverDryRun(lab: Lab): Checker {
  const name = "server dry run";
  return {
    name,
    check: (layer, folder) =>
      dryRun(lab, folder, ["apply", "--dry-run=server"], readManifests(folder), { checker: name, layer, rule: name }),
  };
}

/** Every pod template as a pod: the server checks the templates of workloads only with a warning. */
export function podSecurity(lab: Lab): Checker {
  const name = "pod security";
  return {
    name,
    async check(layer, folder) {
      const own = mkdtempSync(join(tmpdir(), "testbed-pods-"));
      try {
        const pods = new Map([...readManifests(folder)].flatMap(([file, manifest]) => podOf(file, manifest)));
        for (const [file, { pod }] of pods) writeFileSync(join(own, file), JSON.stringify(pod));
        const owners = new Map([...pods].map(([file, { owner }]) => [file, owner]));
        return await dryRun(lab, own, ["create", "--dry-run=server"], owners, { checker: name, layer, rule: name });
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    },
  };
}

function podOf(file: string, owner: Manifest): [string, { owner: Manifest; pod: object }][] {
  const template = owner.spec?.["template"] as { metadata?: object; spec?: { volumes?: object[] } } | undefined;
  if (template?.spec === undefined) return [];
  const claims = (owner.spec?.["volumeClaimTemplates"] ?? []) as { metadata: { name: string } }[];
  const volumes = claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const { name, namespace } = owner.metadata;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...template.metadata, name: `${owner.kind.toLowerCase()}-${name}`, namespace },
    // Accounts are objects of the stack, which is not there; Pod Security does not look at them.
    spec: { ...template.spec, serviceAccountName: undefined, volumes: [...(template.spec.volumes ?? []), ...volumes] },
  };
  return [[`${file.replaceAll("/", "_")}.json`, { owner, pod }]];
}

/** One call for all files; the server's answers name the file that they are about. */
async function dryRun(
  lab: Lab,
  folder: string,
  verb: readonly string[],
  objects: ReadonlyMap<string, Manifest>,
  common: Pick<Finding, "checker" | "layer" | "rule">,
): Promise<Finding[]> {
  const files = [...objects.keys()];
  const args = [...verb, ...files.flatMap((file) => ["-f", file])];
  const { code, stdout, text } = await command("kubectl", args, { env: lab.env, cwd: folder });
  const accepted = stdout.split("\n").filter((line) => line.endsWith("(server dry run)"));
  const complaints = text.split("\n").filter((line) => /^(Error|error|Warning)\b|: /.test(line) && !accepted.includes(line));
  const found = files.flatMap((file) =>
    complaints.filter((line) => line.includes(`"${file}"`)).map((line) => ({ ...common, object: objectOf(objects.get(file)), text: line })),
  );
  const others = complaints.filter((line) => line.startsWith("Warning") && !/last-applied-configuration/.test(line));
  const silent = found.length === 0 && (code !== 0 || accepted.length !== files.length);
  return [
    ...found,
    ...others.map((line) => ({ ...common, object: "", text: line })),
    ...(silent ? [{ ...common, object: "", text: `${accepted.length} of ${files.length} accepted: ${text.slice(-500)}` }] : []),
  ];
}
