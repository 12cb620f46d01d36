import { binding, bounds, inWords, type Bound, type Setup, type Workload } from "../../components/temporal/capacity";
import type { Plot, Series } from "./plot-svg";

/** Most activities that are drawn. */
const MOST = 20;
/** Points of one line; means between whole numbers are drawn, too, so that lines cross where they do. */
const STEPS = 80;

/**
 * Capacity over activities per workflow: a line for each bound, the least of them in the colour of the one that binds.
 * @param subject whose capacity it is, such as "stack dev"
 */
export function capacityPlot(subject: string, setup: Setup, workload: Workload): Plot {
  const columns = Array.from({ length: STEPS + 1 }, (_, index) => {
    const activities = (index * MOST) / STEPS;
    return { activities, all: bounds(setup, { ...workload, activities }) };
  });
  const names = [...new Set(columns.flatMap(({ all }) => byRate(all).map(({ name }) => name)))];
  const lines = names.map((name): Series => {
    const points = columns.map(({ activities, all }) => {
      const found = all.find((bound) => bound.name === name);
      // Next to no activities the tasks of one cost next to nothing: a line that is off the picture.
      const y = found === undefined || found.perSecond > 100 * highest(columns[0]?.all ?? []) ? NaN : found.perSecond;
      return { x: activities, y, ...found?.between };
    });
    return { name, points, interval: "band" };
  });
  const least: Series = {
    ...{ name: "capacity", strong: true },
    points: columns.map(({ activities, all }) => {
      const bound = binding(all);
      return { x: activities, y: bound.perSecond, like: bound.name };
    }),
  };
  const sort = workload.eager ? "eager activities" : "activities";
  const binds = [...new Set(least.points.map(({ like }) => like))].join(", then ");
  return {
    title: `Completed workflows per second, at most: ${subject}${workload.waiting ? ", waiting starters" : ""}`,
    description: `Bounds of ${subject} over 0 to ${MOST} ${sort}, ${setup.partitions} partitions. What binds: ${binds}. ${inWords(workload)}: ${Math.floor(binding(bounds(setup, workload)).perSecond)} per second.`,
    x: { title: `${sort} per workflow`, from: 0, to: MOST },
    y: { title: "workflows/s", scale: "log" },
    series: [...lines, least],
  };
}

function byRate(all: readonly Bound[]): Bound[] {
  return [...all].sort((a, b) => a.perSecond - b.perSecond);
}

function highest(all: readonly Bound[]): number {
  return Math.max(...all.map(({ perSecond }) => perSecond));
}
