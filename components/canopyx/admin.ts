import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { flowsTo, OUTSIDE, type Endpoint, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import { deployment, service, type Program } from "./deployment";
import * as render from "./render";
import type { CanopyxImages, CanopyxValues } from "./values";

/** What every program of CanopyX is told. */
export interface CanopyxArgs {
  readonly bed: Bed;
  readonly values: CanopyxValues;
  readonly images: CanopyxImages;
  readonly systems: render.Systems;
}

export interface CanopyxAdminArgs extends CanopyxArgs {
  readonly secrets: render.AdminSecrets;
}

/**
 * The API of CanopyX. At its start it makes databases and tables, its Temporal namespace and the schedules of every stored chain, so
 * whoever reads those waits for it. Ready means that its stores answer.
 */
export class CanopyxAdmin extends pulumi.ComponentResource implements Part {
  public readonly endpoint: Endpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: CanopyxAdminArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:canopyx:Admin", name, {}, opts);
    const { bed, values, systems } = args;
    const program: Program = {
      name: render.NAMES.admin,
      container: "admin",
      image: args.images.admin,
      user: render.USER,
      env: render.adminEnv(values, systems, args.secrets),
      port: render.PORTS.admin,
      path: "/api/health",
      resources: values.admin.resources,
      stopSeconds: render.STOP_SECONDS,
    };
    new k8s.core.v1.Service(name, service(bed, program), { parent: this });
    new k8s.apps.v1.Deployment(name, deployment(bed, program), { parent: this, customTimeouts: parallelTimeouts(bed) });

    this.endpoint = render.canopyxEndpoint("admin", bed.namespace);
    this.flows = [
      ...flowsTo(program.name, systems.clickhouse, systems.temporal, systems.redis, ...systems.nodes),
      ...render.outsidePorts(values).map((port) => ({ from: program.name, to: OUTSIDE, port })),
    ];
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
