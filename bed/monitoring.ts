import type { Credentials } from "../components/credentials";
import type { Stages } from "../components/kit/stages";
import type { Part } from "../components/kit/traffic";
import { Grafana, Monitors, partsOf, Prometheus } from "../components/monitoring";
import type { Platform } from "../components/platform";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

interface Prior {
  readonly platform: Platform;
  readonly credentials: Credentials;
  /** What is watched. It is waited for by nothing here, which so sees it start. */
  readonly served: readonly Part[];
}

/** Monitoring, of what all other groups serve. */
export function makeMonitoring(on: Stages, { values }: Stack, { bed, identities }: Derived, { platform, credentials, served }: Prior) {
  const watched = { bed, values: values.monitoring, scrapes: served.flatMap((part) => part.scrapes ?? []) };
  const watching = partsOf(values.monitoring);
  const prometheus = watching.prometheus
    ? new Prometheus("prometheus", { ...watched, identity: identities.prometheus }, on.after(platform))
    : undefined;
  const grafana =
    watching.grafana && prometheus
      ? new Grafana(
          "grafana",
          { ...watched, prometheus: prometheus.endpoint, admin: credentials.secrets.grafana },
          on.after(credentials, platform, prometheus),
        )
      : undefined;
  const monitors = watching.monitors ? new Monitors("monitors", watched, on.after(platform)) : undefined;
  return { prometheus, grafana, monitors };
}
