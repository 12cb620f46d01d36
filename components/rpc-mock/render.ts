import type { Endpoint } from "../kit/traffic";
import type { RpcMockValues } from "./values";

/** Port of the first chain; the next chain has the next port. */
const START_PORT = 60_000;

/** The image names no user, and the program writes no file. */
export const USER = 1000;

/** Any method will do; the height is the number of blocks. */
export const PROBE_PATH = "/v1/query/height";

/** A chain that can be indexed, and where it answers. */
export interface ChainRpcEndpoint extends Endpoint {
  readonly chainId: number;
  readonly url: string;
}

export function chainRpc(chainId: number, at: Endpoint): ChainRpcEndpoint {
  return { ...at, chainId, url: `http://${at.host}:${at.port}` };
}

/** The chains of the mock, in the order in which it opens their ports. */
export function rpcMockEndpoints({ chains, startChainId }: RpcMockValues, namespace: string): ChainRpcEndpoint[] {
  const at = { host: `rpc-mock.${namespace}.svc`, workload: "rpc-mock" };
  return Array.from({ length: chains }, (_, index) => chainRpc(startChainId + index, { ...at, port: START_PORT + index }));
}

/** Name of a chain's port. */
export const portName = ({ chainId }: ChainRpcEndpoint) => `chain-${chainId}`;

export function rpcMockArgs({ chains, blocks, startChainId }: RpcMockValues): string[] {
  const flags = { chains, blocks, "start-port": START_PORT, "start-chain-id": startChainId };
  return Object.entries(flags).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
}
