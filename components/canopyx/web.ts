import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bed } from "../kit/bed";
import { leafAnnotations } from "../kit/deletion";
import { labels } from "../kit/labels";
import { flowsTo, type Endpoint, type Flow, type Part } from "../kit/traffic";
import { parallelTimeouts } from "../kit/workload";
import { deployment, service, type Program } from "./deployment";
import { nginxConf } from "./nginx";
import * as render from "./render";
import type { CanopyxImages, CanopyxValues } from "./values";

export interface CanopyxWebArgs {
  readonly bed: Bed;
  readonly values: CanopyxValues;
  readonly images: CanopyxImages;
  readonly admin: Endpoint;
  /** October 2025 only. */
  readonly query: Endpoint | undefined;
}

const WEB_USER = 1001;
const NGINX_USER = 101;

/** The admin UI, and in the current generation the proxy that puts UI, API and its WebSocket behind one address. */
export class CanopyxWeb extends pulumi.ComponentResource implements Part {
  /** Where a person goes. */
  public readonly endpoint: Endpoint;
  public readonly flows: readonly Flow[];

  public constructor(name: string, args: CanopyxWebArgs, opts: pulumi.ComponentResourceOptions) {
    super("testbed:canopyx:Web", name, {}, opts);
    const { bed, values, admin, query } = args;
    const options = { parent: this, customTimeouts: parallelTimeouts(bed) };
    const program: Program = {
      name: render.NAMES.web,
      container: "admin-web",
      image: args.images.adminWeb,
      user: WEB_USER,
      // What `pnpm start` runs: pnpm itself may want to be downloaded first.
      command: ["node", "node_modules/next/dist/bin/next", "start"],
      env: render.webEnv(admin, query),
      port: render.PORTS.web,
      path: "/",
      resources: values.web.resources,
      writable: ["/tmp", "/app/.next/cache"],
    };
    const address = new k8s.core.v1.Service(name, service(bed, program), { parent: this });
    const web = new k8s.apps.v1.Deployment(name, deployment(bed, program), options);
    const endpoint = render.canopyxEndpoint("web", bed.namespace);
    const flows = flowsTo(program.name, admin, query);

    if (values.generation === "october-2025") {
      this.endpoint = endpoint;
      this.flows = flows;
    } else {
      const config = new k8s.core.v1.ConfigMap(
        `${name}-proxy-config`,
        {
          metadata: {
            namespace: bed.namespace,
            labels: labels(render.NAMES.proxy, bed.namespace, "canopyx").all,
            annotations: leafAnnotations,
          },
          immutable: true,
          data: { "nginx.conf": nginxConf(admin, endpoint) },
        },
        { parent: this },
      );
      const proxy: Program = {
        name: render.NAMES.proxy,
        container: "nginx",
        image: values.proxy.image,
        user: NGINX_USER,
        command: ["nginx", "-c", "/etc/canopyx/nginx.conf", "-g", "daemon off;"],
        env: { secret: {}, plain: {} },
        port: render.PORTS.proxy,
        path: "/",
        resources: values.proxy.resources,
        writable: ["/tmp"],
        config: { name: config.metadata.name, mountPath: "/etc/canopyx" },
      };
      new k8s.core.v1.Service(`${name}-proxy`, service(bed, proxy), { parent: this });
      // nginx ends at once when a name that it forwards to does not resolve, and is not ready before the UI answers.
      new k8s.apps.v1.Deployment(`${name}-proxy`, deployment(bed, proxy), { ...options, dependsOn: [address, web] });
      this.endpoint = render.canopyxEndpoint("proxy", bed.namespace);
      this.flows = [...flows, ...flowsTo(proxy.name, admin, endpoint)];
    }
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
