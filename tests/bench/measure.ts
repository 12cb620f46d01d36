import type { Env } from "../e2e/support/process";
import { readManifests, withRendered, type Manifest } from "../checkers/manifests";
import { Bed, EmptyProgram, NAMESPACES } from "./bed";
import { Kubectl } from "./kubectl";
import type { Config } from "../e2e/support/program";
import { destroyParts, previewParts, upParts, type Parts, type Watched } from "./phases";
import type { Steps } from "./steps";

/** One command: its wall time and where it went. */
export interface Measured {
  readonly seconds: number;
  readonly parts: Parts;
}

/** kubectl and the program, once each, one after the other. */
export interface Round {
  readonly apply: Measured;
  readonly up: Measured;
  readonly deleteNamespaces: number;
  readonly destroy: Measured;
}

/** A lever: a setting of the program, or of the command, that is taken away to see what it brings. */
export interface Lever {
  readonly name: string;
  /** Texts of the program to replace, by file. */
  readonly edits?: readonly { readonly file: string; readonly from: RegExp; readonly to: string }[];
  readonly args?: readonly string[];
  readonly env?: Env;
}

/** The bed that is measured. */
export interface Subject {
  readonly env: Env;
  readonly config: Config;
  readonly steps: Steps;
}

export type Tell = (text: string) => void;

/** Puts ConfigMaps into the stack, without a component: nothing waits for them. */
export function withObjects(count: number): Lever {
  const code = `const { providers, ...options } = on.after(platform) as any;
  for (let n = 0; n < ${count}; n++) {
    const metadata = { name: \`extra-\${n}\`, namespace: bed.namespace, annotations: { "pulumi.com/deletionPropagationPolicy": "background" } };
    new k8s.core.v1.ConfigMap(\`extra-\${n}\`, { metadata, data: { n: String(n) } }, { ...options, provider: providers[0] });
  }

  return {`;
  return { name: `${count} objects in the stack`, edits: [{ file: "index.ts", from: /return \{/, to: code }] };
}

/** The same objects for kubectl; nobody's, as far as the stack is concerned. */
export function foreignObjects(count: number): Manifest[] {
  return Array.from({ length: count }, (_, n) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `extra-${n}`, namespace: NAMESPACES[0] ?? "" },
    data: { n: String(n) },
  }));
}

/** Rounds of kubectl, program, kubectl, program ... */
export async function rounds(
  subject: Subject,
  repeat: number,
  tell: Tell,
  options: { lever?: Lever; foreign?: number } = {},
): Promise<Round[]> {
  const { env, config, steps: order } = subject;
  const { lever, foreign = 0 } = options;
  const objects = await withRendered(
    config,
    (folder) => [...readManifests(folder).values()],
    (program) => apply(lever, program),
  );
  const kubectl = new Kubectl(env, NAMESPACES, objects, order);
  const bed = await new Bed(env, config).init();
  apply(lever, bed.program);
  const add = () => (foreign === 0 ? Promise.resolve() : kubectl.add(foreignObjects(foreign)));
  const found: Round[] = [];
  try {
    for (let number = 1; number <= repeat; number++) {
      const began = performance.now();
      const steps = await kubectl.up();
      const seconds = (performance.now() - began) / 1000;
      await add();
      const deleteNamespaces = await kubectl.down();
      await kubectl.settled();
      const up = measured(await bed.up(lever?.args, lever?.env), (run) => upParts(run, order));
      await add();
      const destroy = measured(await bed.destroy(lever?.args, lever?.env), destroyParts);
      await kubectl.settled();
      found.push({ apply: { seconds, parts: steps }, up, deleteNamespaces, destroy });
      tell(
        `round ${number}/${repeat}: kubectl ${seconds.toFixed(1)} s, up ${up.seconds.toFixed(1)} s, delete ${deleteNamespaces.toFixed(1)} s, destroy ${destroy.seconds.toFixed(1)} s`,
      );
    }
    return found;
  } finally {
    kubectl.remove();
    await bed.remove();
  }
}

/** One `up` and one `destroy` with a lever taken away. */
export async function withoutLever(
  { env, config, steps }: Subject,
  levers: readonly Lever[],
): Promise<{ up: Measured; destroy: Measured }> {
  const bed = await new Bed(env, config).init();
  try {
    for (const lever of levers) apply(lever, bed.program);
    const args = levers.flatMap((lever) => lever.args ?? []);
    const more = Object.assign({}, ...levers.map((lever) => lever.env ?? {})) as Env;
    const up = measured(await bed.up(args, more), (run) => upParts(run, steps));
    return { up, destroy: measured(await bed.destroy(args, more), destroyParts) };
  } finally {
    await bed.remove();
  }
}

/** Warm previews without a change, in turn with those of a program without a resource. */
export async function previews({ env, config }: Subject, repeat: number, tell: Tell): Promise<{ bed: Measured[]; empty: number[] }> {
  const bed = await new Bed(env, config).init();
  const nothing = new EmptyProgram(env);
  const found = { bed: [] as Measured[], empty: [] as number[] };
  try {
    await nothing.init();
    await bed.up();
    await bed.preview(); // the first one after an edit fills the compiler's cache
    for (let number = 1; number <= repeat; number++) {
      const preview = measured(await bed.preview(), previewParts);
      const empty = await nothing.preview();
      found.bed.push(preview);
      found.empty.push(empty);
      tell(`preview ${number}/${repeat}: ${preview.seconds.toFixed(2)} s, of a program without a resource ${empty.toFixed(2)} s`);
    }
    await bed.destroy();
    return found;
  } finally {
    nothing.remove();
    await bed.remove();
  }
}

function apply(lever: Lever | undefined, program: Bed["program"]): void {
  for (const { file, from, to } of lever?.edits ?? []) program.edit(file, from, to);
}

function measured(run: Watched, parts: (run: Watched) => Parts): Measured {
  return { seconds: (run.ended - run.began) / 1000, parts: parts(run) };
}
