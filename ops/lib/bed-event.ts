import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What the tools keep of an engine event. `at`: milliseconds since the run began, by our clock: the engine's has whole seconds only. */
export type BedEvent =
  | { readonly kind: "begin" | "end" | "failed"; readonly at: number; readonly urn: string; readonly parent?: string; readonly op: string }
  | {
      readonly kind: "diagnostic";
      readonly at: number;
      readonly urn?: string;
      readonly severity: string;
      readonly message: string;
      readonly ephemeral: boolean;
    };

/** Undefined for events that no tool reads. */
export function bedEvent(event: EngineEvent, at: number): BedEvent | undefined {
  if (event.diagnosticEvent) {
    const { urn, severity, message, ephemeral } = event.diagnosticEvent;
    if ((severity as string) === "debug") return undefined; // hundreds per run, and missing from the SDK's list of severities
    return { kind: "diagnostic", at, ...(urn ? { urn } : {}), severity, message: plain(message), ephemeral: ephemeral ?? false };
  }
  const step = (
    kind: "begin" | "end" | "failed",
    { urn, op, new: next, old }: NonNullable<EngineEvent["resourcePreEvent"]>["metadata"],
  ) => {
    const parent = next?.parent ?? old?.parent;
    return { kind, at, urn, op, ...(parent ? { parent } : {}) };
  };
  if (event.resourcePreEvent) return step("begin", event.resourcePreEvent.metadata);
  if (event.resOutputsEvent) return step("end", event.resOutputsEvent.metadata);
  if (event.resOpFailedEvent) return step("failed", event.resOpFailedEvent.metadata);
  return undefined;
}

/** The engine marks colours as `<{%...%}>`. */
function plain(message: string): string {
  return message.replace(/<\{%.*?%\}>/g, "").trim();
}
