import { load } from "js-yaml";
import { inForce, type DynamicConfig } from "./dynamic-config";
import { LIMITS } from "./limits-table";

/**
 * Partitions of task queues, and the order in which they may change. A task in a partition that nobody reads is not lost, but
 * nobody gets it: so no partition may be written before it is read, and none may be left unread while it is written. Servers
 * read their file each in its own time, so each step needs an `up` of its own.
 */

const READ = LIMITS.taskQueues.readPartitions.key;
const WRITE = LIMITS.taskQueues.writePartitions.key;

/** A place for which something is said; undefined: any other. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly taskQueue?: string | undefined;
}

/** Partitions of one task queue. */
export interface Partitions {
  readonly read: number;
  readonly write: number;
}

/** Every place at which tasks would be written to partitions that nobody reads, in words. */
export function unreadPartitions(config: DynamicConfig): string[] {
  return placesIn(config).flatMap((place) => {
    const { read, write } = partitionsAt(config, place);
    if (write <= read) return [];
    return [
      `at most readPartitions ${read} as writePartitions of ${name(place)}, not ${write}: a task in a partition that nobody reads is never dispatched`,
    ];
  });
}

/**
 * What speaks against an edit of the running bed, in words.
 * @param running text of the dynamic-config file that the servers read now; undefined: there is none yet
 */
export function partitionRefusals(running: string | undefined, wanted: DynamicConfig): string[] {
  const before = parse(running);
  if (before === undefined) return [];
  return placesIn(before, wanted).flatMap((place) => {
    const [is, becomes] = [partitionsAt(before, place), partitionsAt(wanted, place)];
    const where = `temporal.limits.taskQueues, ${name(place)}`;
    const found: string[] = [];
    if (becomes.write > is.read) {
      found.push(
        `${where}: writePartitions cannot become ${becomes.write} while readPartitions is ${is.read} in the running bed: servers take a new file each in its own time, and tasks would go where nobody polls. Set readPartitions to ${becomes.write} and leave writePartitions at ${is.write}; run \`pulumi up\`; a minute later set writePartitions to ${becomes.write}.`,
      );
    }
    if (becomes.read < is.write) {
      found.push(
        `${where}: readPartitions cannot become ${becomes.read} while writePartitions is ${is.write} in the running bed: tasks that wait in the partitions that go would never be dispatched. Set writePartitions to ${becomes.read} and leave readPartitions at ${is.read}; run \`pulumi up\`; once \`temporal task-queue describe\` shows no backlog set readPartitions to ${becomes.read}.`,
      );
    }
    return found;
  });
}

/** What the servers read now. A file that a hand has spoilt says nothing: the next `up` writes it anew. */
function parse(text: string | undefined): DynamicConfig | undefined {
  if (text === undefined) return undefined;
  try {
    const config = load(text);
    return typeof config === "object" && config !== null ? (config as DynamicConfig) : {};
  } catch {
    return {};
  }
}

/** Every pair of a namespace and a task queue that the values name, also by half, and any other place. */
function placesIn(...configs: readonly DynamicConfig[]): Place[] {
  const constraints = configs.flatMap((config) => [READ, WRITE].flatMap((key) => (config[key] ?? []).map((each) => each.constraints)));
  const named = (constraint: string) => {
    const names = constraints.flatMap((each) => (each[constraint] === undefined ? [] : [String(each[constraint])]));
    return [...new Set(names), undefined];
  };
  return named("namespace").flatMap((namespace) => named("taskQueueName").map((taskQueue) => ({ namespace, taskQueue })));
}

/** What a server finds for a place. */
export function partitionsAt(config: DynamicConfig, place: Place): Partitions {
  const number = (key: string) => Number(inForce(config, key, place));
  return { read: number(READ), write: number(WRITE) };
}

function name({ namespace, taskQueue }: Place): string {
  return `${taskQueue === undefined ? "any task queue" : `task queue ${taskQueue}`} of ${namespace === undefined ? "any namespace" : `namespace ${namespace}`}`;
}
