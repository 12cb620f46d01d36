import { missingFrom, type Cluster, type Inventory } from "./cluster";
import { until } from "./wait";

/** What is on the API server and was not before, once the last volume is gone: volumes go after their claims, by a controller of their own. */
export function left(cluster: Cluster, before: Inventory, seconds: number): Promise<string[]> {
  return until("the last volume to go", seconds, async () => {
    const keys = missingFrom(before, await cluster.inventory());
    return keys.some((key) => key.startsWith("persistentvolumes ")) ? undefined : keys;
  });
}
