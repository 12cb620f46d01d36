import type { Contract } from "./contract";
import { jsonKeys } from "./parse";

const FACTS = "facts/canopyx-chronik.md 3";
const MAIN = "canopy de693f5, lib/config.go: MainConfig";
const RPC = "canopy de693f5, lib/config.go: RPCConfig";
const P2P = "canopy de693f5, lib/config.go: P2PConfig";
const CONSENSUS = "canopy de693f5, lib/config.go: ConsensusConfig";
const METRICS = "canopy de693f5, lib/config.go: MetricsConfig";

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "canopy-node/canopy-node",
    version: "de693f5",
    env: { HOME: "canopy de693f5, lib/config.go: DefaultDataDirPath, which panics without a home" },
    ports: { "50002": RPC, "50003": RPC, "9001": P2P, "9090": METRICS },
    probes: { "http /v1/": `${FACTS}; canopy de693f5, cmd/rpc/routes.go: VersionRoutePath, GET` },
  },
  {
    // It copies the file into the folder of the node, which reads it there.
    subject: "canopy-node/config",
    version: "de693f5",
    env: {},
    ports: {},
    probes: {},
    files: {
      "config.json": {
        parse: jsonKeys,
        keys: {
          chainId: MAIN,
          networkID: P2P,
          runVDF: MAIN,
          headless: MAIN,
          autoUpdate: MAIN,
          rpcPort: RPC,
          adminPort: RPC,
          listenAddress: P2P,
          metricsEnabled: METRICS,
          prometheusAddress: METRICS,
          newHeightTimeoutMS: CONSENSUS,
          electionTimeoutMS: CONSENSUS,
          electionVoteTimeoutMS: CONSENSUS,
          proposeTimeoutMS: CONSENSUS,
          proposeVoteTimeoutMS: CONSENSUS,
          precommitTimeoutMS: CONSENSUS,
          precommitVoteTimeoutMS: CONSENSUS,
          commitTimeoutMS: CONSENSUS,
        },
      },
    },
  },
];
