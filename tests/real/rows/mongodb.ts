import { type Row, unread, unreadImage, unreadResources, unreadStorage } from "../row";

const REASON =
  "no package registry serves a MongoDB server for the lab; arguments, pod and claim are held by unit tests, and the names of the arguments are from upstream";

export const MONGODB_ROWS: readonly Row[] = [
  ...unread("mongodb", "no server reads it: without it the stage does not exist, which the order and unit tests show", {
    enabled: "stage mongodb; its Secret",
  }),
  ...unreadImage("mongodb.image", "mongodb", REASON),
  ...unread("mongodb", REASON, { wiredTigerCacheSizeGb: "pod mongodb: --wiredTigerCacheSizeGB" }),
  ...unreadResources("mongodb", "mongodb", REASON),
  ...unreadStorage("mongodb", "mongodb", REASON),
];
