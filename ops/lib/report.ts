import { causes } from "./causes";
import type { Evidence } from "./evidence";
import { jobFailure, pendingClaims, podTroubles, quotaDenials, warnings, workloads, type PodTrouble } from "./findings";
import { table } from "./table";

/** Warnings that are shown: the newest ones. */
const WARNINGS = 20;

/**
 * A diagnosis as text, sections without content left out.
 * @param logs last lines by `namespace/pod/container`
 */
export function report(evidence: Evidence, logs: ReadonlyMap<string, readonly string[]>): string[] {
  const unfinished = workloads(evidence).filter(({ state }) => !["ready", "complete"].includes(state));
  const failedJobs = evidence.jobs.flatMap((job) => {
    const failure = jobFailure(job);
    return failure === undefined ? [] : [`  ${job.metadata?.name}: ${failure.reason}, ${failure.message}`];
  });
  const sections: [string, string[]][] = [
    [
      "workloads that are not finished",
      unfinished.length === 0
        ? []
        : table(unfinished.map(({ kind, name, ready, desired, state }) => [`${kind} ${name}`, `${ready}/${desired}`, state])),
    ],
    ["pods that are not ready", podTroubles(evidence.pods).flatMap((pod) => podLines(pod, logs))],
    ["failed jobs", failedJobs],
    ["claims without a volume", indented(pendingClaims(evidence.claims, evidence.events))],
    ["refused by quota", indented(quotaDenials(evidence))],
    ["warnings, newest last", warningLines(evidence)],
  ];
  return [...sections.flatMap(([title, lines]) => (lines.length === 0 ? [] : [title, ...lines, ""])), ...verdict(evidence)];
}

function podLines(trouble: PodTrouble, logs: ReadonlyMap<string, readonly string[]>): string[] {
  const { namespace, pod, phase, conditions, containers } = trouble;
  return [
    `  ${namespace}/${pod}: ${phase}`,
    ...conditions.map((condition) => `    ${condition}`),
    ...containers.flatMap(({ container, image, state, message, restarts }) => {
      const log = logs.get(`${namespace}/${pod}/${container}`) ?? [];
      return [
        `    container ${container} (${image}): ${state}${restarts > 0 ? `, ${restarts} restarts` : ""}`,
        ...message.split("\n").flatMap((line) => (line === "" ? [] : [`      said: ${line}`])),
        ...log.map((line) => `      | ${line}`),
      ];
    }),
  ];
}

function warningLines({ events }: Evidence): string[] {
  const all = warnings(events);
  const dropped = Math.max(0, all.length - WARNINGS);
  return [
    ...(dropped > 0 ? [`  (${dropped} older ones left out)`] : []),
    ...all.slice(-WARNINGS).map(({ at, count, object, reason, message }) => {
      const time = new Date(at).toISOString().slice(11, 19);
      return `  ${time}${count > 1 ? ` x${count}` : ""} ${object}: ${reason}: ${message.replace(/\s+/g, " ")}`;
    }),
  ];
}

function verdict(evidence: Evidence): string[] {
  const found = causes(evidence);
  if (found.length === 0) {
    const well = workloads(evidence).every(({ state }) => ["ready", "complete"].includes(state));
    return [well ? "every workload that exists is ready or complete" : "likely cause: none recognized; start with the first section"];
  }
  return found.flatMap(({ what, advice }, index) => [
    `${index === 0 ? "likely cause" : "also"}: ${what.replace(/\s+/g, " ")}`,
    `  ${advice}`,
  ]);
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
