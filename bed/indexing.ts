import { CanopyNode } from "../components/canopy-node";
import { CanopyxAdmin, canopyxChains, CanopyxController, CanopyxQuery, CanopyxWeb } from "../components/canopyx";
import { imagesOf } from "../components/canopyx/values";
import { type ClickHouse, clickHouseEndpoint } from "../components/clickhouse";
import type { Credentials, IndexersCredentials } from "../components/credentials";
import { RunOnce } from "../components/kit/run-once";
import type { Stages } from "../components/kit/stages";
import type { Platform } from "../components/platform";
import { type Redis, redisEndpoint } from "../components/redis";
import { RpcMock } from "../components/rpc-mock";
import type { Temporal } from "../components/temporal";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

interface Prior {
  readonly platform: Platform;
  readonly runtime: Platform;
  readonly credentials: Credentials;
  readonly indexersCredentials: IndexersCredentials | undefined;
  readonly clickhouse: ClickHouse | undefined;
  readonly redis: Redis | undefined;
  readonly temporal: Temporal;
  readonly namespaces: RunOnce;
}

/** Chains to index and CanopyX, each where its images are named: the API, then who makes the indexers, then the chains they index. */
export function makeIndexing(ground: Stages, on: Stages, { values, namespaces: [, indexers] }: Stack, derived: Derived, prior: Prior) {
  const { bed, identities } = derived;
  const { platform, runtime, credentials, indexersCredentials, clickhouse, redis, temporal, namespaces } = prior;
  const { secrets } = credentials;
  const { canopyNode: node, rpcMock: mock } = values;
  const canopyNode =
    node.image &&
    new CanopyNode(
      "canopy-node",
      { bed, values: node, image: node.image, identity: identities.canopyNode, validatorKey: secrets.canopyNodeValidatorKey },
      on.after(platform, credentials),
    );
  const rpcMock = mock.image && new RpcMock("rpc-mock", { bed, values: mock, image: mock.image }, on.after(platform));

  const systems = {
    clickhouse: clickHouseEndpoint(values.clickhouse, bed.namespace),
    clickhousePassword: secrets.clickhouse,
    temporal: temporal.endpoint,
    redis: values.canopyx.generation === "current" ? { ...redisEndpoint(values.redis, bed.namespace), password: secrets.redis } : undefined,
    nodes: [...(rpcMock?.endpoints ?? []), ...(canopyNode ? [canopyNode.endpoint] : [])],
  };
  const images = imagesOf(values.canopyx);
  const canopyx = { bed, systems, values: values.canopyx };
  const adminSecrets = { user: secrets.canopyxAdmin, token: secrets.canopyxToken, session: secrets.canopyxSession };
  const canopyxAdmin =
    images &&
    new CanopyxAdmin(
      "canopyx-admin",
      { ...canopyx, images, secrets: adminSecrets },
      on.after(credentials, clickhouse, redis, temporal, namespaces),
    );
  // Deleted by calls of its own and awaited, not with a namespace: until it is gone it makes anew what the indexers' namespace loses.
  const canopyxController =
    images &&
    new CanopyxController(
      "canopyx-controller",
      { ...canopyx, images, indexers },
      ground.after(runtime, credentials, indexersCredentials, clickhouse, redis, temporal, namespaces, canopyxAdmin),
    );
  const canopyxQuery =
    values.canopyx.generation === "october-2025" && images?.query
      ? new CanopyxQuery("canopyx-query", { bed, systems, values: values.canopyx, image: images.query }, on.after(canopyxAdmin))
      : undefined;
  const canopyxWeb =
    images &&
    canopyxAdmin &&
    new CanopyxWeb(
      "canopyx-web",
      { bed, values: values.canopyx, images, admin: canopyxAdmin.endpoint, query: canopyxQuery?.endpoint },
      on.after(canopyxAdmin),
    );
  const chains =
    images &&
    canopyxAdmin &&
    new RunOnce(
      "canopyx-chains",
      canopyxChains({
        bed,
        values: values.canopyx,
        indexer: images.indexer,
        nodes: systems.nodes,
        admin: canopyxAdmin.endpoint,
        token: secrets.canopyxToken,
        replacedWith: clickhouse ? [clickhouse.set] : [],
      }),
      on.after(canopyxAdmin, canopyxController, rpcMock, canopyNode),
    );
  return { canopyNode, rpcMock, canopyxAdmin, canopyxController, canopyxQuery, canopyxWeb, chains };
}
