import { imageReference, pullSecrets } from "../../../components/kit/images";
import { labels } from "../../../components/kit/labels";
import { probes } from "../../../components/kit/probes";
import { spreadSoft, spreadStrict } from "../../../components/kit/spread";
import { claimNames, setFields, type SetIdentity } from "../../../components/kit/storage";
import { orderedTimeouts, parallelTimeouts, rollout } from "../../../components/kit/workload";
import type { Bed } from "../../../components/kit/bed";

const IMAGE = { repository: "docker.io/library/cassandra", tag: "5.0.9" };
const SOURCE = { mirror: "", pullSecrets: [] };

describe("images", () => {
  test.each([
    ["", "docker.io/library/cassandra:5.0.9"],
    ["mirror.example.com/hub", "mirror.example.com/hub/docker.io/library/cassandra:5.0.9"],
    ["mirror.example.com/", "mirror.example.com/docker.io/library/cassandra:5.0.9"],
  ])("mirror %j gives %s", (mirror, reference) => {
    expect(imageReference({ ...SOURCE, mirror }, IMAGE)).toBe(reference);
  });

  test("a digest follows the tag", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    expect(imageReference(SOURCE, { ...IMAGE, digest })).toBe(`docker.io/library/cassandra:5.0.9@${digest}`);
  });

  test("pull Secrets are references", () => {
    expect(pullSecrets({ ...SOURCE, pullSecrets: ["one", "two"] })).toEqual([{ name: "one" }, { name: "two" }]);
  });
});

describe("labels", () => {
  test("a selector holds the name and the stack's namespace, and nothing that an edit could change", () => {
    expect(labels("cassandra", "testbed-dev", "store").selector).toEqual({
      "app.kubernetes.io/name": "cassandra",
      "app.kubernetes.io/instance": "testbed-dev",
    });
  });

  test("a pod's labels hold its selector", () => {
    const { selector, all } = labels("cassandra", "testbed-dev", "store");
    expect(all).toMatchObject(selector);
    expect(all["app.kubernetes.io/component"]).toBe("store");
  });
});

describe("probes", () => {
  const all = probes({ tcpSocket: { port: "cql" } }, 601);

  test("a pod may take its whole deadline to start", () => {
    expect(all.startupProbe.periodSeconds * all.startupProbe.failureThreshold).toBeGreaterThanOrEqual(601);
  });

  test("liveness is asked more rarely than readiness, and gives more time", () => {
    const patience = (probe: { periodSeconds: number; failureThreshold: number }) => probe.periodSeconds * probe.failureThreshold;
    expect(all.livenessProbe.periodSeconds).toBeGreaterThan(all.readinessProbe.periodSeconds);
    expect(patience(all.livenessProbe)).toBeGreaterThan(patience(all.readinessProbe));
  });

  test("all three ask the same", () => {
    for (const probe of Object.values(all)) expect(probe).toMatchObject({ tcpSocket: { port: "cql" } });
  });
});

describe("spread", () => {
  const selector = { name: "x" };

  test("one node needs no rule", () => {
    expect([spreadStrict("single", selector), spreadSoft("single", selector)]).toEqual([{}, {}]);
  });

  test("pods with data are never two on one node", () => {
    expect(spreadStrict("spread", selector).affinity?.podAntiAffinity).toEqual({
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: selector }, topologyKey: "kubernetes.io/hostname" }],
    });
  });

  test("other pods are two on one node only when there is no other", () => {
    expect(Object.keys(spreadSoft("spread", selector).affinity?.podAntiAffinity ?? {})).toEqual([
      "preferredDuringSchedulingIgnoredDuringExecution",
    ]);
  });

  test("zones are kept even, but a missing zone stops no pod", () => {
    for (const rule of [spreadStrict, spreadSoft]) {
      expect(rule("spread", selector).topologySpreadConstraints).toEqual([
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: selector },
        },
      ]);
    }
  });
});

describe("storage", () => {
  const identity: SetIdentity = {
    name: "store",
    knob: "store",
    serviceName: "store-peers",
    podManagementPolicy: "OrderedReady",
    scaleDown: "quorum",
    revisionHistoryLimit: 5,
    selector: { name: "store" },
    claim: { name: "data", size: "4Gi" },
    whenDeleted: "Retain",
    whenScaled: "Delete",
    replicas: 2,
  };

  test("every part of an identity reaches the set", () => {
    expect(setFields({ ...identity, claim: { ...identity.claim, className: "fast" } })).toEqual({
      serviceName: "store-peers",
      podManagementPolicy: "OrderedReady",
      revisionHistoryLimit: 5,
      replicas: 2,
      selector: { matchLabels: { name: "store" } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
      volumeClaimTemplates: [
        {
          metadata: { name: "data", labels: { name: "store" } },
          spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "4Gi" } } },
        },
      ],
    });
  });

  test("without a class the claim says none, so that the cluster's default holds", () => {
    const [template] = setFields(identity).volumeClaimTemplates;
    expect(Object.keys(template?.spec ?? {})).not.toContain("storageClassName");
  });

  test("pods count from 0 unless the identity says otherwise", () => {
    expect(Object.keys(setFields(identity))).not.toContain("ordinals");
    expect(setFields({ ...identity, ordinalsStart: 1 }).ordinals).toEqual({ start: 1 });
  });

  test("claims are named as the controller names them", () => {
    expect(claimNames(identity)).toEqual(["data-store-0", "data-store-1"]);
    expect(claimNames({ ...identity, ordinalsStart: 1 })).toEqual(["data-store-1", "data-store-2"]);
  });
});

describe("workload", () => {
  const bed: Bed = {
    namespace: "testbed-x",
    images: SOURCE,
    placement: "single",
    networkPolicies: true,
    terminationGracePeriodSeconds: 120,
    podSeconds: 600,
    jobSeconds: 300,
    unprotectSets: false,
  };

  test("a bed on one node takes a pod away before it adds one; elsewhere it is the other way round", () => {
    expect(rollout(bed).strategy.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(rollout({ ...bed, placement: "spread" }).strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  });

  test("the engine waits longer than the rollout's own deadline, so that the reason is the rollout's", () => {
    const minutes = Number.parseInt(parallelTimeouts(bed).create, 10);
    expect(minutes * 60).toBeGreaterThan(rollout(bed).progressDeadlineSeconds);
  });

  test("pods that start one after another get a deadline each", () => {
    expect(orderedTimeouts(bed, 3)).toEqual({ create: "32m", update: "32m", delete: "6m" });
    expect(parallelTimeouts(bed)).toEqual({ create: "12m", update: "12m", delete: "6m" });
  });

  test("a delete outlasts the grace period", () => {
    expect(Number.parseInt(parallelTimeouts({ ...bed, terminationGracePeriodSeconds: 600 }).delete, 10) * 60).toBeGreaterThan(600);
  });
});
