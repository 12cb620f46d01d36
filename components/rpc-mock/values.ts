import { z } from "zod";
import { Image, Resources } from "../kit/schemas";

const UPSTREAM = "canopy-rpc-mock 6168399";

/** Knobs of the mock of Canopy's RPC: chains without a node, always the same ones. */
export const RpcMockValues = z.strictObject({
  image: Image.optional().meta({
    description: "Image that you built of canopy-network/canopy-rpc-mock, and loaded where the nodes find it. Unset: the bed has no mock.",
    source: "nobody publishes one that anyone can pull",
  }),
  chains: z
    .int()
    .min(1)
    .max(10)
    .meta({
      description: "-chains: how many chains it serves, each on a port of its own. Restarts the pod.",
      source: `${UPSTREAM}, Dockerfile: 2, and ports for up to 10`,
    }),
  blocks: z
    .int()
    .min(1)
    .max(100_000)
    .meta({
      description: "-blocks: height of every chain, which never grows; all blocks are made at start and held in memory. Restarts the pod.",
      source: `${UPSTREAM}, Dockerfile: 25`,
    }),
  startChainId: z
    .int()
    .min(1)
    .max(999_999_999)
    .meta({
      description: "-start-chain-id: id of the first chain, and the seed of its blocks; the others count on from it. Restarts the pod.",
      source: `${UPSTREAM}, Dockerfile: 5`,
    }),
  resources: Resources,
});
export type RpcMockValues = z.infer<typeof RpcMockValues>;
