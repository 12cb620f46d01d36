import type { BedEvent } from "./bed-event";
import { spoken, stageOf } from "./urn";

/** What went wrong with one resource, or with the program as a whole. */
export interface Failure {
  readonly stage: string | undefined;
  /** Such as `Job temporal-schema`; undefined for the program. */
  readonly resource: string | undefined;
  readonly messages: readonly string[];
}

/** What the engine says about every failed run; of no use beside a real message. */
const GENERIC = /^(update|preview|destroy|resource operations?) (failed|canceled|cancelled)$/;

/** Error messages by resource, in the order in which they came, each once. */
export function failures(events: readonly BedEvent[]): Failure[] {
  const parents = new Map<string, string>();
  const byUrn = new Map<string, string[]>();
  for (const event of events) {
    if (event.kind !== "diagnostic") {
      if (event.parent !== undefined) parents.set(event.urn, event.parent);
    } else if (event.severity === "error" && event.message !== "") {
      const messages = byUrn.get(event.urn ?? "") ?? [];
      if (!messages.includes(event.message)) byUrn.set(event.urn ?? "", [...messages, event.message]);
    }
  }
  const all = [...byUrn].map(([urn, messages]): Failure => {
    const program = urn === "" || /::pulumi:pulumi:Stack::[^:]*$/.test(urn);
    return {
      stage: program ? undefined : stageOf(urn, (child) => parents.get(child)),
      resource: program ? undefined : spoken(urn),
      messages,
    };
  });
  const useful = all
    .map((failure) => ({ ...failure, messages: failure.messages.filter((message) => !GENERIC.test(message)) }))
    .filter(({ messages }) => messages.length > 0);
  return useful.length > 0 ? useful : all;
}

/** The failures as text, one paragraph each. */
export function failureText(found: readonly Failure[]): string {
  return found
    .map(({ stage, resource, messages }) => {
      const head = resource === undefined ? "the program" : stage === undefined ? resource : `${stage}: ${resource}`;
      return [`✗ ${head}`, ...messages.flatMap((message) => message.split("\n").map((line) => `    ${line}`.trimEnd()))].join("\n");
    })
    .join("\n");
}
