import { writeFile } from "node:fs/promises";
import {
  binding,
  bounds,
  callsPerWorkflow,
  inFlight,
  notesOn,
  pasteable,
  settingsFor,
  setupOf,
  workloadOf,
} from "../components/temporal/capacity";
import { formatProblems } from "../values/errors";
import { layerOffline, stackValues } from "../values/offline";
import { capacityOptions, type CapacityOptions } from "./lib/capacity-options";
import { capacityPlot } from "./lib/capacity-plot";
import { answerText, type Answer } from "./lib/capacity-text";
import { main, Refusal } from "./lib/fail";
import { plotSvg } from "./lib/plot-svg";

/** What a stack's limits let through: every bound on workflows per second, the one that binds, and what a rate needs. Asks no cluster. */
main(async () => {
  const options = capacityOptions(process.argv.slice(2));
  const answer = answerTo(options);
  if (options.plot !== undefined) {
    await writeFile(options.plot, plotSvg(capacityPlot(answer.subject, answer.setup, answer.workload)));
  }
  console.log(options.json ? JSON.stringify(answer, undefined, 2) : answerText(answer).join("\n"));
  return 0;
});

/** @throws Refusal when the settings do not hold */
function answerTo(options: CapacityOptions): Answer {
  const { stack = "dev", layer } = options;
  const found = layer === undefined ? stackValues(stack) : layerOffline(layer);
  if (Array.isArray(found)) throw new Refusal(formatProblems(found));
  const { temporal, load } = found.values;
  const own = workloadOf(load);
  const where = {
    namespace: options.namespace ?? own.where.namespace,
    taskQueue: options.taskQueue ?? own.where.taskQueue,
    workers: options.workers ?? own.where.workers,
  };
  const read = setupOf(temporal, where);
  const setup = {
    ...read,
    partitions: options.partitions ?? read.partitions,
    shardSeconds: options.shardLatency ?? read.shardSeconds,
  };
  const workload = {
    activities: options.activities ?? own.workload.activities,
    waiting: options.waiting ?? own.workload.waiting,
    eager: options.eager,
    ...(options.workflowLatency !== undefined && { seconds: options.workflowLatency }),
  };
  const all = bounds(setup, workload);
  const { target, headroom } = options;
  const plan = target === undefined ? undefined : settingsFor(target, headroom, setup, workload);
  return {
    ...{ subject: layer === undefined ? `stack ${stack}` : `layer ${layer}`, source: found.source, setup, workload },
    calls: callsPerWorkflow(workload, setup.partitions, setup.forwarding),
    ...{ bounds: all, binding: binding(all), inFlight: inFlight(setup), notes: notesOn(setup, workload) },
    ...(plan && { plan: { ...plan, ...pasteable(plan.settings, setup, temporal.limits.taskQueues) } }),
  };
}
