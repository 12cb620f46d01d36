import type { Seen } from "./events";
import type { Steps } from "./steps";

/** Where the seconds of one command went: parts that add up to its wall time. */
export type Parts = Record<string, number>;

/** A command that was watched. */
export interface Watched {
  readonly began: number;
  readonly ended: number;
  readonly events: readonly Seen[];
}

const kubernetes = ({ type }: Seen): boolean => type.startsWith("kubernetes:");
const kind = ({ type }: Seen): string => type.split(":").at(-1) ?? "";
const label = (event: Seen): string => `${kind(event)} ${event.name}`;

/** Engine, program and provider start, then each step up to the moment when its last workload was ready. */
export function upParts(run: Watched, steps: Steps): Parts {
  const cut = new Cut(run.began);
  startParts(cut, run);
  for (const [step, members] of Object.entries(steps)) {
    cut.to(
      step,
      last(run.events, (event) => event.phase === "end" && members.includes(label(event))),
    );
  }
  return cut.rest("engine end", run.ended);
}

export function previewParts(run: Watched): Parts {
  const cut = new Cut(run.began);
  startParts(cut, run);
  cut.to("all diffs", last(run.events, kubernetes));
  return cut.rest("engine end", run.ended);
}

export function destroyParts(run: Watched): Parts {
  const cut = new Cut(run.began);
  const deletes = run.events.filter(({ op }) => op.startsWith("delete"));
  cut.to("engine and provider start", first(deletes, kubernetes));
  const namespaces = deletes.filter((event) => kubernetes(event) && kind(event) === "Namespace");
  cut.to(
    "objects",
    first(namespaces, ({ phase }) => phase === "start"),
  );
  cut.to(
    "namespaces",
    last(namespaces, ({ phase }) => phase === "end"),
  );
  return cut.rest("engine end", run.ended);
}

function startParts(cut: Cut, { events }: Watched): void {
  cut.to(
    "engine, node, SDK",
    first(events, ({ type }) => type === "pulumi:pulumi:Stack"),
  );
  cut.to(
    "program load, cluster probe",
    first(events, ({ type }) => type === "pulumi:providers:kubernetes"),
  );
  cut.to("provider start", first(events, kubernetes));
}

function first(events: readonly Seen[], wanted: (event: Seen) => boolean): number | undefined {
  return events.find(wanted)?.at;
}

function last(events: readonly Seen[], wanted: (event: Seen) => boolean): number | undefined {
  return events.filter(wanted).at(-1)?.at;
}

/** Cuts a stretch of time into parts, front to back. A moment that never came, or came early, makes an empty part. */
class Cut {
  private readonly parts: Parts = {};

  public constructor(private at: number) {}

  public to(name: string, moment: number | undefined): void {
    const until = Math.max(this.at, moment ?? this.at);
    this.parts[name] = (until - this.at) / 1000;
    this.at = until;
  }

  public rest(name: string, end: number): Parts {
    this.to(name, end);
    return this.parts;
  }
}
