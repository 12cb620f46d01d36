import type { LayerName } from "../../values/layers";

/** Settings of a bed beyond its layer, because of where it runs. */

const image = (name: string) => ({ repository: `registry.example.com/${name}`, tag: "demo" });

/** Names for images that nobody publishes: a simulated node pulls nothing, so the whole bed can be shown. */
export function everyImageNamed(layer: LayerName) {
  const images = Object.fromEntries(
    [
      ["admin", "canopyx-admin"],
      ["controller", "canopyx-controller"],
      ["indexer", "canopyx-indexer"],
      ["adminWeb", "canopyx-admin-web"],
      ...(layer === "october-2025" ? [["query", "canopyx-query"]] : []),
    ].map(([key = "", name = ""]) => [key, image(name)]),
  );
  return { layer, canopyx: { images }, canopyNode: { image: image("canopy") }, rpcMock: { image: image("canopy-rpc-mock") } };
}

/** A dev bed without what no package registry serves as a program that runs: the lab's real node has no image of it. */
export const REAL_DEV = {
  layer: "dev",
  clickhouse: { enabled: false },
  chronik: { enabled: false },
  monitoring: { grafana: { enabled: false } },
};
