import { type Cluster, Refusal } from "./cluster";

/** A chain that the stand-in serves. */
export interface StandInChain {
  readonly id: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** The real one reconciles every 15 s; this one is faster, so that it fights back harder. */
const TICK_MS = 200;
const IMAGE = "registry.example.com/canopyx-indexer:v1";

/** What Pod Security *restricted* asks for. The real controller sends none of it. */
const POD_SECURITY = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } };
const CONTAINER_SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/**
 * Does what the CanopyX controller does (app/controller/provider_k8s.go): a Deployment, a re-index Deployment and an autoscaler per chain
 * in the stack's second namespace, with its labels and no owner references. It lives as long as the controller's pod is there, also one
 * that is being stopped, and until then makes anew whatever is deleted.
 */
export class StandInController {
  /** Objects made so far, by kind and name; more than one of a name says that it had to fight. */
  public readonly made: string[] = [];
  /** Answers of the API server that no controller should get. */
  public readonly refused: string[] = [];
  private running = true;
  private readonly work: Promise<void>;

  public constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
    private readonly chains: readonly StandInChain[],
  ) {
    this.work = this.run();
  }

  /** Ends the watch on the controller's pod, for a test that is over. */
  public async stop(): Promise<void> {
    this.running = false;
    await this.work;
  }

  private get indexers(): string {
    return `${this.namespace}-indexers`;
  }

  private async run(): Promise<void> {
    while (this.running) {
      if (await this.isAlive()) for (const chain of this.chains) await this.reconcile(chain);
      await new Promise((resume) => setTimeout(resume, TICK_MS));
    }
  }

  /** A process goes on until its pod is gone. */
  private async isAlive(): Promise<boolean> {
    const pods = await this.cluster.list(
      `/api/v1/namespaces/${this.namespace}/pods?labelSelector=app.kubernetes.io/name%3Dcanopyx-controller`,
    );
    return pods.some(({ status }) => status?.phase === "Running");
  }

  private async reconcile({ id, minReplicas, maxReplicas }: StandInChain): Promise<void> {
    const managed = { "managed-by": "canopyx-controller", chain: id };
    const name = `canopyx-indexer-${id}`;
    const indexer = { app: "indexer", ...managed };
    const deployments = `/apis/apps/v1/namespaces/${this.indexers}/deployments`;
    await this.ensure(deployments, this.deployment(name, "indexer", indexer, minReplicas));
    await this.ensure(
      deployments,
      this.deployment(
        `canopyx-indexer-reindex-${id}`,
        "indexer-reindex",
        { app: "indexer-reindex", ...managed, "worker-type": "reindex" },
        1,
      ),
    );
    await this.ensure(`/apis/autoscaling/v2/namespaces/${this.indexers}/horizontalpodautoscalers`, {
      kind: "HorizontalPodAutoscaler",
      metadata: { name, namespace: this.indexers, labels: indexer },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas,
        maxReplicas,
        metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }],
      },
    });
  }

  private async ensure(
    path: string,
    object: { kind: string; metadata: { name: string; [field: string]: unknown }; spec: object },
  ): Promise<void> {
    try {
      await this.cluster.create(path, object);
      this.made.push(`${object.kind} ${object.metadata.name}`);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // There already; or its namespace is going, which the real one logs and tries again.
      if (error.code !== 409) this.refused.push(error.message);
    }
  }

  private deployment(name: string, container: string, labels: Readonly<Record<string, string>>, replicas: number) {
    const resources = { cpu: "100m", memory: "256Mi" };
    return {
      kind: "Deployment",
      metadata: { name, namespace: this.indexers, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            securityContext: POD_SECURITY,
            containers: [
              {
                name: container,
                image: IMAGE,
                env: [
                  { name: "CHAIN_ID", value: String(labels["chain"]) },
                  { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: { name: "redis", key: "redis-password" } } },
                ],
                resources: { requests: resources, limits: resources },
                securityContext: CONTAINER_SECURITY,
              },
            ],
          },
        },
      },
    };
  }
}
