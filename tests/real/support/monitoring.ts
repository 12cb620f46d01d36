import { load } from "js-yaml";
import { alertsOf } from "../../../components/monitoring/alerts";
import { exported, serverOf } from "../../contract/metrics";
import { seriesAsked } from "../../support/monitoring";
import { until } from "../../e2e/support/wait";
import type { RealBed } from "./real-bed";
import { prometheus, targets } from "./read-prometheus";

/** What runs in the lab and serves metrics. */
const WATCHED = ["temporal-frontend", "temporal-history", "temporal-matching", "temporal-worker", "load-worker", "prometheus"];

/** Series that a server has only once the thing happened; that it would have them then is what its source says. */
const NOT_YET: Readonly<Record<string, string>> = {
  ALERTS: "no rule's condition has held",
  service_errors_resource_exhausted: "no call was refused",
  persistence_errors_resource_exhausted: "no call to Cassandra was held back",
  visibility_persistence_resource_exhausted: "no call to Elasticsearch was held back",
  visibility_persistence_error_with_type: "no visibility call failed",
  elasticsearch_bulk_processor_errors: "no document failed",
  persistence_session_refresh_attempts: "no session was lost",
  persistence_session_refresh_failures: "no session was lost",
  workflow_failed: "no workflow ended so",
  workflow_timeout: "no workflow ended so",
  workflow_terminate: "no workflow ended so",
  workflow_cancel: "no workflow ended so",
  workflow_continued_as_new: "no workflow ended so",
  temporal_workflow_failed: "no workflow ended so",
  poll_timeouts: "no poll has waited its minute out",
};

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
  }[];
}

/** The bed's own Prometheus. @param bedOf the bed, once it is up and has completed a workflow */
export function monitoringTests(bedOf: () => RealBed): void {
  describe("monitoring", () => {
    test("finds every pod that serves metrics, no other, and reads each", async () => {
      const bed = bedOf();
      const wanted = (await bed.serving()).flatMap(({ metadata }) => {
        const workload = metadata.labels?.["app.kubernetes.io/name"] ?? "";
        return WATCHED.includes(workload) ? [`${workload} ${metadata.name} up`] : [];
      });
      const seen = async () => (await targets(bed)).map(({ labels, health }) => `${labels["workload"]} ${labels["pod"]} ${health}`).sort();
      await until("every target to be up", 60, async () => ((await seen()).join() === wanted.sort().join() ? true : undefined)).catch(
        () => undefined,
      );
      expect(await seen()).toEqual(wanted);
      expect(wanted.length).toBeGreaterThanOrEqual(WATCHED.length);
    });

    test("has taken its configuration, flags and retention", async () => {
      const { yaml } = await prometheus<{ yaml: string }>(bedOf(), "/status/config");
      expect(load(yaml)).toMatchObject({ storage: { tsdb: { retention: { size: "1GiB" } } }, rule_files: ["/etc/prometheus/rules.yml"] });
      expect(await prometheus(bedOf(), "/status/runtimeinfo")).toMatchObject({
        reloadConfigSuccess: true,
        corruptionCount: 0,
        storageRetention: "15d or 1GiB",
      });
      expect(await prometheus(bedOf(), "/status/flags")).toMatchObject({
        "config.file": "/etc/prometheus/prometheus.yml",
        "storage.tsdb.path": "/prometheus",
      });
    });

    test("evaluates every rule", async () => {
      const wanted = alertsOf([]).flatMap(({ alerts }) => alerts.map(({ alert }) => `${alert} ok`));
      const seen = async () => {
        const { groups } = await prometheus<Rules>(bedOf(), "/rules");
        return groups.flatMap(({ rules }) => rules.map(({ name, health, lastError = "" }) => `${name} ${health}${lastError}`));
      };
      await until("every rule to be evaluated", 60, async () => ((await seen()).join() === wanted.join() ? true : undefined)).catch(
        () => undefined,
      );
      expect(await seen()).toEqual(wanted);
    });

    test("has every series that a panel or a rule asks for, but for what has not happened yet", async () => {
      const asked = seriesAsked().filter((series) => ["temporal", "sdk", "prometheus"].includes(serverOf(series) ?? ""));
      const wanted = asked.filter((series) => !(series in NOT_YET));
      const missing = async () => {
        const have = new Set(await prometheus<string[]>(bedOf(), "/label/__name__/values"));
        return wanted.filter((series) => !have.has(series));
      };
      await until("every series to be scraped", 60, async () => ((await missing()).length === 0 ? true : undefined)).catch(() => undefined);
      expect(await missing()).toEqual([]);
      // An excuse that no panel needs is no excuse.
      expect(Object.keys(NOT_YET).filter((series) => !asked.includes(series))).toEqual([]);
    });

    test("sees no metric of Temporal's that the recorded list lacks", async () => {
      const have = await prometheus<string[]>(bedOf(), `/label/__name__/values?match[]=${encodeURIComponent('{job="temporal-history"}')}`);
      const own = have.filter((series) => /^(service|persistence|lock|semaphore|workflow|task|shard|numshards)_/.test(series));
      expect(own.length).toBeGreaterThan(20);
      expect(own.filter((series) => serverOf(series) !== "temporal")).toEqual([]);
      expect(exported("temporal").version).toContain("1.31.2");
    });

    test("may look at the pods of its own namespace, and at nothing else", async () => {
      const bed = bedOf();
      const { spec } = (await bed.pod("prometheus")) as unknown as { spec: { serviceAccountName: string } };
      const as = `system:serviceaccount:${bed.namespace}:${spec.serviceAccountName}`;
      const can = async (...what: string[]) => (await bed.kubectl("auth", "can-i", ...what, "--as", as)).stdout.trim();
      expect(await can("list", "pods")).toBe("yes");
      expect(await can("watch", "pods")).toBe("yes");
      expect(await can("delete", "pods")).toBe("no");
      expect(await can("get", "secrets")).toBe("no");
      expect(await can("list", "pods", "-n", "kube-system")).toBe("no");
    });
  });
}
