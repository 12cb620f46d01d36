import { Bed } from "../../e2e/support/bed";
import { hasCondition, type KubeObject } from "../../e2e/support/cluster";
import type { Lab } from "../../e2e/support/lab";
import { run, type Outcome } from "../../e2e/support/process";
import { until } from "../../e2e/support/wait";
import { ROOT } from "../../e2e/support/engine";
import { processesOf, type PodProcess } from "./processes";

/** A container as its kubelet reports it. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly restartCount: number;
  /** What the kubelet has put into force. */
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
  readonly state?: { readonly terminated?: { readonly exitCode: number } };
}
type Quantities = Readonly<Record<string, string>>;

/** A pod with what these tests read of it. */
export interface Pod extends KubeObject {
  readonly spec: NonNullable<KubeObject["spec"]> & { readonly terminationGracePeriodSeconds: number };
  readonly status: {
    readonly phase: string;
    readonly podIP: string;
    readonly startTime?: string;
    readonly conditions: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime: string }[];
    readonly containerStatuses: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** A bed whose pods really run. */
export class RealBed {
  public readonly bed: Bed;
  public readonly namespace: string;

  public constructor(
    public readonly lab: Lab,
    public readonly stack: string,
  ) {
    this.bed = new Bed(lab.cluster, stack);
    this.namespace = this.bed.namespace;
  }

  /** Pods of one workload, such as `temporal-history`; those that are being deleted are left out. */
  public async pods(workload: string): Promise<Pod[]> {
    const selector = encodeURIComponent(`app.kubernetes.io/name=${workload}`);
    const pods = await this.lab.cluster.list(`/api/v1/namespaces/${this.namespace}/pods?labelSelector=${selector}`);
    return (pods as readonly Pod[]).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  /** The pods that serve: every pod of the bed that belongs to no job. */
  public async serving(): Promise<Pod[]> {
    const pods = (await this.bed.pods()) as readonly Pod[];
    return pods.filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === "Job"));
  }

  /** What tells whether a serving pod was replaced: their UIDs, in no order that matters. */
  public async uids(): Promise<string[]> {
    return (await this.serving()).map(({ metadata }) => metadata.uid).sort();
  }

  /** First pod of a workload, once it is ready. */
  public async pod(workload: string, seconds = 120): Promise<Pod> {
    return until(`a ready pod of ${workload}`, seconds, async () => (await this.pods(workload)).find(isReady));
  }

  /** Waits until every serving pod is ready. */
  public async settled(seconds = 180): Promise<void> {
    await until(`all pods of ${this.namespace} to be ready`, seconds, async () => {
      const pods = await this.serving();
      return pods.length > 0 && pods.every((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined) ? true : undefined;
    });
  }

  /** Deletes a pod; without grace its processes are killed at once. */
  public async deletePod(name: string, graceSeconds?: number): Promise<void> {
    const query = graceSeconds === undefined ? "" : `?gracePeriodSeconds=${graceSeconds}`;
    await this.lab.cluster.remove(`/api/v1/namespaces/${this.namespace}/pods/${name}${query}`);
  }

  /** Runs a command in a pod. */
  public async exec(pod: string, ...command: string[]): Promise<string> {
    const { code, stdout, text } = await this.kubectl("exec", pod, "--", ...command);
    if (code !== 0) throw new Error(`in ${pod}: ${command.join(" ")}: exit code ${code}\n${text}`);
    return stdout;
  }

  public async logs(pod: string): Promise<string> {
    return (await this.kubectl("logs", pod)).stdout;
  }

  public kubectl(...args: string[]): Promise<Outcome> {
    return run("kubectl", ["--namespace", this.namespace, ...args], { cwd: ROOT, env: this.lab.env, seconds: 120 });
  }

  /** First process of each container of a pod, seen from the node. */
  public mainProcesses(pod: Pod): { readonly container: string; readonly process: PodProcess }[] {
    return pod.status.containerStatuses.map(({ name, containerID = "" }) => {
      const [process] = processesOf(containerID).sort((a, b) => a.pid - b.pid);
      if (process === undefined) throw new Error(`container ${name} of ${pod.metadata.name} has no process`);
      return { container: name, process };
    });
  }

  /** First process of the only container of a workload. */
  public async mainProcess(workload: string): Promise<PodProcess> {
    const [main] = this.mainProcesses(await this.pod(workload));
    if (main === undefined) throw new Error(`the pod of ${workload} has no container`);
    return main.process;
  }
}

export function isReady(pod: Pod): boolean {
  return hasCondition(pod, "Ready");
}
