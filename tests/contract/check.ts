import type { Captured, JsonMap } from "../support/harness";
import { listAt, mapAt, textAt } from "../support/json";
import { type Container, configFiles, containers, plainEnv } from "../support/pods";
import { LAYERS, type LayerName } from "../../values/layers";
import { type Contract, OWN_TEXT } from "./contract";

/** The frame of every job script (components/kit/run-once.ts) sets these, whatever the image. */
const JOB_FRAME: Readonly<Record<string, string>> = {
  HOME: "POSIX.1-2024, 8.3: clients and shells write their own files below it",
  GIVE_UP_AFTER: OWN_TEXT,
};

/** Contracts of what a layer runs. */
export function contractsIn(layer: LayerName, contracts: readonly Contract[]): Contract[] {
  return contracts.filter(({ layers = LAYERS }) => layers.includes(layer));
}

/** What is wrong with the lists themselves. */
export function problemsIn(contracts: readonly Contract[]): string[] {
  return contracts.flatMap(({ subject, layers = LAYERS, env, ports, probes, files = {} }, index) => [
    ...layers
      .filter((layer) => contractsIn(layer, contracts.slice(0, index)).some((other) => other.subject === subject))
      .map((layer) => `${subject}: has two contracts in ${layer}`),
    ...[env, ports, probes, ...Object.values(files).map(({ keys }) => keys)].flatMap((list) =>
      Object.entries(list)
        .filter(([, source]) => source.trim() === "")
        .map(([entry]) => `${subject}: ${entry}: no source`),
    ),
  ]);
}

/** Everything that a bed sets and no contract of its layer lists. */
export function problemsOf(bed: Captured, contracts: readonly Contract[]): string[] {
  const mounted = new Set(containers(bed).flatMap((container) => configFiles(bed, container).map(({ config }) => config)));
  return [
    ...containers(bed).flatMap((container) => {
      const contract = contractOf(container, contracts);
      if (contract === undefined) return [`${container.label}: no contract for ${imageOf(container).repository}`];
      return problemsWith(bed, container, contract).map((problem) => `${container.label}: ${problem}`);
    }),
    ...bed.ofKind("ConfigMap").flatMap(({ name }) => (mounted.has(name) ? [] : [`ConfigMap ${name}: no container mounts it`])),
  ];
}

/** Contracts of what no bed of their layers runs. */
export function idle(beds: readonly { readonly layer: LayerName; readonly bed: Captured }[], contracts: readonly Contract[]): string[] {
  const used = new Set(
    beds.flatMap(({ layer, bed }) => {
      const own = contractsIn(layer, contracts);
      return containers(bed).map((container) => contractOf(container, own));
    }),
  );
  return contracts.filter((contract) => !used.has(contract)).map(({ subject }) => subject);
}

/** Repository and tag; the mirror is a knob and no layer sets it. */
function imageOf({ spec }: Container): { repository: string; tag: string } {
  const [, repository = "", tag = ""] = /^(.*?):([^:@/]+)(?:@.*)?$/.exec(textAt(spec, "image")) ?? [];
  return { repository, tag };
}

function contractOf(container: Container, contracts: readonly Contract[]): Contract | undefined {
  const { pod, spec } = container;
  const workload = textAt({ name: pod.labels["app.kubernetes.io/name"] ?? "" }, "name");
  return [`${workload}/${textAt(spec, "name")}`, imageOf(container).repository]
    .map((subject) => contracts.find((each) => each.subject === subject))
    .find(Boolean);
}

function problemsWith(bed: Captured, container: Container, contract: Contract): string[] {
  const { spec, pod } = container;
  const { repository, tag } = imageOf(container);
  const texts = configFiles(bed, container).map(({ text }) => text);
  const own = [...strings(spec["command"]), ...strings(spec["args"]), ...Object.values(plainEnv(spec)), ...texts].join("\n");
  const known = pod.kind === "Job" ? { ...JOB_FRAME, ...contract.env } : contract.env;
  const environment = listAt(spec, "env").map((variable) => textAt(variable, "name"));
  return [
    ...(contract.subject !== repository || isOf(tag, contract.version) ? [] : [`runs ${tag}; its contract is of ${contract.version}`]),
    ...(spec["envFrom"] === undefined ? [] : ["envFrom: sets what nobody can list"]),
    ...environment.flatMap((name) => {
      const source = known[name];
      if (source === undefined) return [`env ${name}`];
      return source !== OWN_TEXT || readBy(own, name) ? [] : [`env ${name}: no text of the container reads it`];
    }),
    ...listAt(spec, "ports").flatMap((port) => {
      const number = String(Number(port["containerPort"]));
      return [number, textAt(port, "name")].some((key) => contract.ports[key] !== undefined) ? [] : [`port ${number}`];
    }),
    ...["startupProbe", "readinessProbe", "livenessProbe"].flatMap((kind) => {
      const text = probeText(mapAt(spec, kind));
      return spec[kind] === undefined || contract.probes[text] !== undefined ? [] : [`${kind} ${text}`];
    }),
    ...unknownKeys(bed, container, contract),
  ];
}

/** Whether a tag is of a version: the same, or a closer one, such as 25.8.3 of 25.8. The "v" before either is spelling. */
function isOf(tag: string, version: string): boolean {
  const [exact, wanted] = [tag, version].map((text) => text.replace(/^v/, "")) as [string, string];
  return exact === wanted || exact.startsWith(`${wanted}.`) || exact.startsWith(`${wanted}-`);
}

/** As a shell reads it, as Kubernetes fills it into a command, or as a Go template asks for it. */
function readBy(text: string, name: string): boolean {
  return new RegExp(`\\$${name}\\b|\\$\\{${name}\\b|\\$\\(${name}\\)|\\benv "${name}"`).test(text);
}

function probeText(probe: JsonMap): string {
  if (probe["httpGet"] !== undefined) return `http ${textAt(probe, "httpGet.path")}`;
  if (probe["tcpSocket"] !== undefined) return "tcp";
  if (probe["grpc"] !== undefined) return `grpc ${textAt(probe, "grpc.service")}`;
  return `exec ${textAt(probe, "exec.command.0")}`;
}

function unknownKeys(bed: Captured, container: Container, { files = {} }: Contract): string[] {
  const byVariable = Object.entries(plainEnv(container.spec)).map(([name, text]) => ({ file: `$${name}`, text }));
  return [...configFiles(bed, container), ...byVariable].flatMap(({ file, text }) => {
    const [, list] = Object.entries(files).find(([pattern]) => matches(file, pattern)) ?? [];
    if (list === undefined) return file.startsWith("$") ? [] : [`file ${file}`];
    const patterns = Object.keys(list.keys);
    return list
      .parse(text)
      .filter((key) => list.keys[key] === undefined && !patterns.some((pattern) => matches(key, pattern)))
      .map((key) => `file ${file}: ${key}`);
  });
}

/** `*` stands for a name without dots, in a file's name for anything. */
function matches(name: string, pattern: string): boolean {
  if (!pattern.includes("*")) return name === pattern;
  const literals = pattern.split("*").map((part) => part.replace(/[.[\]$()+?^{}|\\]/g, "\\$&"));
  return new RegExp(`^${literals.join("[^.]+")}$`).test(name);
}

function strings(json: unknown): string[] {
  return Array.isArray(json) ? json.filter((each) => typeof each === "string") : [];
}
