import { storageIdentity, type SetIdentity } from "../kit/storage";
import { chainRpc, type ChainRpcEndpoint } from "../rpc-mock/render";
import type { CanopyNodeValues } from "./values";

/** The admin RPC holds keys and asks for no password: no Service names it, and no policy opens it. */
export const PORTS = { rpc: 50_002, admin: 50_003, p2p: 9001, metrics: 9090 } as const;

/** The image names no user, which means root; the program needs none in particular. */
export const USER = 1000;

/** The claim; also the home folder, without which the program does not start. */
export const HOME = "/data";
export const DATA_DIR = `${HOME}/canopy`;

/** Answers with the version. The paths below it take POST alone. */
export const PROBE_PATH = "/v1/";

/** What the node's own genesis is of: its key as the only validator of chain 1. Another chain would need another genesis. */
const CHAIN_ID = 1;

/** Order of BLS12-381's groups (drand/kyber-bls12381 v0.3.4, kyber_scalar.go): the program takes no key from there on. */
const CURVE_ORDER = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

/** Upstream's phases in milliseconds: 20 s from block to block. */
const PHASES = {
  newHeightTimeoutMS: 4500,
  electionTimeoutMS: 1500,
  electionVoteTimeoutMS: 1500,
  proposeTimeoutMS: 2500,
  proposeVoteTimeoutMS: 4000,
  precommitTimeoutMS: 2000,
  precommitVoteTimeoutMS: 2000,
  commitTimeoutMS: 2000,
} as const;
const PHASES_MS = Object.values(PHASES).reduce((sum, ms) => sum + ms, 0);

/** What cannot change in place, for the set and for the guard. */
export function identityOf(
  values: CanopyNodeValues,
  selector: Readonly<Record<string, string>>,
  storageClass: string | undefined,
): SetIdentity {
  return {
    name: "canopy-node",
    knob: "canopyNode",
    serviceName: "canopy-node",
    podManagementPolicy: "OrderedReady",
    ...storageIdentity(values.storage, selector, storageClass),
    replicas: 1,
    scaleDown: "never",
  };
}

/** config.json. What it leaves out is the program's own default. */
export function configJson(values: CanopyNodeValues): string {
  const scale = (values.blockSeconds * 1000) / PHASES_MS;
  return JSON.stringify(
    {
      chainId: CHAIN_ID,
      networkID: values.networkId,
      runVDF: values.runVdf,
      // No wallet and no explorer, and no version but the image's.
      headless: true,
      autoUpdate: false,
      rpcPort: String(PORTS.rpc),
      adminPort: String(PORTS.admin),
      listenAddress: `0.0.0.0:${PORTS.p2p}`,
      metricsEnabled: values.metricsEnabled,
      prometheusAddress: `0.0.0.0:${PORTS.metrics}`,
      ...Object.fromEntries(Object.entries(PHASES).map(([phase, ms]) => [phase, Math.round(ms * scale)])),
    },
    undefined,
    2,
  );
}

/**
 * Body of the init container. The node writes into the folder of its configuration, so that is a copy; and without a key it would
 * ask the terminal for a password. A claim's chain lives by the key of its first start: with another one it would stand still.
 */
export function configScript(): string {
  return `set -eu
umask 077
fail() { echo "$1" >&2; exit 1; }
key=$(cat /secret/key)
case "$key" in *[!0-9a-f]*) fail "canopyNodeValidatorKey: 64 digits of 0-9 and a-f, lower case" ;; esac
[ \${#key} -eq 64 ] || fail "canopyNodeValidatorKey: has \${#key} digits, needs 64"
[ "$key" \\< ${CURVE_ORDER} ] || fail "canopyNodeValidatorKey: greater than any key of the curve"
mkdir -p ${DATA_DIR}
file=${DATA_DIR}/validator_key.json
[ ! -s "$file" ] || [ "$(cat "$file")" = "\\"$key\\"" ] ||
  fail "canopyNodeValidatorKey: the chain in this claim began with another key; give that one, or take the claim away"
printf '"%s"' "$key" > "$file"
cp /rendered/config.json ${DATA_DIR}/config.json
`;
}

/** Where the chain answers. */
export function canopyNodeEndpoint(namespace: string): ChainRpcEndpoint {
  return chainRpc(CHAIN_ID, { host: `canopy-node.${namespace}.svc`, port: PORTS.rpc, workload: "canopy-node" });
}
