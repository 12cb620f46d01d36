import { z } from "zod";
import { CassandraValues } from "../components/cassandra/values";
import { ElasticsearchValues } from "../components/elasticsearch/values";
import { ImagesValues, PlatformValues } from "../components/platform/values";
import { TemporalValues } from "../components/temporal/values";

/** All slices. What is true of one slice is checked there; here only what holds between slices. */
export const Values = z.strictObject({
  platform: PlatformValues,
  images: ImagesValues,
  cassandra: CassandraValues,
  elasticsearch: ElasticsearchValues,
  temporal: TemporalValues,
});
export type Values = z.infer<typeof Values>;
