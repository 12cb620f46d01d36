import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../support/harness";

/** A look at fake API servers, with kubeconfigs of every kind of wrong. */

const items = {
  namespaces: [
    { metadata: { name: "kube-system", uid: "uid-of-the-cluster" } },
    { metadata: { name: "testbed-dev", labels: { "testbed.dev/stack": "dev" }, annotations: { "testbed.dev/facts": "{}" } } },
    { metadata: { name: "testbed-other", labels: { "testbed.dev/stack": "other" } } },
  ],
  statefulsets: [
    {
      metadata: { name: "cassandra" },
      spec: {
        replicas: 3,
        serviceName: "cassandra-peers",
        podManagementPolicy: "OrderedReady",
        revisionHistoryLimit: 5,
        selector: { matchLabels: { a: "b" } },
        template: { metadata: {}, spec: { containers: [] } },
        volumeClaimTemplates: [
          {
            metadata: { name: "data", labels: { c: "d" } },
            spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "4Gi" } } },
          },
        ],
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
      },
    },
  ],
  persistentvolumeclaims: [{ metadata: { name: "data-cassandra-0", labels: { "app.kubernetes.io/name": "cassandra" } } }],
  configmaps: [
    { metadata: { name: "elasticsearch-config" }, data: { "dynamic-config.yaml": "another's" } },
    { metadata: { name: "temporal-dynamic-config" }, data: { "dynamic-config.yaml": "matching.rps: []" } },
  ],
};

/** An API server of a version; one that denies answers only with its version. */
function serve(minor: string, denies = false): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const kind = path.split("/").at(-1) as keyof typeof items;
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (path === "/version" || path === "/version/") answer(200, { major: "1", minor, gitVersion: `v1.${minor}.0` });
    else if (denies) answer(403, { kind: "Status", message: "namespaces is forbidden", code: 403 });
    else {
      const name = /fieldSelector=metadata.name(?:=|%3D)([\w-]+)/.exec(request.url ?? "")?.[1];
      answer(200, { items: items[kind].filter(({ metadata }) => name === undefined || metadata.name === name) });
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
const servers: Server[] = [];
let seen: { error?: string }[] = [];

/** A kubeconfig whose contexts all lead to one port. */
function kubeconfig(name: string, port: number, current: string, contexts: readonly string[]): string {
  const file = join(folder, name);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "fake", user: {} }],
    contexts: contexts.map((context) => ({ name: context, context: { cluster: "fake", user: "fake" } })),
    "current-context": current,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

const CASES = [
  "current",
  "wanted",
  "old",
  "denied",
  "unreachable",
  "other context",
  "unknown context",
  "dangling",
  "missing",
  "malformed",
] as const;

beforeAll(async () => {
  const start = async (minor: string, denies = false) => {
    const server = await serve(minor, denies);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const [good, newest, old, denying, closed] = [
    await start("32"),
    await start("34+"),
    await start("31"),
    await start("34", true),
    await start("34"),
  ];
  servers.pop()?.close();
  writeFileSync(join(folder, "malformed"), "contexts: [\n");
  const looks: Record<(typeof CASES)[number], { kubeconfig?: string; context?: string }> = {
    current: { kubeconfig: kubeconfig("current", good, "lab", ["lab"]) },
    wanted: { kubeconfig: kubeconfig("wanted", newest, "prod", ["lab", "prod"]), context: "prod" },
    old: { kubeconfig: kubeconfig("old", old, "lab", ["lab"]) },
    denied: { kubeconfig: kubeconfig("denied", denying, "lab", ["lab"]) },
    unreachable: { kubeconfig: kubeconfig("unreachable", closed, "lab", ["lab"]) },
    "other context": { kubeconfig: kubeconfig("other", good, "lab", ["lab", "prod"]), context: "prod" },
    "unknown context": { kubeconfig: kubeconfig("unknown", good, "lab", ["lab"]), context: "prod" },
    dangling: { kubeconfig: kubeconfig("dangling", good, "gone", ["lab"]) },
    missing: {},
    malformed: { kubeconfig: join(folder, "malformed") },
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", join("tests", "support", "look-at-cluster.ts"), JSON.stringify(CASES.map((each) => looks[each]))],
    { cwd: ROOT, env: { PATH: process.env["PATH"], HOME: folder } },
  );
  seen = JSON.parse(stdout) as { error?: string }[];
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const result = (name: (typeof CASES)[number]) => seen[CASES.indexOf(name)];

test("a cluster is seen with its version, its identity and what it holds under the stack's names", () => {
  expect(result("current")).toEqual({
    context: "lab",
    uid: "uid-of-the-cluster",
    version: "v1.32.0",
    live: {
      namespaces: [{ name: "testbed-dev", labels: { "testbed.dev/stack": "dev" }, annotations: { "testbed.dev/facts": "{}" } }],
      sets: [
        {
          name: "cassandra",
          replicas: 3,
          serviceName: "cassandra-peers",
          podManagementPolicy: "OrderedReady",
          revisionHistoryLimit: 5,
          selector: { a: "b" },
          claims: [{ name: "data", labels: { c: "d" }, accessModes: ["ReadWriteOnce"], size: "4Gi", className: "fast" }],
          whenDeleted: "Delete",
        },
      ],
      claims: [{ name: "data-cassandra-0", set: "cassandra" }],
      dynamicConfig: "matching.rps: []",
    },
  });
});

test("the context that is wanted and current is taken, and a version with a plus is read", () => {
  expect(result("wanted")).toMatchObject({ context: "prod", version: "v1.34+.0" });
});

const HELP = "Check that it runs and that your user may do this. Nothing was created.";

test.each([
  [
    "old",
    /^cluster of context lab is Kubernetes v1\.31\.0; needed is 1\.32 or newer\. Upgrade it or choose another context\. Nothing was created\.$/,
  ],
  ["denied", new RegExp(`^cluster of context lab: cannot list namespaces: HTTP 403 .*\\. ${HELP}$`)],
  ["unreachable", new RegExp(`^cluster of context lab: cannot read its version: .*ECONNREFUSED.*\\. ${HELP}$`)],
  [
    "other context",
    /^the current kubeconfig context is lab, but this stack belongs to prod \(stack config testbed:context\)\. Run `kubectl config use-context prod`, or correct the stack config\. Nothing was created\.$/,
  ],
  ["unknown context", /^context prod \(stack config testbed:context\) is not in the kubeconfig; it has: lab\. Nothing was created\.$/],
  [
    "dangling",
    /^the kubeconfig's current context "gone" does not exist; it has: lab\. Choose one with `kubectl config use-context`\. Nothing was created\.$/,
  ],
  [
    "missing",
    /^no kubeconfig found: ~\/\.kube\/config does not exist or names no context\. Set KUBECONFIG, or start the lab \(make demo\)\. Nothing was created\.$/,
  ],
  ["malformed", /^kubeconfig \S+malformed cannot be read: .+\. Set KUBECONFIG to a kubeconfig file\. Nothing was created\.$/],
] as const)("%s: one sentence says why", (name, text) => {
  expect(result(name)?.error).toMatch(text);
});
