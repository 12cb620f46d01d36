import { refusal } from "../kit/refusal";
import { lookAtCluster, type Cluster } from "./cluster";
import { refusals, type Intent } from "./guard";

/**
 * Lets an edit through to the cluster, or throws one message with every reason against it. Nothing has been registered by then.
 * @param context kubeconfig context that must be the current one; undefined: whichever is
 */
export async function admit(context: string | undefined, namespaces: readonly [string, ...string[]], intent: Intent): Promise<Cluster> {
  const cluster = await lookAtCluster(context, namespaces).catch((error: Error) => {
    throw refusal(`${error.message} Nothing was created.`);
  });
  const reasons = refusals(cluster.live, intent);
  if (reasons.length > 0) {
    const lines = reasons.map((reason) => `  ${reason}`).join("\n");
    throw refusal(`refused, nothing was changed:\n${lines}`);
  }
  return cluster;
}
