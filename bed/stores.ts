import { Cassandra } from "../components/cassandra";
import { ClickHouse, ClickHouseKeeper, keeperEndpoint } from "../components/clickhouse";
import type { Credentials } from "../components/credentials";
import { Elasticsearch } from "../components/elasticsearch";
import { runsHere } from "../components/kit/external";
import type { Stages } from "../components/kit/stages";
import { Mongodb } from "../components/mongodb";
import type { Platform } from "../components/platform";
import { Redis } from "../components/redis";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

interface Prior {
  readonly platform: Platform;
  readonly credentials: Credentials;
}

/** The stores, side by side: none waits for another, but ClickHouse for its keeper. */
export function makeStores(on: Stages, { values }: Stack, { bed, identities }: Derived, { platform, credentials }: Prior) {
  const { secrets } = credentials;
  const cassandra = runsHere(values.cassandra)
    ? new Cassandra("cassandra", { bed, values: values.cassandra, identity: identities.cassandra }, on.after(platform))
    : undefined;
  const elasticsearch = runsHere(values.elasticsearch)
    ? new Elasticsearch(
        "elasticsearch",
        { bed, values: values.elasticsearch, identity: identities.elasticsearch, superuser: secrets.elasticsearch },
        on.after(platform, credentials),
      )
    : undefined;
  const keeper =
    runsHere(values.clickhouse) && values.clickhouse.cluster
      ? new ClickHouseKeeper(
          "clickhouse-keeper",
          { bed, values: values.clickhouse.keeper, identity: identities.clickhouseKeeper },
          on.after(platform),
        )
      : undefined;
  const clickhouse = runsHere(values.clickhouse)
    ? new ClickHouse(
        "clickhouse",
        {
          bed,
          values: values.clickhouse,
          identity: identities.clickhouse,
          application: secrets.clickhouse,
          keeper: keeper && keeperEndpoint(values.clickhouse.keeper, bed.namespace),
        },
        on.after(platform, credentials, keeper),
      )
    : undefined;
  const redis = runsHere(values.redis)
    ? new Redis("redis", { bed, values: values.redis, password: secrets.redis }, on.after(platform, credentials))
    : undefined;
  const mongodb = values.mongodb.enabled
    ? new Mongodb(
        "mongodb",
        { bed, values: values.mongodb, identity: identities.mongodb, password: secrets.mongodb },
        on.after(platform, credentials),
      )
    : undefined;
  return { cassandra, elasticsearch, keeper, clickhouse, redis, mongodb };
}
