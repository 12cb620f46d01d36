import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { plainEnv } from "../kit/env";
import { imageReference, pullSecrets } from "../kit/images";
import { labels } from "../kit/labels";
import { probes } from "../kit/probes";
import type { Resources } from "../kit/schemas";
import { containerSecurity, podSecurity } from "../kit/security";
import { oneAtATime, spreadSoft } from "../kit/spread";
import { flowsTo, type Flow, type Part, type Scrape } from "../kit/traffic";
import { parallelTimeouts, rollout } from "../kit/workload";
import type { TemporalEndpoint } from "../temporal/index";
import * as render from "./render";
import type { LoadValues } from "./values";

export { loadCheck } from "./check-job";

/** Where the worker takes its work from: plain data. */
export interface LoadEndpoint {
  readonly namespace: string;
  readonly taskQueue: string;
}

export interface LoadArgs {
  readonly bed: Bed;
  readonly values: LoadValues;
  readonly server: TemporalEndpoint;
}

/** The image holds two static programs and no user; neither writes a file. */
const USER = 65532;

/** One of the two programs of the image. */
interface Program {
  readonly role: "worker" | "runner";
  readonly replicas: number;
  readonly command: string[];
  readonly env: Readonly<Record<string, string>>;
  readonly resources: Resources;
}

/**
 * A worker that runs trivial workflows, and a runner that keeps some of them in flight. Ready means that the program serves
 * its metrics, which it does before it has reached the server: that it does work is proven by the check, a stage of its own.
 */
export class Load extends pulumi.ComponentResource implements Part {
  public readonly endpoint: LoadEndpoint;
  public readonly flows: readonly Flow[];
  public readonly scrapes: readonly Scrape[];

  public constructor(name: string, args: LoadArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:load:Load", name, {}, opts);
    const { values } = args;
    const { worker, runner } = values;

    const client = render.clientEnv(values, args.server);
    this.createProgram(`${name}-worker`, args, {
      role: "worker",
      replicas: worker.replicas,
      command: ["/usr/local/bin/worker"],
      env: { ...client, ...render.workerEnv(values) },
      resources: worker.resources,
    });
    if (runner.replicas > 0) {
      this.createProgram(`${name}-runner`, args, {
        role: "runner",
        replicas: runner.replicas,
        command: render.runnerCommand(runner),
        env: client,
        resources: runner.resources,
      });
    }

    const programs = [`${name}-worker`, ...(runner.replicas > 0 ? [`${name}-runner`] : [])];
    this.flows = programs.flatMap((program) => flowsTo(program, args.server));
    this.scrapes = programs.map((workload) => ({ workload, port: render.METRICS_PORT, path: "/metrics" }));
    this.endpoint = { namespace: values.namespace, taskQueue: values.taskQueue };
    this.registerOutputs({ endpoint: this.endpoint });
  }

  private createProgram(name: string, { bed, values }: LoadArgs, program: Program): void {
    const own = labels(name, bed.namespace, "load");
    const metadata = { name, namespace: bed.namespace, labels: own.all };

    if (bed.placement === "spread" && program.replicas > 1) {
      new k8s.policy.v1.PodDisruptionBudget(
        name,
        {
          metadata: { ...metadata, annotations: leafAnnotations },
          spec: oneAtATime(own.selector),
        },
        { parent: this },
      );
    }

    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          ...rollout(bed),
          replicas: program.replicas,
          selector: { matchLabels: own.selector },
          template: {
            metadata: { labels: own.all },
            spec: {
              ...podSecurity(USER),
              ...spreadSoft(bed.placement, own.selector),
              terminationGracePeriodSeconds: Math.min(bed.terminationGracePeriodSeconds, 10),
              imagePullSecrets: pullSecrets(bed.images),
              containers: [
                {
                  name: program.role,
                  image: imageReference(bed.images, values.image),
                  imagePullPolicy: "IfNotPresent",
                  command: program.command,
                  env: plainEnv(program.env),
                  ports: [{ name: "metrics", containerPort: render.METRICS_PORT }],
                  ...probes({ httpGet: { path: "/metrics", port: "metrics" } }, bed.podSeconds),
                  resources: program.resources,
                  securityContext: containerSecurity,
                  terminationMessagePolicy: "FallbackToLogsOnError",
                },
              ],
            },
          },
        },
      },
      { parent: this, customTimeouts: parallelTimeouts(bed) },
    );
  }
}
