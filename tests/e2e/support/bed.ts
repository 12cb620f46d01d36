import { createHash } from "node:crypto";
import type { Cluster, KubeObject } from "./cluster";

/** What tests look at in the namespace of a bed. */
export class Bed {
  public readonly namespace: string;

  public constructor(
    private readonly cluster: Cluster,
    stack: string,
  ) {
    this.namespace = `testbed-${stack}`;
  }

  public pods(): Promise<readonly KubeObject[]> {
    return this.cluster.list(`/api/v1/namespaces/${this.namespace}/pods`);
  }

  public configMaps(): Promise<readonly KubeObject[]> {
    return this.cluster.list(`/api/v1/namespaces/${this.namespace}/configmaps`);
  }

  public events(): Promise<readonly KubeObject[]> {
    return this.cluster.list(`/api/v1/namespaces/${this.namespace}/events`);
  }

  /** UIDs of the claims, by name. */
  public async claims(): Promise<Record<string, string>> {
    const claims = await this.cluster.list(`/api/v1/namespaces/${this.namespace}/persistentvolumeclaims`);
    return Object.fromEntries(claims.map(({ metadata }) => [metadata.name, metadata.uid]));
  }

  /** Every password in clear, by the name of its Secret; each Secret holds one. */
  public async passwords(): Promise<Record<string, string>> {
    const secrets = await this.cluster.list(`/api/v1/namespaces/${this.namespace}/secrets`);
    return Object.fromEntries(
      secrets.map(({ metadata, data }) => [metadata.name, Buffer.from(Object.values(data ?? {})[0] ?? "", "base64").toString()]),
    );
  }

  /** The same, to compare in messages without showing them. */
  public async passwordHashes(): Promise<Record<string, string>> {
    const hashed = Object.entries(await this.passwords()).map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]);
    return Object.fromEntries(hashed) as Record<string, string>;
  }

  /** Restarts of every container so far. */
  public async restarts(): Promise<number> {
    const statuses = (await this.pods()).flatMap(({ status }) => [
      ...(status?.containerStatuses ?? []),
      ...(status?.initContainerStatuses ?? []),
    ]);
    return statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  }

  /** Events of one reason, such as FailedCreate, as text. */
  public async complaints(reason: string): Promise<string[]> {
    const events = (await this.events()) as unknown as { reason: string; message: string }[];
    return events.filter((event) => event.reason === reason).map(({ message }) => message);
  }
}
