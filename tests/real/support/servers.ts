import { Client as CassandraClient, auth, policies } from "cassandra-driver";
import { Client, Connection } from "@temporalio/client";
import type { RealBed } from "./real-bed";

/** Connections to the servers of a bed, straight to their pods. Pods change their address when they restart: open anew, and close. */

export type Row = Readonly<Record<string, unknown>>;

/** Rows of a CQL statement, as the bed's superuser. */
export async function cql(bed: RealBed, statement: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const pod = await bed.pod("cassandra");
  const passwords = await bed.bed.passwords();
  const client = new CassandraClient({
    contactPoints: [pod.status.podIP],
    policies: { loadBalancing: new policies.loadBalancing.RoundRobinPolicy() },
    authProvider: new auth.PlainTextAuthProvider("testbed", passwords["cassandra-superuser"] ?? ""),
  });
  try {
    await client.connect();
    return (await client.execute(statement, parameters as unknown[], { prepare: parameters.length > 0 })).rows;
  } finally {
    await client.shutdown();
  }
}

/** Answer of Elasticsearch as JSON. */
export async function elasticsearch<T>(bed: RealBed, path: string): Promise<T> {
  const pod = await bed.pod("elasticsearch");
  const passwords = await bed.bed.passwords();
  const authorization = `Basic ${Buffer.from(`elastic:${passwords["elasticsearch-elastic"] ?? ""}`).toString("base64")}`;
  const answer = await fetch(`http://${pod.status.podIP}:9200${path}`, { headers: { authorization } });
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Runs something with a client of a frontend pod. */
export async function temporal<T>(bed: RealBed, namespace: string, use: (client: Client) => Promise<T>): Promise<T> {
  const pod = await bed.pod("temporal-frontend");
  const connection = await Connection.connect({ address: `${pod.status.podIP}:7233`, connectTimeout: "20s" });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

/** How many completed workflows visibility knows. @param also narrows the query */
export async function completedWorkflows(bed: RealBed, namespace: string, also?: string): Promise<number> {
  const query = ["ExecutionStatus = 'Completed'", ...(also === undefined ? [] : [also])].join(" AND ");
  return temporal(bed, namespace, async (client) => (await client.workflow.count(query)).count);
}

/** Metrics page of one pod. */
export async function metrics(podIP: string, port: number): Promise<string> {
  return (await fetch(`http://${podIP}:${port}/metrics`)).text();
}
