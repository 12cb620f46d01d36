import { imageNames, imagesOf } from "../components/canopyx/values";
import type { Values } from "./slices";

/** A component that is off because nobody can know its image: the upstream project publishes none. */
export interface Off {
  readonly component: string;
  readonly why: string;
  /** How to build the image, bring it to the nodes, and name it. */
  readonly how: string;
}

/** An image without a default: how it is built, and whether the settings name it. */
interface Unpublished {
  readonly component: string;
  readonly named: boolean;
  readonly knobs: readonly string[];
  readonly build: string;
}

const CANOPYX = "git clone https://github.com/canopy-network/canopyx && cd canopyx";

/** Every image that the bed has no default for. */
function unpublished({ canopyx, canopyNode, rpcMock, chronikBench }: Values): Unpublished[] {
  const files = ["admin", "controller", "indexer", ...(canopyx.generation === "current" ? [] : ["query"])];
  const commit = canopyx.generation === "current" ? "03d4c27" : "feddbaf";
  return [
    {
      component: "canopyx",
      named: imagesOf(canopyx) !== undefined,
      knobs: imageNames(canopyx).map((name) => `canopyx.images.${name}`),
      build: [
        `${CANOPYX} && git checkout ${commit}`,
        ...files.map((file) => `docker build -f Dockerfile.${file} -t canopyx-${file}:${commit} .`),
        `docker build -t canopyx-admin-web:${commit} web/admin`,
      ].join("; "),
    },
    {
      component: "canopy-node",
      named: canopyNode.image !== undefined,
      knobs: ["canopyNode.image"],
      build: "git clone https://github.com/canopy-network/canopy && docker build -f canopy/.docker/Dockerfile -t canopy:de693f5 canopy",
    },
    {
      component: "rpc-mock",
      named: rpcMock.image !== undefined,
      knobs: ["rpcMock.image"],
      build: "git clone https://github.com/canopy-network/canopy-rpc-mock && docker build -t canopy-rpc-mock:6168399 canopy-rpc-mock",
    },
    {
      component: "chronik-bench",
      named: chronikBench.image !== undefined,
      knobs: ["chronikBench.image"],
      build:
        "cargo build --release -p chronik-bench in a clone of https://github.com/lspecian/chronik-stream, and its binary on an image with libssl and libsasl2",
    },
  ];
}

/** What is off for want of an image, and what to do about it. */
export function whatIsOff(values: Values): Off[] {
  return unpublished(values)
    .filter(({ named }) => !named)
    .map(({ component, knobs, build }) => ({
      component,
      why: `no image is named, and its project publishes none: ${knobs.join(", ")}`,
      how: `build: ${build}; load: \`kind load docker-image <name>:<tag>\`, or push to a registry that the nodes pull from; name: ${knobs
        .map((knob) => `\`pulumi config set --path testbed:${knob}.repository <name>\` and \`... ${knob}.tag <tag>\``)
        .slice(0, 1)
        .join("")}${knobs.length > 1 ? ", and so for each" : ""}`,
    }));
}

/** What the operator is warned of before anything is made. */
export function warnings(values: Values): string[] {
  return [offWarning(whatIsOff(values)), refusedIndexers(values)].filter((warning) => warning !== undefined);
}

/** The controller's pods ask for no user and drop no capability: this level of Pod Security lets none of them in. */
function refusedIndexers({ canopyx }: Values): string | undefined {
  if (imagesOf(canopyx) === undefined || canopyx.indexer.podSecurity !== "restricted") return undefined;
  return `the indexers' namespace enforces Pod Security restricted, and CanopyX's own controller gives its pods no security context, so the API server refuses them; with that controller run \`pulumi config set --path testbed:canopyx.indexer.podSecurity baseline\``;
}

function offWarning(off: readonly Off[]): string | undefined {
  if (off.length === 0) return undefined;
  const lines = off.map(({ component, why, how }) => `  ${component}: ${why}\n    ${how}`);
  return `off, because their images are not named (the rest of the bed comes up):\n${lines.join("\n")}`;
}
