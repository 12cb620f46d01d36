import type { LayerName } from "../../values/layers";

/** What one version of a program reads, with the place that says so: the program may set nothing else. */
export interface Contract {
  /** Image repository that it speaks of, without tag; or "<workload>/<container>" where images have no fixed name. */
  readonly subject: string;
  readonly version: string;
  /** Layers that run this version, where others run another one that reads other things. Left out: all of them. */
  readonly layers?: readonly LayerName[];
  /** Environment variable to its source: a section of the facts, or upstream's file. */
  readonly env: Readonly<Record<string, string>>;
  /** Container port to its source. */
  readonly ports: Readonly<Record<string, string>>;
  /** Probe to its source: "http /path", "tcp", "grpc <service>", "exec <first word>". */
  readonly probes: Readonly<Record<string, string>>;
  /**
   * Rendered file to its dotted keys: `[]` stands for the entries of a list, `*` for a name that is free. A file is named as in its
   * ConfigMap, where `*` is free too, or as `$NAME` when an environment variable hands it over.
   */
  readonly files?: Readonly<
    Record<string, { readonly parse: (text: string) => string[]; readonly keys: Readonly<Record<string, string>> }>
  >;
}

/** Source of a variable that the bed's own text reads: a job's script, a container's command, a template. The text must name it. */
export const OWN_TEXT = "read by the bed's own script or template";
