import type { RealBed } from "./real-bed";

/** What the running server says of a setting. Its pod holds the password that redis-cli reads. */
export async function redisConfig(bed: RealBed, name: string): Promise<string | undefined> {
  const { metadata } = await bed.pod("redis");
  const [, value] = (await bed.exec(metadata.name, "redis-cli", "-e", "config", "get", name)).trimEnd().split("\n");
  return value;
}
