import type { Contract } from "./contract";

const FACTS = "facts/canopyx-chronik.md 3, last paragraph";

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "rpc-mock/rpc-mock",
    version: "6168399",
    env: {},
    // One per chain, from -start-port on.
    ports: Object.fromEntries(
      Array.from({ length: 10 }, (_, chain) => [String(60_000 + chain), `${FACTS}; canopy-rpc-mock 6168399, main.go and Dockerfile`]),
    ),
    probes: { "http /v1/query/height": `${FACTS}; canopy-rpc-mock 6168399, mockserver/internal/rpc/server_routes.go: headPath` },
  },
];
