import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { run, type Env, type Outcome } from "../../e2e/support/process";
import { SECTIONS, xmlKeys } from "../../contract/clickhouse";
import settings from "../../contract/clickhouse-settings.json";
import { readManifests } from "../manifests";

/**
 * The rendered config.xml and users.xml, as they are, read by the ClickHouse engine (chDB), which then says what it took. It has
 * no server in it: what only a server opens (ports, Keeper) is not exercised, and its first user is one that is added here.
 */

const ENGINE = join(__dirname, "engine.py");

export interface Result {
  readonly what: string;
  readonly problems: readonly string[];
}

type Files = Readonly<Record<string, string>>;

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly changed: boolean;
  /** Changed at run time by the part of a server that an engine lacks: its value says nothing here. */
  readonly live?: number;
}

interface Report {
  readonly version: string;
  readonly server: readonly Setting[];
  readonly profile: readonly Setting[];
  readonly macros: readonly { readonly macro: string; readonly substitution: string }[];
  readonly clusters: readonly { readonly cluster: string; readonly host_name: string; readonly port: number; readonly user: string }[];
  readonly users: readonly { readonly name: string }[];
}

/** Keeps the engine off /var/lib, and gives its embedded session the user that it insists on. */
const ADDED = {
  "config.d/engine.xml": (data: string) => `<clickhouse><path>${data}/</path><tmp_path>${data}/tmp/</tmp_path></clickhouse>`,
  "users.d/engine.xml": () =>
    "<clickhouse><users><default><password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota><access_management>1</access_management></default></users></clickhouse>",
};

async function start(python: string, env: Env, files: Files, added: readonly (keyof typeof ADDED)[]): Promise<Outcome> {
  const home = mkdtempSync(join(tmpdir(), "testbed-clickhouse-"));
  try {
    for (const folder of ["config.d", "users.d"]) mkdirSync(join(home, folder));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    for (const name of added) writeFileSync(join(home, name), ADDED[name](join(home, "data")));
    const pod = { POD_NAME: "clickhouse-0", POD_HOST: "clickhouse-0.peers", CLICKHOUSE_PASSWORD: "not-secret", TMPDIR: home };
    return await run(python, [ENGINE, join(home, "config.xml")], { cwd: home, env: { ...env, ...pod } });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What the engine did not take as it stands in the files. */
function differences(files: Files, report: Report): string[] {
  const problems: string[] = [];
  const expect = (what: string, is: unknown, wanted: unknown) => {
    const [found, asked] = [JSON.stringify(is), JSON.stringify(wanted)];
    if (found !== asked) problems.push(`${what}: the engine says ${found}, the file ${asked}`);
  };
  const [config, users] = [tree(files["config.xml"]), tree(files["users.xml"])];
  const section = (path: string) => Object.keys(SECTIONS).includes(path);
  for (const key of xmlKeys(files["config.xml"] ?? "").filter((path) => !section(path))) {
    const setting = report.server.find(({ name }) => name === key);
    if (setting === undefined) problems.push(`config.xml: ${key} is no server setting`);
    else expect(`config.xml: ${key}`, [setting.changed, setting.live ? config[key] : setting.value], [true, config[key]]);
  }
  const profile = (users["profiles"] as { default: Record<string, string> }).default;
  for (const [key, value] of Object.entries(profile)) {
    const setting = report.profile.find(({ name }) => name === key);
    expect(`users.xml: ${key}`, [setting?.changed, setting?.value], [true, value]);
  }
  const hosts = [...(files["config.xml"] ?? "").matchAll(/<host>(clickhouse-\d+\.[^<]+)<\/host>/g)].map(([, host]) => host);
  expect(
    "clusters",
    report.clusters.map(({ cluster, host_name, port, user }) => [cluster, host_name, port, user]),
    hosts.map((host) => ["canopyx", host, 9000, "canopyx"]),
  );
  expect(
    "macros",
    report.macros.map(({ macro, substitution }) => [macro, substitution]).sort(),
    hosts.length === 0
      ? []
      : [
          ["replica", "clickhouse-0"],
          ["shard", "1"],
        ],
  );
  expect("users", report.users.map(({ name }) => name).sort(), ["canopyx", "default"]);
  return problems;
}

function tree(text = ""): Record<string, unknown> {
  return (new XMLParser({ parseTagValue: false }).parse(text) as { clickhouse: Record<string, unknown> }).clickhouse;
}

/** Files whose mistake has to be found, with the words that it is found by. */
const PLANTS: readonly { readonly mistake: string; readonly edit: (files: Files) => Files; readonly found: RegExp }[] = [
  {
    mistake: "a profile setting that no engine has",
    edit: (files) => replaced(files, "users.xml", "max_threads", "max_threds"),
    found: /Unknown setting 'max_threds'/,
  },
  {
    mistake: "a server setting in the profile",
    edit: (files) => replaced(files, "users.xml", "max_threads", "max_connections"),
    found: /Unknown setting 'max_connections'/,
  },
  {
    mistake: "a profile setting among the server's",
    edit: (files) => replaced(files, "config.xml", "max_connections", "max_threads"),
    found: /max_threads is no server setting/,
  },
  {
    mistake: "a server setting that no engine has",
    edit: (files) => replaced(files, "config.xml", "max_connections", "maxConnections"),
    found: /maxConnections is no server setting/,
  },
];

function replaced(files: Files, file: string, from: string, to: string): Files {
  return { ...files, [file]: (files[file] ?? "").replaceAll(from, to) };
}

/** Everything that the engine has to say about a layer's rendered manifests. */
export async function checkClickHouse(python: string, env: Env, layer: string, folder: string): Promise<Result[]> {
  const manifests = [...readManifests(folder).values()] as unknown as { kind: string; data?: Files }[];
  const files = manifests.find(({ kind, data }) => kind === "ConfigMap" && data?.["users.xml"] !== undefined)?.data;
  if (files === undefined) return [{ what: `${layer} chdb`, problems: ["the layer renders no ConfigMap with users.xml"] }];
  const both = Object.keys(ADDED) as (keyof typeof ADDED)[];
  const verdict = async (edited: Files): Promise<{ problems: string[]; report?: Report }> => {
    const { code, stdout, text } = await start(python, env, edited, both);
    if (code !== 0) return { problems: [text.slice(-20_000)] };
    const report = JSON.parse(stdout) as Report;
    return { problems: differences(edited, report), report };
  };

  const { problems, report } = await verdict(files);
  const results: Result[] = [
    {
      what: `${layer.padEnd(4)} chdb                engine ${report?.version ?? "did not start"} takes config.xml and users.xml`,
      problems,
    },
  ];
  if (layer !== "dev" || report === undefined) return results;
  const alone = await start(python, env, files, ["config.d/engine.xml"]);
  results.push(
    {
      what: "     chdb                the built-in user is not there",
      problems: /There is no user `default`/.test(alone.text) ? [] : ["an engine without a user of its own is let in"],
    },
    {
      what: "     chdb                the checked-in lists are the engine's own",
      problems: [
        ...(report.version === settings.version ? [] : [`the lists are of ${settings.version}, the engine is ${report.version}`]),
        ...(["server", "profile"] as const).filter(
          (kind) =>
            report[kind]
              .map(({ name }) => name)
              .sort()
              .join() !== [...settings[kind]].sort().join(),
        ),
      ],
    },
  );
  for (const { mistake, edit, found } of PLANTS) {
    const { problems: seen } = await verdict(edit(files));
    results.push({
      what: `self-test: chdb finds ${mistake}`,
      problems: seen.some((problem) => found.test(problem)) ? [] : [`it says: ${seen.join("; ").slice(-300)}`],
    });
  }
  return results;
}
