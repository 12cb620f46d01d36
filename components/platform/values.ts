import { z } from "zod";
import { Bytes, Cpu } from "../kit/schemas";

/** Knobs of the ground that every component stands on. */
export const PlatformValues = z.strictObject({
  storageClass: z.string().min(1).optional().meta({
    description: "StorageClass of all claims; unset takes the cluster's default class. Fixed once claims exist.",
    source: "the cluster: kubectl get storageclass",
  }),
  placement: z.enum(["single", "spread"]).meta({
    description:
      "single: everything fits one node, rollouts take a pod down before they add one. spread: one node per data-bearing pod, PodDisruptionBudgets, zones kept even. Restarts the pods.",
    source: "Kubernetes documentation, assigning pods to nodes, disruption budgets",
  }),
  networkPolicies: z.boolean().meta({
    description: "Deny traffic into the bed's pods except what the bed itself needs. Off only where the CNI refuses them.",
    source: "Kubernetes documentation, network policies",
  }),
  terminationGracePeriodSeconds: z.int().min(1).max(600).meta({
    description: "Seconds between SIGTERM and SIGKILL of every long-running pod. Restarts the pods.",
    source: "cass-operator drains within 120 s, ECK within 180 s; a bed on one node stops in under 10 s",
  }),
  podDeadlineSeconds: z.int().min(30).max(3600).meta({
    description: "Seconds that one pod may take to become ready before `up` fails with its reason. Restarts the pods.",
    source: "the 2025 reports saw 120 s to a ready Cassandra; image pull on a first run comes on top",
  }),
  jobDeadlineSeconds: z.int().min(60).max(3600).meta({
    description: "Seconds that one job may take, waiting included. Runs the jobs again.",
    source: "schema 0.0 to 1.13 measured at 14 s on two cores",
  }),
  budget: z
    .strictObject({
      cpu: Cpu.meta({
        description: "Most that all requests may add up to; also the ResourceQuota of the namespace.",
        source: "dev: one small node; prod: the sum of its requests and room for one more of each role",
      }),
      memory: Bytes.meta({
        description: "Most that all requests may add up to; also the ResourceQuota of the namespace.",
        source: "dev: one small node; prod: the sum of its requests and room for one more of each role",
      }),
    })
    .meta({ description: "Requests beyond it are refused before anything is created." }),
  unprotectSets: z.boolean().meta({
    description:
      "true lifts the protection of kept StatefulSets, so that `pulumi destroy --exclude-protected` can remove them. Namespaces, claims, passwords and Secrets stay.",
    source: "Pulumi documentation, protect",
  }),
});
export type PlatformValues = z.infer<typeof PlatformValues>;

/** Where every image comes from. */
export const ImagesValues = z.strictObject({
  mirror: z
    .string()
    .regex(/^([a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?)?$/, "a registry prefix without scheme, such as mirror.example.com/hub, or empty")
    .meta({
      description: "Registry prefix put before every image name. Restarts the pods and runs the jobs again.",
      source: "your mirror",
    }),
  pullSecrets: z.array(z.string().min(1)).meta({
    description: "Names of existing image pull Secrets in the bed's namespace. Restarts the pods and runs the jobs again.",
    source: "Kubernetes documentation, pulling from a private registry",
  }),
});
export type ImagesValues = z.infer<typeof ImagesValues>;
