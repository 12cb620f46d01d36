import type { Captured, JsonMap, Registration } from "./harness";
import { listAt, mapAt, textAt } from "./json";

/** A pod template and what it is of. */
export interface Pod {
  readonly owner: Registration;
  readonly kind: "StatefulSet" | "Deployment" | "Job";
  readonly labels: JsonMap;
  readonly spec: JsonMap;
}

export interface Container {
  readonly pod: Pod;
  /** `Deployment temporal-ui: ui`, for messages. */
  readonly label: string;
  readonly init: boolean;
  readonly spec: JsonMap;
}

export function pods(bed: Captured): Pod[] {
  return (["StatefulSet", "Deployment", "Job"] as const).flatMap((kind) =>
    bed.ofKind(kind).map((owner) => ({
      owner,
      kind,
      labels: mapAt(owner.inputs, "spec.template.metadata.labels"),
      spec: mapAt(owner.inputs, "spec.template.spec"),
    })),
  );
}

/** Every container, init containers included. */
export function containers(bed: Captured): Container[] {
  return pods(bed).flatMap((pod) => {
    const of = (list: string, init: boolean) =>
      listAt(pod.spec, list).map((spec) => ({ pod, init, spec, label: `${pod.kind} ${pod.owner.name}: ${textAt(spec, "name")}` }));
    return [...of("initContainers", true), ...of("containers", false)];
  });
}

/** A file that a container gets from a ConfigMap. */
export interface ConfigFile {
  /** Logical name of the ConfigMap. */
  readonly config: string;
  readonly file: string;
  readonly text: string;
}

/** Every file of the ConfigMaps that a container mounts. */
export function configFiles(bed: Captured, { pod, spec }: Container): ConfigFile[] {
  const mounted = listAt(spec, "volumeMounts").map((mount) => textAt(mount, "name"));
  const names = listAt(pod.spec, "volumes")
    .filter((volume) => mounted.includes(textAt(volume, "name")))
    .flatMap((volume) => [volume, ...listAt(volume, "projected.sources")])
    .map((volume) => textAt(volume, "configMap.name"))
    .filter((name) => name !== "");
  return names.flatMap((name) => {
    const config = bed.ofKind("ConfigMap").find((each) => objectName(each) === name);
    if (config === undefined) throw new Error(`${pod.owner.name} mounts ConfigMap ${name}, which the program does not make`);
    return Object.entries(mapAt(config.inputs, "data")).flatMap(([file, text]) =>
      typeof text === "string" ? [{ config: config.name, file, text }] : [],
    );
  });
}

/** Name of the object in the cluster; the mock engine names what the program does not. */
export function objectName({ inputs, name }: Registration): string {
  return textAt(inputs, "metadata.name") || `${name}-auto`;
}

/** The only container of a workload. */
export function containerOf(workload: Registration): JsonMap {
  const [only, ...rest] = listAt(workload.inputs, "spec.template.spec.containers");
  if (only === undefined || rest.length > 0) throw new Error(`${workload.name} has not exactly one container`);
  return only;
}

/** Plain environment of a container; what comes by reference is left out. */
export function plainEnv(container: JsonMap): Record<string, string> {
  return Object.fromEntries(
    listAt(container, "env").flatMap((variable) => {
      const { name, value } = variable;
      return typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
    }),
  );
}
