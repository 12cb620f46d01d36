import { type Row, unread, unreadImage, unreadResources, unreadStorage } from "../row";

const REASON =
  "nobody publishes an image of the node, and the lab builds none; configuration, pod and claim are held by unit tests, and every key of the configuration is one that its source reads";
const CONFIG = "ConfigMap canopy-node-config, config.json";

export const CANOPY_NODE_ROWS: readonly Row[] = [
  ...unreadImage("canopyNode.image", "canopy-node", REASON),
  ...unread("canopyNode", REASON, { networkId: CONFIG, runVdf: CONFIG, blockSeconds: CONFIG, metricsEnabled: CONFIG }),
  ...unreadResources("canopyNode", "canopy-node", REASON),
  ...unreadStorage("canopyNode", "canopy-node", REASON),
];
