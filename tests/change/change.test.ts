import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engine, type Engine } from "../e2e/support/engine";
import { Program, type Config } from "../e2e/support/program";
import { bedOf } from "../support/harness";
import { changes, Stack, succeeded, type Step } from "../e2e/support/stack";
import { DEV, PROD, REFUSED_BY_PROTECTION, WITHOUT_THE_GUARD, type Effect, type Knob } from "./knobs";

/**
 * What an edit of one knob does, by the real engine and the real provider, which renders to a folder and so needs no cluster.
 * The provider's diff is the one it makes on a cluster, with two exceptions: the guard is off, and a job that has not
 * completed is not replaced for that reason. Both are seen on a cluster, in tests/e2e.
 */

/** A stack that is up, rendered, to compare edits with. Nothing is applied to it, so every edit starts from the same bed. */
interface Base {
  readonly stack: Stack;
  readonly config: Config;
  /** Previews by edit, started ahead of the tests that look at them. */
  readonly previews: Map<Config, Promise<Step[]>>;
}

let home: Engine;
let program: Program;
const rendered = mkdtempSync(join(tmpdir(), "testbed-rendered-"));
let configs = 0;
const bases = {} as Record<"dev" | "prod", Base>;

beforeAll(async () => {
  home = await engine();
  program = new Program();
  for (const [layer, more] of [
    ["dev", {}],
    ["prod", { context: "prod" }],
  ] as const) {
    const config: Config = { layer, ...more, renderTo: join(rendered, layer) };
    const stack = await new Stack(program, layer, home.env).init(config);
    succeeded(await stack.up());
    bases[layer] = { stack, config, previews: new Map() };
  }
  previewAhead(bases.dev, ...[DEV, WITHOUT_THE_GUARD].flatMap((knobs) => Object.values(knobs).map(({ edit }) => edit)));
  previewAhead(bases.prod, ...Object.values(PROD).map(({ edit }) => edit), ...Object.values(REFUSED_BY_PROTECTION));
});

afterAll(() => {
  home.remove();
  program.remove();
  rmSync(rendered, { recursive: true, force: true });
});

/** Starts previews before their tests ask: one after the other in each layer, so two at a time. */
function previewAhead(base: Base, ...edits: Config[]): void {
  let last: Promise<unknown> = Promise.resolve();
  for (const edit of edits) {
    const preview = last.then(() => previewNow(base, edit));
    base.previews.set(edit, preview);
    last = preview.catch(() => undefined); // the test of this edit reports it
  }
}

/** The steps that an edit leads to. */
function previewOf(base: Base, edit: Config): Promise<Step[]> {
  return base.previews.get(edit) ?? previewNow(base, edit);
}

function previewNow(base: Base, edit: Config): Promise<Step[]> {
  const { stack, config } = base;
  return stack.preview(program.configure(stack.name, { ...config, ...edit }, `edit-${stack.name}-${(configs += 1)}.yaml`));
}

async function effectsOf(base: Base, edit: Config): Promise<Record<string, Effect>> {
  const steps = await previewOf(base, edit);
  const effects: Record<string, Effect> = {};
  for (const { op, resource, paths } of steps) {
    // The first of the steps of a replacement says which order it is.
    const effect = {
      create: "create",
      delete: "delete",
      update: paths.some((path) => path.startsWith("spec.template")) ? "roll" : "update",
      "create-replacement": "renew",
      "delete-replaced": "rerun",
    }[op] as Effect | undefined;
    if (effect !== undefined) effects[resource] ??= effect;
  }
  return effects;
}

test.each(["dev", "prod"] as const)("the %s layer comes up, and a second up changes nothing", async (layer) => {
  const { stack } = bases[layer];
  const { unchanged, ...others } = changes(succeeded(await stack.up()));
  expect(others).toEqual({});
  expect(unchanged).toBeGreaterThan(40);
  succeeded(await stack.pulumi("preview", "--expect-no-changes", "--non-interactive"));
});

const table = (knobs: Readonly<Record<string, Knob>>) => Object.entries(knobs).map(([name, knob]) => ({ name, ...knob }));

test.each(table(DEV))("dev: $name", async (knob) => {
  expect(await effectsOf(bases.dev, knob.edit)).toEqual(await expected("dev", knob));
});

test.each(table(PROD))("prod: $name", async (knob) => {
  expect(await effectsOf(bases.prod, knob.edit)).toEqual(await expected("prod", knob));
});

/** The effects of the table, with "every of a kind" spelled out by what the layer has. */
async function expected(layer: "dev" | "prod", { effects, everyOf = {} }: Knob): Promise<Record<string, Effect>> {
  const bed = await bedOf(layer);
  const every = Object.entries(everyOf).flatMap(([kind, effect]) =>
    bed.ofKind(kind).map(({ name }) => [`${kind} ${name}`, effect] as const),
  );
  return { ...Object.fromEntries(every), ...effects };
}

test.each(table(WITHOUT_THE_GUARD))("without the guard: $name", async ({ edit, effects }) => {
  expect(await effectsOf(bases.dev, edit)).toEqual(effects);
});

test.each(Object.entries(REFUSED_BY_PROTECTION))("prod, refused by protection: %s", async (_, edit) => {
  await expect(previewOf(bases.prod, edit)).rejects.toThrow(/unable to replace resource .*\s+as it is currently marked for protection/);
});

test("a mirror is put before every image", async () => {
  const steps = await previewOf(bases.dev, DEV["registry mirror"]?.edit ?? {});
  const images = steps.flatMap(({ resource, paths }) => (paths.some((path) => path.endsWith(".image")) ? [resource] : []));
  expect(new Set(images).size).toBe((await bedOf("dev")).ofKind("StatefulSet", "Deployment", "Job").length);
});

test("a limit changes one property of one object", async () => {
  expect(await previewOf(bases.dev, DEV["a limit"]?.edit ?? {})).toEqual([
    { op: "update", resource: "ConfigMap temporal-dynamic-config", paths: ['data["dynamic-config.yaml"]'] },
  ]);
});
