import type { BedEvent } from "./bed-event";
import { isComponent, spoken, stageOf } from "./urn";

export type StageState = "waiting" | "working" | "done" | "unchanged" | "failed";

/** One stage at one moment. Times are milliseconds since the run began. */
export interface StageProgress {
  readonly name: string;
  readonly state: StageState;
  /** Resources finished, and all that are known of. */
  readonly done: number;
  readonly total: number;
  /** First change begun and last change finished; undefined until then, and where nothing changes. */
  readonly began: number | undefined;
  readonly ended: number | undefined;
  /** What is being worked on, such as `StatefulSet cassandra`. */
  readonly current: readonly string[];
}

interface ResourceProgress {
  readonly stage: string;
  state: "waiting" | "working" | "done" | "failed";
  changes: boolean;
  began?: number;
  ended?: number;
}

/** A resource to come, from a preview or from the state. */
export interface Expected {
  readonly urn: string;
  readonly parent?: string | undefined;
}

/** Where each stage of a run stands, from the engine's events. Holds no clock and prints nothing. */
export class Progress {
  private readonly parents = new Map<string, string>();
  private readonly resources = new Map<string, ResourceProgress>();

  /** @param expected everything that the run will touch, stages in the order in which they are shown */
  public constructor(expected: readonly Expected[] = []) {
    for (const { urn, parent } of expected) if (parent !== undefined) this.parents.set(urn, parent);
    for (const { urn } of expected) this.resource(urn);
  }

  public see(event: BedEvent): void {
    if (event.kind === "diagnostic") return;
    if (event.parent !== undefined) this.parents.set(event.urn, event.parent);
    const resource = this.resource(event.urn);
    if (resource === undefined) return;
    if (event.op !== "same") resource.changes = true;
    if (event.kind === "begin") {
      // The old half of a replacement may go long after its successor is ready: that reopens nothing.
      if (resource.state === "done" && leftover(event.op)) return;
      resource.state = "working";
      resource.began ??= event.at;
    } else if (event.kind === "failed") {
      resource.state = "failed";
      resource.ended = event.at;
    } else if (!leftover(event.op) && resource.state !== "failed") {
      resource.state = "done";
      resource.ended = event.at;
    }
  }

  public stages(): StageProgress[] {
    const groups = new Map<string, [string, ResourceProgress][]>();
    for (const entry of this.resources) groups.set(entry[1].stage, [...(groups.get(entry[1].stage) ?? []), entry]);
    return [...groups].map(([name, entries]) => stageProgress(name, entries));
  }

  /** Registers the resource when it is new. Undefined for what belongs to no stage or is no object. */
  private resource(urn: string): ResourceProgress | undefined {
    const known = this.resources.get(urn);
    if (known !== undefined) return known;
    const stage = stageOf(urn, (child) => this.parents.get(child));
    if (stage === undefined || isComponent(urn)) return undefined;
    const fresh: ResourceProgress = { stage, state: "waiting", changes: false };
    this.resources.set(urn, fresh);
    return fresh;
  }
}

/** Steps of a replacement that are not the new object: `replace`, `delete-replaced`, `discard-replaced`. */
function leftover(op: string): boolean {
  return op === "replace" || op.endsWith("-replaced");
}

function stageProgress(name: string, entries: readonly (readonly [string, ResourceProgress])[]): StageProgress {
  const all = entries.map(([, resource]) => resource);
  const done = all.filter(({ state }) => state === "done").length;
  const changed = all.filter(({ changes }) => changes);
  const began = changed.flatMap((resource) => resource.began ?? []);
  const ended = changed.flatMap((resource) => resource.ended ?? []);
  return {
    name,
    state: stateOf(all, done, changed.length),
    done,
    total: all.length,
    began: began.length === 0 ? undefined : Math.min(...began),
    ended: ended.length === 0 ? undefined : Math.max(...ended),
    current: entries.filter(([, { state }]) => state === "working").map(([urn]) => spoken(urn)),
  };
}

function stateOf(all: readonly ResourceProgress[], done: number, changed: number): StageState {
  if (all.some(({ state }) => state === "failed")) return "failed";
  if (done === all.length) return changed === 0 ? "unchanged" : "done";
  return all.every(({ state }) => state === "waiting") ? "waiting" : "working";
}
