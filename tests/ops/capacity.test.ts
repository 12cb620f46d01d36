import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setupOf, type Setup } from "../../components/temporal/capacity";
import { generate } from "../../docs/generate";
import { capacityOptions } from "../../ops/lib/capacity-options";
import { capacityPlot } from "../../ops/lib/capacity-plot";
import type { Answer } from "../../ops/lib/capacity-text";
import { Refusal } from "../../ops/lib/fail";
import { layerOffline, layerValues, stackValues } from "../../values/offline";

const ROOT = join(__dirname, "../..");

describe("options of the command", () => {
  it("are what they say, and otherwise unset", () => {
    expect(capacityOptions([])).toEqual({ eager: false, json: false, headroom: 2 });
    expect(
      capacityOptions(
        "--layer prod --activities 3 --no-wait --eager --partitions 1 --workers 4 --shard-latency 20ms --workflow-latency 1.5s --namespace a --task-queue b --target 1000 --headroom 3 --json --plot x.svg".split(
          " ",
        ),
      ),
    ).toEqual({
      ...{ layer: "prod", activities: 3, waiting: false, eager: true, partitions: 1, workers: 4, shardLatency: 0.02, workflowLatency: 1.5 },
      ...{ namespace: "a", taskQueue: "b", target: 1000, headroom: 3, json: true, plot: "x.svg" },
    });
  });

  it.each([
    ["--activites 3", /--activites: unknown; did you mean --activities\?/],
    ["--zzzzzzzzzzz", /--zzzzzzzzzzz: unknown\n/],
    ["--activities 1.5", /--activities: 1\.5 given; allowed is a whole number from 0 to 1000/],
    ["--activities -1", /--activities/],
    ["--partitions 0", /--partitions: 0 given/],
    ["--workers 0", /--workers: 0 given/],
    ["--shard-latency 5", /--shard-latency: 5 given; allowed is a time above 0, such as 5ms/],
    ["--shard-latency 0ms", /--shard-latency: 0ms given/],
    ["--workflow-latency soon", /--workflow-latency: soon given/],
    ["--target 0", /--target: 0 given; allowed is a rate above 0/],
    ["--target", /--target: nothing given; allowed is RATE/],
    ["--headroom 0.5", /--headroom: 0\.5 given; allowed is 1 or more/],
    ["--plot x.png", /--plot: x\.png given; allowed is a file that ends in \.svg/],
    ["--eager=yes", /--eager: yes given; it takes no value/],
    ["dev", /dev: no option; they begin with --/],
    ["--stack a --layer dev", /--stack and --layer: both given/],
  ])("are refused: %s", (line, message) => {
    expect(() => capacityOptions(line.split(" "))).toThrow(Refusal);
    expect(() => capacityOptions(line.split(" "))).toThrow(message);
  });

  it("are refused all at once, with the list of those allowed", () => {
    expect(() => capacityOptions(["--partitions", "0", "--headroom", "0", "--no-wiat"])).toThrow(
      /^3 problems with the options; nothing was computed:\n {2}--no-wiat.*--no-wait\?\n {2}--partitions.*\n {2}--headroom.*\nAllowed[^]*--shard-latency TIME/,
    );
  });
});

describe("settings without an engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const stack = (config: string) => {
    writeFileSync(join(folder, "Pulumi.mine.yaml"), `config:\n${config}`);
    return stackValues("mine", folder);
  };

  it("are those of the stack's layer with its slices on top; passwords and other keys are none of them", () => {
    const found = stack(
      "  testbed:layer: october-2025\n  testbed:temporal:\n    limits: {matching: {rps: 77}}\n  testbed:elasticsearchPassword: {secure: v1:x}\n  aws:region: x\n",
    );
    expect(found).toMatchObject({
      ...{ layer: "october-2025", source: "values/october-2025.yaml and Pulumi.mine.yaml" },
      values: { temporal: { limits: { matching: { rps: 77 } } }, redis: { enabled: false } },
    });
  });

  it("are those of the layer with the stack's name where there is no file", () => {
    expect(stackValues("prod", folder)).toMatchObject({ layer: "prod", source: "values/prod.yaml" });
    expect(stackValues("nope", folder)).toEqual([
      {
        where: "stack",
        given: "nope",
        allowed: "there is no Pulumi.nope.yaml, and no layer of that name; layers are dev, prod, october-2025",
      },
    ]);
  });

  it("are refused with where and what", () => {
    expect(layerOffline("staging")).toMatchObject([{ where: "layer", given: "staging" }]);
    expect(stack("  testbed:layer: staging\n")).toMatchObject([{ where: "Pulumi.mine.yaml: layer", given: '"staging"' }]);
    expect(stack("  testbed:temporal: {}\n")).toMatchObject([{ where: "Pulumi.mine.yaml: layer", given: "nothing" }]);
    expect(stack("  a: [\n")).toMatchObject([{ where: expect.stringMatching(/^Pulumi\.mine\.yaml:\d/) as string }]);
    expect(stack("  testbed:layer: dev\n  testbed:temporal: {limits: {matching: {rsp: 1}}}\n")).toMatchObject([
      { where: "Pulumi.mine.yaml: temporal.limits.matching.rsp", allowed: expect.stringContaining("rps") as string },
    ]);
  });
});

describe("the plot", () => {
  const values = layerValues("prod");
  if (Array.isArray(values)) throw new Error("the prod layer");
  const setup: Setup = { ...setupOf(values.temporal, { namespace: "default", taskQueue: "benchmark" }), workers: 1 };
  const plot = capacityPlot("a bed", setup, { activities: 3, waiting: true, eager: false });
  const least = plot.series.at(-1);

  it("has a line per bound from 0 to 20 activities, on a log scale", () => {
    expect(plot.series.map(({ name }) => name)).toEqual(expect.arrayContaining(["frontend requests", "matching requests"]));
    expect(plot.series.every(({ points }) => points[0]?.x === 0 && points.at(-1)?.x === 20)).toBe(true);
    expect(plot.y.scale).toBe("log");
    expect(plot.series.find(({ name }) => name === "matching requests")?.points[0]).toHaveProperty("low");
  });

  it("draws the least of them in the colour of the one that binds", () => {
    expect(least?.strong).toBe(true);
    least?.points.forEach(({ y, like }, index) => {
      const lines = plot.series.slice(0, -1).flatMap(({ points }) => points[index]?.y ?? []);
      expect(y).toBe(Math.min(...lines.filter((value) => !Number.isNaN(value))));
      expect(plot.series.find(({ name }) => name === like)?.points[index]?.y).toBe(y);
    });
    expect([...new Set(least?.points.map(({ like }) => like))]).toEqual(["frontend requests", "sticky workflow tasks handed out"]);
    expect(plot.description).toContain("What binds: frontend requests, then sticky workflow tasks handed out.");
  });

  it("of the docs is the one that the model draws", () => {
    const drawn = generate((path) => readFileSync(join(ROOT, path), "utf8"))["docs/capacity.svg"];
    expect(readFileSync(join(ROOT, "docs/capacity.svg"), "utf8")).toBe(drawn);
  });
});

describe("npm run capacity", () => {
  const run = (...argv: string[]) =>
    execFileSync(process.execPath, ["--require", "tsx/cjs", "ops/capacity.ts", ...argv], { cwd: ROOT, encoding: "utf8", stdio: "pipe" });

  it("answers with a table, marks what binds, and gives the settings for a target", () => {
    const text = run("--layer", "prod", "--activities", "1", "--workers", "6", "--target", "1000");
    expect(text).toContain("1 activity, waiting: at most 900 workflows/s, bound by frontend.rps (temporal.limits.frontend.rps)");
    expect(text).toMatch(/^ {2}binds {2}frontend requests +900 .*3 frontend pods x 2400 \/ 8 calls +temporal\.limits\.frontend\.rps$/m);
    expect(text).toMatch(/matching calls +6 to 11/);
    expect(text).toMatch(/temporal\.limits\.frontend\.rps +2400 +5334 +frontend requests/);
    expect(text).toContain("pulumi config set --path 'testbed:temporal.limits.matching.rps' 2000");
    expect(text).toContain("limits do not give:");
  });

  it("answers in JSON, and draws", () => {
    const folder = mkdtempSync(join(tmpdir(), "capacity-"));
    const file = join(folder, "x.svg");
    const answer = JSON.parse(run("--json", "--partitions", "1", "--no-wait", "--plot", file)) as Answer;
    expect(answer).toMatchObject({
      setup: { partitions: 1 },
      workload: { activities: 3, waiting: false },
      calls: { matching: { low: 14, high: 15 } },
    });
    expect(answer).not.toHaveProperty("plan");
    expect(readFileSync(file, "utf8")).toContain("<svg ");
    rmSync(folder, { recursive: true });
  });

  it("refuses in words, and without a stack trace", () => {
    expect(() => run("--stack", "nope")).toThrow(/stack: nope given; there is no Pulumi\.nope\.yaml/);
    expect(() => run("--stack", "nope")).not.toThrow(/\n {4}at /);
  });

  it("loads neither engine nor cluster client", () => {
    const loaded = execFileSync(
      process.execPath,
      [
        "--require",
        "tsx/cjs",
        "-e",
        "process.argv.splice(1, 1, 'x'); process.on('exit', () => console.log(Object.keys(require.cache).join())); require('./ops/capacity.ts')",
      ],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(loaded).toContain("capacity");
    expect(loaded).not.toMatch(/node_modules\/@(pulumi|kubernetes)/);
  });
});
