import { closeSync, existsSync, openSync, readSync } from "node:fs";

/** An engine event, and when it was seen: the events' own time stamps are whole seconds. */
export interface Seen {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly phase: "start" | "end" | "other";
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
}

interface Metadata {
  readonly op: string;
  readonly urn: string;
}
interface EngineEvent {
  readonly resourcePreEvent?: { readonly metadata: Metadata };
  readonly resOutputsEvent?: { readonly metadata: Metadata };
}

const EVERY_MS = 20;

/** Follows the file of `pulumi --event-log` while it is written. */
export class EventLog {
  public readonly events: Seen[] = [];
  private readonly timer: NodeJS.Timeout;
  private position = 0;
  private rest = "";

  public constructor(private readonly file: string) {
    this.timer = setInterval(() => this.read(), EVERY_MS);
  }

  public end(): readonly Seen[] {
    clearInterval(this.timer);
    this.read();
    return this.events;
  }

  private read(): void {
    if (!existsSync(this.file)) return;
    const handle = openSync(this.file, "r");
    const buffer = Buffer.alloc(1 << 20);
    const at = Date.now();
    try {
      for (;;) {
        const count = readSync(handle, buffer, 0, buffer.length, this.position);
        if (count === 0) break;
        this.position += count;
        this.rest += buffer.toString("utf8", 0, count);
      }
    } finally {
      closeSync(handle);
    }
    const lines = this.rest.split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("{")) this.events.push(seen(JSON.parse(line) as EngineEvent, at));
  }
}

function seen(event: EngineEvent, at: number): Seen {
  const metadata = event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata;
  if (metadata === undefined) return { at, phase: "other", op: "", type: "", name: "", parent: "" };
  const [, , types = "", name = ""] = metadata.urn.split("::");
  const path = types.split("$");
  return {
    at,
    phase: event.resourcePreEvent === undefined ? "end" : "start",
    op: metadata.op,
    type: path.at(-1) ?? "",
    name,
    parent: path.at(-2) ?? "",
  };
}
