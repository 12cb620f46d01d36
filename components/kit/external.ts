/** Whether the bed runs a server itself: it is neither switched off nor somebody else's. */
export function runsHere({ enabled = true, external }: { readonly enabled?: boolean; readonly external?: object | undefined }): boolean {
  return enabled && external === undefined;
}
