import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import type { Env } from "./support/process";
import { Program, type Config } from "./support/program";
import { Stack } from "./support/stack";

/**
 * What a person sees who gives wrong input: one clear message, an exit code, no stack trace, and a cluster in which nothing
 * was made. Every rule about values has its case in tests/values-bad-input.test.ts; here is what the engine makes of it.
 */

let lab: Lab;
let program: Program;
const folder = mkdtempSync(join(tmpdir(), "testbed-kubeconfig-"));

beforeAll(async () => {
  lab = await labUp("bad-input");
  program = new Program();
});

afterAll(async () => {
  program?.remove();
  rmSync(folder, { recursive: true, force: true });
  await lab?.down();
});

interface Case {
  readonly config?: Config;
  readonly env?: () => Promise<Env>;
  /** Spoils the program's files; returns what mends them. */
  readonly spoil?: () => () => void;
  readonly says: RegExp;
}

const CASES: Readonly<Record<string, Case>> = {
  "no kubeconfig": {
    env: () => Promise.resolve({ KUBECONFIG: join(folder, "none") }),
    says: /kubeconfig .*none cannot be read: .*Set KUBECONFIG to a kubeconfig file\. Nothing was created/,
  },
  "a kubeconfig that is none": {
    env: () => Promise.resolve({ KUBECONFIG: kubeconfig("garbage", () => "{ : ]") }),
    says: /kubeconfig .*garbage cannot be read: .*Set KUBECONFIG/s,
  },
  "a cluster that does not answer": {
    env: async () => {
      const port = await closedPort();
      return { KUBECONFIG: kubeconfig("unreachable", (text) => text.replace(/(server: .*):\d+/, `$1:${port}`)) };
    },
    says: /cluster of context testbed-e2e-bad-input-\d+: cannot read its version: .*ECONNREFUSED.*Check that it runs/s,
  },
  "a context that the kubeconfig has not": {
    config: { layer: "dev", context: "elsewhere" },
    says: /context elsewhere \(stack config testbed:context\) is not in the kubeconfig; it has: testbed-e2e-bad-input-/,
  },
  "prod without a context": { config: { layer: "prod" }, says: /context: needed in the prod layer; run `pulumi config set context/ },
  // By the engine itself, as Pulumi.yaml declares the key.
  "no layer": { config: {}, says: /missing configuration value 'testbed:layer'/ },
  "an unknown layer": { config: { layer: "test" }, says: /layer: test given; allowed is one of dev, prod/ },
  "an unknown slice": {
    config: { layer: "dev", casandra: { replicas: 3 } },
    says: /testbed:casandra: unknown key; did you mean cassandra\?/,
  },
  "a knob of the wrong type, and another out of range": {
    config: { layer: "dev", temporal: { history: { replicas: "many" } }, elasticsearch: { replicas: 2 } },
    says: /2 problems in the configuration; nothing was created:\n +Pulumi\.dev\.yaml: elasticsearch\.replicas: 2 given; .*an odd number.*\n +Pulumi\.dev\.yaml: temporal\.history\.replicas: "many" given; /,
  },
  "a dead key of the 2025 reports": {
    config: { layer: "dev", temporal: { server: { config: { limits: { matching: { rps: 5000 } } } } } },
    says: /no Temporal server reads server\.config\.limits; use temporal\.limits/,
  },
  "malformed YAML": {
    spoil: () => program.edit("values/dev.yaml", /^platform:\n/m, "platform: [\n"),
    says: /values\/dev\.yaml:\d+: /,
  },
  "a key twice": {
    spoil: () => program.edit("values/dev.yaml", /^cassandra:\n/m, "cassandra:\n  replicas: 1\n"),
    says: /values\/dev\.yaml:\d+: duplicated? mapping key/i,
  },
};

test.each(Object.entries(CASES))("%s", async (_, { config = { layer: "dev" }, env, spoil, says }) => {
  const stack = new Stack(program, "dev", { ...lab.env, ...(await env?.()) });
  await stack.init(config);
  const mend = spoil?.();
  try {
    const before = await lab.cluster.inventory();
    const { code, text, seconds } = await stack.up();
    expect(code).not.toBe(0);
    expect(text).toMatch(says);
    expect(text.match(/^ *error: /gm)).toHaveLength(1);
    expect(text).not.toMatch(/^\s+at \S+ \(/m);
    expect(text).not.toMatch(/unhandled exception/);
    expect(seconds).toBeLessThan(30);
    expect(await stack.resources()).toEqual([]);
    expect(differences(before, await lab.cluster.inventory())).toEqual([]);
  } finally {
    mend?.();
    await stack.pulumi("stack", "rm", "--yes", "--force", "--preserve-config");
  }
});

/** Writes a variant of the lab's kubeconfig. */
function kubeconfig(name: string, change: (text: string) => string): string {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(lab.env["KUBECONFIG"] ?? "", "utf8")));
  return path;
}

/** A port that nothing listens on: one that was free a moment ago. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
