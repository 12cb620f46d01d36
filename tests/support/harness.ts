import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { transformSync } from "@swc/core";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor, setMocks, type Mocks } from "@pulumi/pulumi/runtime/mocks";
import { deserializeProperties } from "@pulumi/pulumi/runtime/rpc";

/**
 * Runs the program on a mock engine and captures what it registers, options included. Everything internal to the SDK
 * that the tests lean on is in this file.
 */

export const PROJECT = "testbed";
export const ROOT = join(__dirname, "..", "..");

const ENTRY = "index.ts";
/** The program is loaded only by those who run it. */
const requireFromRoot = createRequire(join(ROOT, ENTRY));

/** JSON with the names that Pulumi and Kubernetes give it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonMap = { [key: string]: Json };

/** One resource as the engine gets to see it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: JsonMap;
  /** URN; empty for none. */
  readonly parent: string;
  /** URNs, sorted; a component stands for its custom children. */
  readonly dependencies: readonly string[];
  /** `urn::id`; empty for none. */
  readonly provider: string;
  readonly protect: boolean;
  /** URN; empty for none. */
  readonly deletedWith: string;
  readonly replaceWith: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly customTimeouts: { readonly create: string; readonly update: string; readonly delete: string };
  readonly additionalSecretOutputs: readonly string[];
  readonly ignoreChanges: readonly string[];
  readonly retainOnDelete: boolean;
  readonly version: string;
}

/** What the mock of RandomPassword and RandomBytes makes, so that a test can search for it. */
export function generatedPassword(name: string): string {
  return `GENERATED-${name}-PASSWORD`;
}

export type Program = () => Promise<unknown>;

/** Settings of one run. What a key of `config` is undefined for is left out of the stack config. */
export interface RunOptions {
  /** Stack name; the layer's name if left out. */
  readonly stack?: string;
  /** Slices of the stack config, such as `{ cassandra: { replicas: 3 } }`. */
  readonly slices?: Readonly<Record<string, unknown>>;
  /** Plain keys of the stack config, text as `pulumi config` hands it over. They win over what the layer brings. */
  readonly config?: Readonly<Record<string, string | undefined>>;
  /** Passwords given with --secret, by config key. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The program with other texts; see `compileProgram`. */
  readonly program?: Program;
  /** Resources that are not ready until `Engine.release` is called. */
  readonly hold?: (registration: { type: string; name: string }) => boolean;
}

/** Stack config of a layer as committed, plus render mode: no cluster is asked. */
export function configure(layer: string, options: RunOptions = {}): void {
  const own = layer === "prod" ? { context: "prod" } : {};
  const slices = Object.entries(options.slices ?? {}).map(([name, slice]) => [name, JSON.stringify(slice)]);
  const given = Object.fromEntries(slices) as Record<string, string>;
  const flat: Record<string, string | undefined> = { layer, renderTo: "rendered", ...own, ...given, ...options.config, ...options.secrets };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(flat).flatMap(([key, value]) => (value === undefined ? [] : [[`${PROJECT}:${key}`, value]]))),
    Object.keys(options.secrets ?? {}).map((key) => `${PROJECT}:${key}`),
  );
}

/** Puts a mock engine in place; whatever registers next is captured by it. */
export async function startEngine(stack: string, hold: RunOptions["hold"] = () => false): Promise<Engine> {
  const engine = new Engine(hold);
  await setMocks(mocks, PROJECT, stack);
  (globalThis as unknown as { globalStore: { settings: { monitor: Engine } } }).globalStore.settings.monitor = engine;
  return engine;
}

/** Starts the program in a layer; it is still at work when this returns. */
export async function startProgram(layer: string, options: RunOptions = {}): Promise<{ engine: Engine; outputs: unknown }> {
  const engine = await startEngine(options.stack ?? layer, options.hold);
  configure(layer, options);
  const program = options.program ?? (requireFromRoot("./index") as Program);
  // What the program warns of has a test of its own (values/off.ts); without an engine it would go to every test's output.
  const { warn } = console;
  console.warn = () => undefined;
  const outputs = await program().finally(() => (console.warn = warn));
  return { engine, outputs };
}

/** The program's registrations in a layer, in order of URN. */
export async function runProgram(layer: string, options: RunOptions = {}): Promise<Captured> {
  const { engine, outputs } = await startProgram(layer, options);
  await drain();
  return new Captured(engine.registrations, outputs);
}

const beds = new Map<string, Promise<Captured>>();

/** The registrations of a layer with its committed settings; captured once a test file. */
export function bedOf(layer: string): Promise<Captured> {
  const known = beds.get(layer) ?? runProgram(layer);
  beds.set(layer, known);
  return known;
}

/**
 * A program from other texts of some of its files, by path from the root: index.ts, and what index.ts imports itself. It shares
 * every other import with the real one.
 */
export function compileProgram(texts: Readonly<Record<string, string>>): Program {
  const used = new Set([ENTRY]);
  const program = compile(ENTRY, texts[ENTRY] ?? readFileSync(join(ROOT, ENTRY), "utf8"), (id) => {
    const file = `${join(".", id)}.ts`;
    const text = id.startsWith("./") ? texts[file] : undefined;
    if (text === undefined) return requireFromRoot(id);
    used.add(file);
    return compile(file, text, createRequire(join(ROOT, file)));
  }) as Program;
  const unused = Object.keys(texts).filter((file) => !used.has(file));
  if (unused.length > 0) throw new Error(`index.ts does not import ${unused.join(", ")}`);
  return program;
}

/** What a file with this text exports. */
function compile(file: string, text: string, require: (id: string) => unknown): unknown {
  const { code } = transformSync(text, {
    filename: file,
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  });
  const module = { exports: {} as unknown };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- the text is this repository's own
  new Function("require", "module", "exports", code)(require, module, module.exports);
  return module.exports;
}

/** Waits until every registration is through. */
export async function drain(): Promise<void> {
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}

/** Registrations of one run, with the look-ups that tests need. */
export class Captured {
  public readonly all: readonly Registration[];

  public constructor(
    registrations: readonly Registration[],
    public readonly outputs: unknown,
  ) {
    this.all = [...registrations].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  }

  /** Resources of a kind, such as "Job" or "k8s.Provider"'s "kubernetes". */
  public ofKind(...kinds: string[]): Registration[] {
    return this.all.filter(({ type }) => kinds.includes(kindOf(type)));
  }

  /** The one resource of that kind and logical name. */
  public get(kind: string, name: string): Registration {
    const found = this.all.filter((each) => kindOf(each.type) === kind && each.name === name);
    if (found.length !== 1) throw new Error(`${found.length} resources are a ${kind} named ${name}`);
    return found[0] as Registration;
  }

  public byUrn(urn: string): Registration {
    const found = this.all.find((each) => each.urn === urn);
    if (found === undefined) throw new Error(`nothing has the URN ${urn}`);
    return found;
  }

  public children(parent: Registration): Registration[] {
    return this.all.filter((each) => each.parent === parent.urn);
  }

  /** Components that index.ts and bed/ make. */
  public stages(): Registration[] {
    return this.all.filter((each) => !each.custom && each.parent === "");
  }

  /** The stage that a resource belongs to; undefined for the provider. */
  public stageOf(registration: Registration): Registration | undefined {
    if (registration.parent !== "") return this.stageOf(this.byUrn(registration.parent));
    return registration.custom ? undefined : registration;
  }
}

/** Last part of a type token: "kubernetes:apps/v1:StatefulSet" -> "StatefulSet". */
export function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

const mocks: Mocks = {
  newResource: ({ type, name, inputs }) => {
    const state: Record<string, unknown> = { ...(inputs as object) };
    if (type.startsWith("kubernetes:")) {
      const metadata = (state["metadata"] ?? {}) as { name?: string };
      state["metadata"] = { ...metadata, name: metadata.name ?? `${name}-auto` };
    }
    if (kindOf(type) === "RandomPassword") state["result"] = pulumi.secret(generatedPassword(name));
    if (kindOf(type) === "RandomBytes") state["hex"] = pulumi.secret(generatedPassword(name));
    return { id: `${name}-id`, state };
  },
  call: ({ token }) => {
    throw new Error(`the program calls ${token}: a mock engine has no such function`);
  },
};

/** The SDK's mock monitor hands neither options nor edges on; this one keeps the whole request. */
export class Engine extends MockMonitor {
  public readonly registrations: Registration[] = [];
  /** `start <name>` and `end <name>` of every custom resource, in order. */
  public readonly events: string[] = [];
  private readonly held: (() => void)[] = [];
  private busy = 0;

  public constructor(private readonly hold: (registration: { type: string; name: string }) => boolean) {
    super(mocks);
  }

  public override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response: unknown) => void,
  ): Promise<void> {
    const [type, name] = [request.getType(), request.getName()];
    const label = `${kindOf(type)} ${name}`;
    if (request.getCustom()) this.events.push(`start ${label}`);
    if (this.hold({ type, name })) await new Promise<void>((resolve) => this.held.push(resolve));
    this.busy++;
    // Everyone is a little late, each by another number of turns, so that order comes from edges and not from luck.
    for (let turn = 0; turn < 1 + (label.length % 5); turn++) await nextTurn();
    await super.registerResource(request, (error, response: { getUrn(): string } | undefined) => {
      if (response !== undefined) this.capture(request, response.getUrn());
      if (request.getCustom()) this.events.push(`end ${label}`);
      callback(error, response);
    });
    this.busy--;
  }

  /** Lets the held resources become ready. */
  public release(): void {
    for (const resolve of this.held.splice(0)) resolve();
  }

  /** Waits until nothing moves any more except what is held. */
  public async settle(): Promise<void> {
    let [seen, quietTurns] = [-1, 0];
    while (quietTurns < 200) {
      await nextTurn();
      quietTurns = this.busy === 0 && seen === this.events.length ? quietTurns + 1 : 0;
      seen = this.events.length;
    }
  }

  private capture(request: RegisterResourceRequest, urn: string): void {
    if (this.registrations.some((each) => each.urn === urn)) throw new Error(`two resources have the URN ${urn}`);
    const timeouts = request.getCustomtimeouts();
    this.registrations.push({
      urn,
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      inputs: plain(deserializeProperties(request.getObject()!)) as JsonMap,
      parent: request.getParent(),
      dependencies: request.getDependenciesList().sort(),
      provider: request.getProvider(),
      protect: request.getProtect() ?? false,
      deletedWith: request.getDeletedwith(),
      replaceWith: request.getReplaceWithList().sort(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      customTimeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      ignoreChanges: request.getIgnorechangesList(),
      retainOnDelete: request.getRetainondelete() ?? false,
      version: request.getVersion(),
    });
  }
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Readable JSON: a secret becomes `{ secret: value }`. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value as Json;
  const tree = value as Record<string, unknown>;
  if (tree[SIGNATURE] === SECRET) return { secret: plain(tree["value"]) };
  return Object.fromEntries(Object.entries(tree).map(([key, below]) => [key, plain(below)]));
}
