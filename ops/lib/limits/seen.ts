import type { DynamicConfig } from "../../../components/temporal/dynamic-config";
import type { Reader } from "../../../components/temporal/limits-table";
import type { TemporalValues } from "../../../components/temporal/values";
import type { Lag } from "./lag";
import type { ServerLog } from "./log";

/** What was found out about the limits of one bed, at one moment. Times are milliseconds since 1970. */
export interface Seen {
  readonly now: number;
  /** Temporal's slice of the stack's settings, and where they stand; or why they are not known. */
  readonly configured: { readonly source: string; readonly temporal: TemporalValues } | { readonly unknown: string };
  readonly mounted: { readonly config: DynamicConfig; readonly changed: number };
  readonly lag: Lag;
  readonly pods: readonly ServerPod[];
  /** Partitions that tasks are written to, by `partitionsKey`; a text says why they are not known. */
  readonly partitions: ReadonlyMap<string, number | string>;
}

/** A running pod of a server role. What could not be had is undefined. */
export interface ServerPod {
  readonly name: string;
  readonly role: Reader;
  readonly started: number;
  readonly log: ServerLog | undefined;
  /** The file as it is in the pod, and since when. */
  readonly file: { readonly config: DynamicConfig; readonly since: number | undefined } | undefined;
  /** The gauge host_rps_limit, which the frontend alone exports. */
  readonly hostRpsLimit: number | undefined;
}

/** @param taskQueue undefined: one that no setting names */
export function partitionsKey(namespace: string | undefined, taskQueue: string | undefined): string {
  return JSON.stringify([namespace, taskQueue]);
}

/** The gauge on a metrics page of a frontend; undefined until its first call. @see Temporal 1.31.2, common/metrics: HostRPSLimit */
export function hostRpsLimit(page: string): number | undefined {
  const value = /^host_rps_limit(?:\{[^}]*\})? (\S+)$/m.exec(page)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** When the kubelet wrote a mounted folder: the name that its link `..data` leads to, such as `..2026_11_21_22_06_00.123`. */
export function mountedSince(link: string): number | undefined {
  const [, year, month, day, hour, minute, second] = /^\.\.(\d{4})_(\d\d)_(\d\d)_(\d\d)_(\d\d)_(\d\d)\./.exec(link.trim()) ?? [];
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
