import type { Scrape } from "../../kit/traffic";
import { bed } from "./bed";
import { chronik } from "./chronik";
import { clickhouse } from "./clickhouse";
import { history } from "./history";
import { limits } from "./limits";
import { matching } from "./matching";
import type { Dashboard } from "./panel";
import { stores } from "./stores";

export const DASHBOARDS: readonly Dashboard[] = [bed, limits, history, matching, stores, clickhouse, chronik];

/** Where Grafana begins. */
export const HOME = bed;

/** The dashboards of what is there to be seen. */
export function dashboardsOf(scrapes: readonly Scrape[]): Dashboard[] {
  return DASHBOARDS.filter(({ of }) => scrapes.some(({ workload }) => workload.startsWith(of)));
}
