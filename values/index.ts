import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../components/kit/nearest";
import { refusal } from "../components/kit/refusal";
import { configKeyOf, PASSWORDS, type PasswordName } from "../components/credentials/passwords";
import { passwordsToBeGiven } from "./derive";
import { liveKeyFor } from "./dead-keys";
import { formatProblems, type Problem } from "./errors";
import { isTree, LAYERS, mergeLayers, type Layer, type Tree } from "./layers";
import { deepest, parseValues, type Parsed } from "./parse";
import { readLayer } from "./read";
import { Values } from "./slices";

/** Everything the program reads from outside, checked. */
export interface Stack extends Parsed {
  /** Name of the layer, such as "dev". */
  readonly layer: string;
  /** Name of the stack, such as "dev"; also the label on its namespaces. */
  readonly name: string;
  /** Namespace of the bed. */
  readonly namespace: string;
  /** Every namespace of the stack: the bed's, and the one of what controllers create at run time. */
  readonly namespaces: readonly [string, string];
  /** Context that the kubeconfig's current one must be; undefined: whichever is current. */
  readonly context: string | undefined;
  /** Folder to render manifests to instead of talking to a cluster; undefined: the real thing. */
  readonly renderTo: string | undefined;
  readonly passwords: Readonly<Partial<Record<PasswordName, pulumi.Output<string>>>>;
}

/** Keys of the stack config that are no slices. */
const PLAIN_KEYS = ["layer", "context", "renderTo"] as const;
const PROJECT = "testbed";

/**
 * Reads the layer and the stack config, merges and checks them.
 * @throws pulumi.RunError with every problem at once; nothing has been registered by then
 */
export function loadStack(): Stack {
  const config = new pulumi.Config(PROJECT);
  const stack = pulumi.getStack();
  const file = `Pulumi.${stack}.yaml`;
  const problems: Problem[] = [];

  const layer = config.get("layer") ?? "";
  if (!(LAYERS as readonly string[]).includes(layer)) {
    const allowed = `allowed is one of ${LAYERS.join(", ")}; run \`pulumi config set layer ${LAYERS[0]}\``;
    throw refuse([{ where: `${file}: layer`, given: layer === "" ? "nothing" : layer, allowed }]);
  }
  const context = config.get("context");
  if (layer === "prod" && context === undefined) {
    problems.push({
      where: `${file}: context`,
      allowed: "needed in the prod layer; run `pulumi config set context <name of the kubeconfig context>`",
    });
  }
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(stack)) {
    problems.push({
      where: "stack name",
      given: stack,
      allowed: "it becomes part of a namespace: lower case letters, digits and '-', at most 40",
    });
  }

  const layers: Layer[] = [];
  for (const name of ["base", layer]) {
    const parsed = readLayer(name);
    if ("tree" in parsed) layers.push(parsed);
    else problems.push(parsed);
  }
  const tree = stackConfig(file, problems);

  // A layer that is no YAML leaves holes that are not worth a line each.
  const readable = layers.length === 2;
  const parsed = readable ? parseValues(mergeLayers([...layers, { source: file, tree }])) : [];
  if (Array.isArray(parsed)) throw refuse([...problems, ...parsed]);
  const passwords = givenPasswords(config);
  for (const [name, knob] of Object.entries(passwordsToBeGiven(parsed.values))) {
    if (passwords[name as PasswordName] !== undefined) continue;
    const key = configKeyOf(name as PasswordName);
    const allowed = `missing: ${knob} has a password already; run \`pulumi config set --secret ${key}\``;
    problems.push({ where: `${file}: ${key}`, allowed });
  }
  if (problems.length > 0) throw refuse(problems);
  return {
    ...parsed,
    layer,
    name: stack,
    namespace: `${PROJECT}-${stack}`,
    namespaces: [`${PROJECT}-${stack}`, `${PROJECT}-${stack}-indexers`],
    context,
    renderTo: config.get("renderTo"),
    passwords,
  };
}

/** The slices of the stack config. Everything that is none, and no plain key, is a problem. */
function stackConfig(file: string, problems: Problem[]): Tree {
  const slices = Object.keys(Values.shape);
  const passwords = (Object.keys(PASSWORDS) as PasswordName[]).map(configKeyOf);
  const tree: Tree = {};
  for (const [fullKey, text] of Object.entries(pulumi.runtime.allConfig())) {
    const [project, ...rest] = fullKey.split(":");
    const key = rest.join(":");
    if (project !== PROJECT || (PLAIN_KEYS as readonly string[]).includes(key)) continue;
    const secret = isSecret(fullKey);
    if (passwords.includes(key)) {
      if (!secret) problems.push({ where: `${file}: ${key}`, allowed: `a password in clear; run \`pulumi config set --secret ${key}\`` });
      continue;
    }
    if (!slices.includes(key)) {
      const near = nearest(key, [...slices, ...PLAIN_KEYS, ...passwords]);
      const help =
        liveKeyFor(deepest([key], parseSlice(text))) ??
        (near === undefined ? `known are ${[...slices, ...PLAIN_KEYS].join(", ")}` : `did you mean ${near}?`);
      problems.push({ where: `${file}: ${fullKey}`, allowed: `unknown key; ${help}` });
      continue;
    }
    if (secret) {
      problems.push({ where: `${file}: ${fullKey}`, allowed: `a slice cannot be secret; passwords are ${passwords.join(", ")}` });
      continue;
    }
    const value = parseSlice(text);
    if (isTree(value)) tree[key] = value;
    else
      problems.push({
        where: `${file}: ${fullKey}`,
        given: text,
        allowed: `a map of knobs; run \`pulumi config set --path ${fullKey}.<knob> <value>\``,
      });
  }
  return tree;
}

/** The SDK has this function but leaves it out of its typings. */
function isSecret(key: string): boolean {
  return (pulumi.runtime as unknown as { isConfigSecret(key: string): boolean }).isConfigSecret(key);
}

function parseSlice(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function givenPasswords(config: pulumi.Config): Partial<Record<PasswordName, pulumi.Output<string>>> {
  const given: Partial<Record<PasswordName, pulumi.Output<string>>> = {};
  for (const name of Object.keys(PASSWORDS) as PasswordName[]) {
    const value = config.getSecret(configKeyOf(name));
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function refuse(problems: readonly Problem[]): pulumi.RunError {
  return refusal(formatProblems(problems));
}
