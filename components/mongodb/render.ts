import { storageIdentity, type SetIdentity } from "../kit/storage";
import type { Endpoint } from "../kit/traffic";
import type { MongodbValues } from "./values";

export const PORT = 27017;

/** User and group of the official image. */
export const USER = 999;

export const DATA_DIR = "/data/db";

/** User that the entry point creates in an empty data folder; from then on the server asks for a password. */
export const ROOT_USER = "root";

/** What cannot change in place, for the set and for the guard. */
export function identityOf(
  values: MongodbValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "mongodb",
    knob: "mongodb",
    serviceName: "mongodb",
    podManagementPolicy: "OrderedReady",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: 1,
    scaleDown: "never",
  };
}

/** Arguments of the entry point; it adds `--auth` and the addresses to listen on. */
export function mongodArgs(values: MongodbValues): string[] {
  return ["mongod", "--wiredTigerCacheSizeGB", String(values.wiredTigerCacheSizeGb)];
}

/** How to reach MongoDB: plain data. */
export interface MongodbEndpoint extends Endpoint {
  readonly user: string;
}

export function mongodbEndpoint(namespace: string): MongodbEndpoint {
  return { host: `mongodb.${namespace}.svc`, port: PORT, workload: "mongodb", user: ROOT_USER };
}
