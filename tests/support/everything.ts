import { everyImageNamed } from "../../ops/lib/demo-config";
import type { LayerName } from "../../values/layers";
import { type Captured, runProgram, type RunOptions } from "./harness";

type Slices = NonNullable<RunOptions["slices"]>;

/** Slices that name every image that no layer names. */
export function allNamed(layer: LayerName): Slices {
  const { canopyx, canopyNode, rpcMock } = everyImageNamed(layer);
  return { canopyx, canopyNode, rpcMock };
}

/** Slices that also switch on what a layer leaves off. */
export function everythingOn(layer: LayerName): Slices {
  return {
    ...allNamed(layer),
    // Whatever a layer's own budget is: what is looked at is not the sum.
    platform: { budget: { cpu: "500", memory: "2Ti" } },
    load: {
      enabled: true,
      worker: { maxWorkflowTaskPollers: 16, maxActivityTaskPollers: 8 },
      runner: { replicas: layer === "prod" ? 2 : 1, backoff: false },
    },
    mongodb: { enabled: true },
    monitoring: { serviceMonitors: true },
    // The brokers are not of the layout of October 2025, and nothing can be measured without them.
    ...(layer !== "october-2025" && { chronikBench: { image: { repository: "registry.example.com/chronik-bench", tag: "demo" } } }),
  };
}

const beds = new Map<LayerName, Promise<Captured>>();

/** The registrations of a layer with everything on; captured once a test file. */
export function everythingIn(layer: LayerName): Promise<Captured> {
  const known = beds.get(layer) ?? runProgram(layer, { slices: everythingOn(layer) });
  beds.set(layer, known);
  return known;
}
