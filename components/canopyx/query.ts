import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Image } from "../kit/schemas";
import { flowsTo, type Endpoint, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import type { CanopyxArgs } from "./admin";
import { deployment, service, type Program } from "./deployment";
import * as render from "./render";
import type { OctoberValues } from "./values";

export interface CanopyxQueryArgs extends Omit<CanopyxArgs, "images"> {
  readonly values: OctoberValues;
  readonly image: Image;
}

/** The query service of October 2025: reads the tables that admin makes. */
export class CanopyxQuery extends pulumi.ComponentResource implements Part {
  public readonly endpoint: Endpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: CanopyxQueryArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:canopyx:Query", name, {}, opts);
    const { bed, values, systems } = args;
    const program: Program = {
      name: render.NAMES.query,
      container: "query",
      image: args.image,
      user: render.USER,
      env: render.queryEnv(values, systems),
      port: render.PORTS.query,
      path: "/health",
      resources: values.query.resources,
    };
    new k8s.core.v1.Service(name, service(bed, program), { parent: this });
    new k8s.apps.v1.Deployment(name, deployment(bed, program), { parent: this, customTimeouts: parallelTimeouts(bed) });

    this.endpoint = render.canopyxEndpoint("query", bed.namespace);
    this.flows = flowsTo(program.name, systems.clickhouse);
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
