import type { Image } from "./schemas";

/** Where images come from: `images` slice. */
export interface ImageSource {
  /** Registry prefix put before every repository, such as "mirror.example.com/proxy"; empty for none. */
  readonly mirror: string;
  /** Names of existing image pull Secrets in the stack's namespaces. */
  readonly pullSecrets: readonly string[];
}

/** The reference of an image, through the mirror if there is one. */
export function imageReference(source: ImageSource, image: Image): string {
  const repository = source.mirror === "" ? image.repository : `${source.mirror.replace(/\/+$/, "")}/${image.repository}`;
  const digest = image.digest === undefined ? "" : `@${image.digest}`;
  return `${repository}:${image.tag}${digest}`;
}

/** `imagePullSecrets` of a pod. */
export function pullSecrets(source: ImageSource) {
  return source.pullSecrets.map((name) => ({ name }));
}
