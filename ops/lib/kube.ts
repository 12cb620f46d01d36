import { request as overHttp } from "node:http";
import { request as overHttps, type RequestOptions } from "node:https";
import { PassThrough } from "node:stream";
import type * as Client from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { Refusal } from "./fail";

/** No answer within this time, in milliseconds, is a failure. */
const TIMEOUT_MS = 10_000;

/** A cluster that answered, and the ways to ask it. */
export interface Kube {
  readonly context: string;
  /** UID of `kube-system`: tells one cluster from another. */
  readonly uid: string;
  readonly core: Client.CoreV1Api;
  readonly apps: Client.AppsV1Api;
  readonly batch: Client.BatchV1Api;
  /** GET of any path, as JSON. @throws Error with the HTTP code */
  get<T>(path: string, accept?: string): Promise<T>;
  /** The same, as text. */
  text(path: string): Promise<string>;
  /** What a command in a container prints. @throws Error with its last words when it fails, or there is no such program */
  exec(namespace: string, pod: string, container: string, command: readonly string[]): Promise<string>;
}

/**
 * The cluster of the current kubeconfig context.
 * @throws Refusal when there is no kubeconfig or no answer
 */
export async function connect(): Promise<Kube> {
  const client = await import("@kubernetes/client-node");
  const config = new client.KubeConfig();
  const file = process.env["KUBECONFIG"] ?? "~/.kube/config";
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new Refusal(`kubeconfig ${file} cannot be read: ${String(error)}. Set KUBECONFIG to a kubeconfig file.`);
  }
  const context = config.getCurrentContext();
  const cluster = config.getCurrentCluster();
  if (cluster === null || context === "loaded-context") {
    throw new Refusal(`no kubeconfig found: ${file} does not exist or names no cluster. Set KUBECONFIG, or start the lab (make demo).`);
  }
  const text = (path: string, accept = "*/*") => getText(config, new URL(`${cluster.server.replace(/\/$/, "")}${path}`), accept);
  const get = async <T>(path: string, accept = "application/json") => JSON.parse(await text(path, accept)) as T;
  try {
    const system = await get<{ metadata: { uid: string } }>("/api/v1/namespaces/kube-system");
    return {
      context,
      uid: system.metadata.uid,
      core: config.makeApiClient(client.CoreV1Api),
      apps: config.makeApiClient(client.AppsV1Api),
      batch: config.makeApiClient(client.BatchV1Api),
      get,
      text: (path) => text(path),
      exec: (namespace, pod, container, command) => exec(new client.Exec(config), namespace, pod, container, command),
    };
  } catch (error) {
    throw new Refusal(
      `the cluster of context ${context} does not answer: ${(error as Error).message}. Check that it runs and that your user may read it.`,
    );
  }
}

async function getText(config: Client.KubeConfig, url: URL, accept: string): Promise<string> {
  const options: RequestOptions = { method: "GET", headers: { accept }, timeout: TIMEOUT_MS };
  await config.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "http:" ? overHttp : overHttps)(url, options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(parts).toString("utf8");
        const code = response.statusCode ?? 0;
        if (code === 200) resolve(body);
        else reject(Object.assign(new Error(`HTTP ${code} for ${url.pathname}`), { code }));
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on("error", reject);
    request.end();
  });
}

async function exec(client: Client.Exec, namespace: string, pod: string, container: string, command: readonly string[]): Promise<string> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const texts = { out: "", err: "" };
  out.on("data", (part: Buffer) => (texts.out += part.toString("utf8")));
  err.on("data", (part: Buffer) => (texts.err += part.toString("utf8")));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${command[0]} in ${pod}: no answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
    const end = ({ status, message }: Client.V1Status) => {
      clearTimeout(timer);
      if (status === "Success") resolve(texts.out);
      else reject(new Error(`${command[0]} in ${pod}: ${texts.err.trim() || message}`));
    };
    client.exec(namespace, pod, container, [...command], out, err, null, false, end).catch((error: unknown) => {
      clearTimeout(timer);
      // A refused upgrade is an event of the socket, which has no message of its own.
      reject(error instanceof Error ? error : new Error(`no command runs in ${pod}: the API server refused it`));
    });
  });
}
