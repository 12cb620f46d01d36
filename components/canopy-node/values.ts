import { z } from "zod";
import { Image, Resources, Storage } from "../kit/schemas";

const UPSTREAM = "canopy de693f5, lib/config.go";

/** Knobs of the Canopy node: a chain of its own with one validator, as something for CanopyX to index. */
export const CanopyNodeValues = z.strictObject({
  image: Image.optional().meta({
    description:
      "Image that you built of .docker/Dockerfile in canopy-network/canopy, and loaded where the nodes find it. Unset: the bed has no node.",
    source: "nobody publishes one that anyone can pull",
  }),
  networkId: z
    .int()
    .min(1)
    .max(65535)
    .meta({
      description: "networkID: part of every signed transaction, and nodes of other networks are no peers. Restarts the node.",
      source: `${UPSTREAM}, networkID: 1`,
    }),
  runVdf: z.boolean().meta({
    description: "runVDF: whether the node spends a core on delay proofs, which help against attacks on long ranges. Restarts the node.",
    source: `${UPSTREAM}, runVDF: true; every development configuration upstream says false`,
  }),
  blockSeconds: z
    .int()
    .min(2)
    .max(60)
    .meta({
      description: "Seconds from one block to the next: the eight phases of the consensus, each scaled alike. Restarts the node.",
      source: `${UPSTREAM}, DefaultConsensusConfig: its phases add up to 20 s`,
    }),
  metricsEnabled: z.boolean().meta({
    description: "metricsEnabled: whether the node serves metrics for Prometheus. Restarts the node.",
    source: `${UPSTREAM}, metricsEnabled: true`,
  }),
  resources: Resources,
  storage: Storage,
});
export type CanopyNodeValues = z.infer<typeof CanopyNodeValues>;
