/**
 * Who talks to whom, as plain data. Every component says where it connects to, and `network` makes the policies of all of it.
 * A workload goes by its `app.kubernetes.io/name`, which is unique in a bed.
 */

/** Something that listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Whose pods answer; `OUTSIDE` for what is not of this bed. */
  readonly workload: string;
}

/** A connection that a policy lets through, on the port that the pod listens on. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** A page of metrics that the pods of a workload serve. */
export interface Scrape {
  readonly workload: string;
  readonly port: number;
  readonly path: string;
  /** The one pod that serves it, where every pod of the workload has a port of its own. */
  readonly pod?: string;
}

/** What a component tells about itself, for `network` and for Prometheus. */
export interface Part {
  readonly flows: readonly Flow[];
  readonly scrapes?: readonly Scrape[];
}

/** Any address outside of the bed's namespaces. */
export const OUTSIDE = "outside";
/** The API server: reached by a fixed address of the cluster, which no selector names. */
export const API_SERVER = "api-server";
/** What the CanopyX controller creates in the stack's second namespace. */
export const INDEXERS = "indexers";

/** The flows of a workload to what it was given the endpoints of. */
export function flowsTo(from: string, ...endpoints: readonly (Endpoint | undefined)[]): Flow[] {
  return endpoints.filter((to) => to !== undefined).map(({ workload, port }) => ({ from, to: workload, port }));
}

/** The flows between the pods of one workload. */
export function among(workload: string, ...ports: readonly number[]): Flow[] {
  return ports.map((port) => ({ from: workload, to: workload, port }));
}
