import { alertsOf } from "../../components/monitoring/alerts";
import { DASHBOARDS } from "../../components/monitoring/dashboards";
import { metricNames } from "./promql";

/** A query of a panel or a rule, with the place to look for it. */
export interface Asked {
  readonly where: string;
  readonly expr: string;
}

/** Every query that this bed asks of its Prometheus. */
export function queries(): Asked[] {
  return [
    ...DASHBOARDS.flatMap(({ uid, panels }) =>
      panels.flatMap((panel) => panel.queries.map(({ expr }) => ({ where: `${uid}: ${panel.title}`, expr }))),
    ),
    ...alertsOf(["some-job"]).flatMap(({ alerts }) => alerts.map(({ alert, expr }) => ({ where: alert, expr }))),
  ];
}

/** Every series that is asked for. */
export function seriesAsked(): string[] {
  return [...new Set(queries().flatMap(({ expr }) => metricNames(expr)))].sort();
}
