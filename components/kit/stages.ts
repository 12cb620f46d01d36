import type * as k8s from "@pulumi/kubernetes";
import type { ComponentResource, ComponentResourceOptions, Resource } from "@pulumi/pulumi";

/** Where the options of every stage come from: one provider, and the stages that must be finished before. */
export interface Stages {
  /**
   * Options of a stage that starts when every named stage is finished. A stage that is switched off is `undefined`
   * and drops out, so name every prerequisite, also one that another implies.
   */
  after(...prior: (ComponentResource | undefined)[]): ComponentResourceOptions;
  /** The same stages, but destroyed with `namespace`: no delete call per object. Only where nothing in it is kept. */
  deletedWith(namespace: Resource | undefined): Stages;
}

export function stages(provider: k8s.Provider, namespace?: Resource): Stages {
  return {
    after: (...prior) => ({
      providers: [provider],
      dependsOn: prior.filter((stage) => stage !== undefined),
      ...(namespace === undefined ? {} : { deletedWith: namespace }),
    }),
    deletedWith: (disposable) => stages(provider, disposable),
  };
}
