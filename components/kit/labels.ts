/** Labels of one workload. `instance` is the stack's namespace, so two stacks on one cluster never select each other's pods. */
export interface Labels {
  /** The two constant labels of every selector. Changing them replaces the workload. */
  readonly selector: Readonly<Record<string, string>>;
  /** Selector plus what people filter by. */
  readonly all: Readonly<Record<string, string>>;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function labels(name: string, instance: string, component: string): Labels {
  const selector = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": instance };
  return {
    selector,
    all: {
      ...selector,
      "app.kubernetes.io/component": component,
      "app.kubernetes.io/part-of": "testbed",
      "app.kubernetes.io/managed-by": "pulumi",
    },
  };
}
