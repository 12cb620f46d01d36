import { Bed } from "./support/bed";
import { differences } from "./support/cluster";
import { labUp, type Lab } from "./support/lab";
import { Program, type Config } from "./support/program";
import { Stack, succeeded } from "./support/stack";

/**
 * Edits that would replace a set and lose what it stores. Each is refused with text before any call that writes, also when
 * the same edit switches retention or protection off. The kept bed is prod, the disposable one dev, side by side.
 */

let lab: Lab;
let program: Program;
const stacks = {} as Record<"prod" | "dev", Stack>;
let configs: Record<"prod" | "dev", Config>;

beforeAll(async () => {
  lab = await labUp("guard", "--nodes 6 --cpu 64 --memory 256Gi");
  program = new Program();
  configs = { prod: { layer: "prod", context: lab.context }, dev: { layer: "dev" } };
  for (const name of ["prod", "dev"] as const) {
    stacks[name] = await new Stack(program, name, lab.env).init(configs[name]);
    succeeded(await stacks[name].up());
    expect(await new Bed(lab.cluster, name).restarts()).toBe(0);
  }
});

afterAll(async () => {
  program?.remove();
  await lab?.down();
});

/** What an edit switches off besides: in the kept bed always something, in the disposable one there is nothing to switch off. */
const SWITCHES: Readonly<Record<"prod" | "dev", Readonly<Record<string, Config>>>> = {
  prod: {
    ", with protection lifted": { platform: { unprotectSets: true } },
    ", with retention switched off": {
      cassandra: { storage: { whenDeleted: "Delete" } },
      elasticsearch: { storage: { whenDeleted: "Delete" } },
      platform: { unprotectSets: true },
    },
  },
  dev: { "": {} },
};

/** An edit of the program's text, in each of some files, and the sets that it would replace: both, if not said. */
interface TextEdit {
  readonly files: readonly string[];
  readonly from: RegExp;
  readonly to: string;
  readonly sets?: readonly string[];
  /** What the refusal calls it, if not by its name here. */
  readonly named?: string;
}

const SETS = ["components/cassandra/render.ts", "components/elasticsearch/render.ts"];
const SHARED = ["components/kit/storage.ts"];

/** Fields that cannot change in place, by the name that the refusal gives them. */
const FIELDS: Readonly<Record<string, TextEdit>> = {
  serviceName: { files: SETS, from: /(serviceName: "\w+-peers)"/, to: '$1-new"' },
  "podManagementPolicy of Cassandra": {
    named: "podManagementPolicy",
    files: SETS.slice(0, 1),
    from: /podManagementPolicy: "Parallel"/,
    to: 'podManagementPolicy: "OrderedReady"',
    sets: ["cassandra"],
  },
  "podManagementPolicy of Elasticsearch": {
    named: "podManagementPolicy",
    files: SETS.slice(1),
    from: /podManagementPolicy: "Parallel"/,
    to: 'podManagementPolicy: "OrderedReady"',
    sets: ["elasticsearch"],
  },
  revisionHistoryLimit: { files: SHARED, from: /revisionHistoryLimit: \d+/, to: "revisionHistoryLimit: 7" },
  selector: { files: ["components/kit/labels.ts"], from: /const selector = \{/, to: 'const selector = { "testbed.dev/new": "yes",' },
  "claim template name": { files: SHARED, from: /claim: \{ name: "data"/, to: 'claim: { name: "disk"' },
  "claim template labels": {
    files: SHARED,
    from: /labels: \{ \.\.\.identity\.selector \}/,
    to: 'labels: { ...identity.selector, new: "yes" }',
  },
  "claim template access modes": { files: SHARED, from: /"ReadWriteOnce"/, to: '"ReadWriteMany"' },
};

describe.each(["prod", "dev"] as const)("in %s", (name) => {
  const switches = Object.entries(SWITCHES[name]);

  test.each(
    switches.flatMap(([besides, off]) => [
      [
        `the size of the claims${besides}`,
        { cassandra: { storage: { size: "700Gi" } }, elasticsearch: { storage: { size: "300Gi" } } },
        off,
      ] as const,
      [`the class of the claims${besides}`, { platform: { storageClass: "standard-rwo" } }, off] as const,
    ]),
  )("%s cannot be edited", async (_, edit, off) => {
    stacks[name].configure(merged(configs[name], merged(edit, off)));
    await refused(name, [
      /cassandra: storage\.(size|className) is .* and cannot become /,
      /elasticsearch: storage\.(size|className) is .* and cannot become /,
    ]);
  });

  test.each(
    switches.flatMap(([besides, off]) => Object.entries(FIELDS).map(([field, edit]) => [`${field}${besides}`, field, edit, off] as const)),
  )("%s cannot be edited", async (_, field, { files, from, to, sets = ["cassandra", "elasticsearch"], named = field }, off) => {
    stacks[name].configure(merged(configs[name], off));
    const restore = files.map((file) => program.edit(file, from, to));
    try {
      await refused(
        name,
        sets.map((set) => new RegExp(`${set}: ${named} is .* and cannot become `)),
      );
    } finally {
      for (const undo of restore) undo();
    }
  });

  test("the facts of the data cannot be edited, each with its own line", async () => {
    stacks[name].configure(
      merged(configs[name], {
        temporal: { numHistoryShards: 16, keyspace: "other", visibilityIndex: "temporal_visibility_v1_other" },
        cassandra: { clusterName: "other", datacenter: "dc2", numTokens: 4 },
      }),
    );
    await refused(name, [
      /temporal\.numHistoryShards is (2048|4) .* cannot become 16/,
      /temporal\.keyspace is temporal .* cannot become other/,
      /temporal\.visibilityIndex is temporal_visibility_v1 .* cannot become/,
      /cassandra\.clusterName is testbed .* cannot become other/,
      /cassandra\.datacenter is dc1 .* cannot become dc2/,
      /cassandra\.numTokens is \d+ .* cannot become 4/,
    ]);
  });
});

test("a kept store cannot become a disposable one", async () => {
  stacks.prod.configure(merged(configs.prod, { cassandra: { storage: { whenDeleted: "Delete" } } }));
  await refused("prod", [/cassandra: storage\.whenDeleted is Retain .* cannot become Delete/]);
});

test("the namespace of a kept store cannot go, whatever else is lifted", async () => {
  stacks.prod.configure(configs.prod);
  const urn = (await stacks.prod.resources()).find((resource) => resource.endsWith("Namespace::platform-namespace")) ?? "";
  const before = await lab.cluster.inventory();
  const { code, text } = await stacks.prod.destroy("--target", urn, "--target-dependents");
  expect(code).not.toBe(0);
  expect(text).toMatch(/protect/);
  expect(differences(before, await lab.cluster.inventory())).toEqual([]);
});

test("after all that, nothing differs from what is running", async () => {
  for (const name of ["prod", "dev"] as const) {
    stacks[name].configure(configs[name]);
    succeeded(await stacks[name].pulumi("preview", "--expect-no-changes", "--non-interactive"));
  }
});

async function refused(name: "prod" | "dev", messages: readonly RegExp[]): Promise<void> {
  const before = await lab.cluster.inventory();
  const { code, text } = await stacks[name].up();
  expect(code).not.toBe(0);
  for (const message of messages) expect(text).toMatch(message);
  expect(text).toMatch(/refused, nothing was changed/);
  expect(text).not.toMatch(/^\s+at .*\(/m);
  expect(differences(before, await lab.cluster.inventory())).toEqual([]);
}

/** Maps merge, all else replaces. */
function merged(below: Config, above: Config): Config {
  const isMap = (value: unknown): value is Config => typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(above).map(([key, value]) => {
    const old = below[key];
    return [key, isMap(old) && isMap(value) ? merged(old, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(entries) };
}
