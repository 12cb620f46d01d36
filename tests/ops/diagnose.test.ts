import { causes } from "../../ops/lib/causes";
import type { Evidence } from "../../ops/lib/evidence";
import { podTroubles, warnings, workloads } from "../../ops/lib/findings";
import { report } from "../../ops/lib/report";

/** Objects as the API server returns them, with only the fields that are read. */
type Loose = { [K in keyof Evidence]?: unknown };

function evidence(given: Loose): Evidence {
  const none: Loose = { namespaces: ["testbed-demo"], pods: [], sets: [], deployments: [], jobs: [], claims: [], quotas: [], events: [] };
  return { ...none, ...given } as Evidence;
}

const meta = (name: string) => ({ name, namespace: "testbed-demo", generation: 1 });
const unready = { metadata: meta("cassandra"), spec: { replicas: 1 }, status: { observedGeneration: 1 } };

function event(kind: string, name: string, reason: string, message: string, at = "2026-01-01T00:00:00Z") {
  return {
    metadata: { name: "e" },
    type: "Warning",
    involvedObject: { kind, name },
    reason,
    message,
    count: 1,
    lastTimestamp: new Date(at),
  };
}

function pod(name: string, container: object, conditions: object[] = []) {
  return {
    metadata: meta(name),
    status: {
      phase: "Pending",
      conditions: [{ type: "Ready", status: "False" }, ...conditions],
      containerStatuses: [{ name: "run", image: "example/image:1", ready: false, restartCount: 0, ...container }],
    },
  };
}

const waiting = (reason: string, message = "") => ({ state: { waiting: { reason, message } } });
const failedJob = (reason: string) => ({
  metadata: meta("temporal-schema"),
  status: { conditions: [{ type: "Failed", status: "True", reason, message: "it ended" }] },
});

describe("likely cause", () => {
  it.each<[string, Loose, RegExp]>([
    [
      "image pull",
      { pods: [pod("cassandra-0", waiting("ImagePullBackOff", "not found"))] },
      /^image pull: container run of pod cassandra-0 .*not found/,
    ],
    [
      "unschedulable",
      {
        pods: [
          pod("cassandra-0", {}, [
            { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes: Insufficient cpu" },
          ]),
        ],
      },
      /^unschedulable: no node takes pod cassandra-0: 0\/3 nodes: Insufficient cpu/,
    ],
    ["deadline", { jobs: [failedJob("DeadlineExceeded")] }, /^deadline: job temporal-schema/],
    ["failed job", { jobs: [failedJob("BackoffLimitExceeded")] }, /^job: job temporal-schema failed: BackoffLimitExceeded/],
    [
      "admission",
      {
        sets: [unready],
        events: [event("StatefulSet", "cassandra", "FailedCreate", 'pods "cassandra-0" is forbidden: violates PodSecurity "restricted"')],
      },
      /^admission: StatefulSet cassandra .*restricted/,
    ],
    [
      "quota",
      {
        sets: [unready],
        events: [event("StatefulSet", "cassandra", "FailedCreate", "forbidden: exceeded quota: budget, requested: cpu=2")],
      },
      /^quota: StatefulSet cassandra .*requested: cpu=2/,
    ],
    [
      "webhook",
      { sets: [unready], events: [event("StatefulSet", "cassandra", "FailedCreate", 'admission webhook "a.b" denied the request')] },
      /^admission: .*own policy/,
    ],
    [
      "no volume",
      {
        claims: [{ metadata: meta("data-cassandra-0"), status: { phase: "Pending" } }],
        events: [event("PersistentVolumeClaim", "data-cassandra-0", "ProvisioningFailed", 'storageclass "x" not found')],
      },
      /^storage: PersistentVolumeClaim data-cassandra-0 .*"x" not found/,
    ],
    [
      "missing Secret",
      { pods: [pod("a", waiting("CreateContainerConfigError", 'secret "s" not found'))] },
      /^configuration: .*secret "s" not found/,
    ],
    ["memory", { pods: [pod("a", { lastState: { terminated: { reason: "OOMKilled", exitCode: 137 } }, restartCount: 2 })] }, /^memory: /],
    [
      "crash",
      { pods: [pod("a", { ...waiting("CrashLoopBackOff"), lastState: { terminated: { reason: "Error", exitCode: 1 } } })] },
      /^crash: /,
    ],
    ["probe", { sets: [unready], events: [event("Pod", "cassandra-0", "Unhealthy", "Readiness probe failed: refused")] }, /^probe: /],
  ])("recognizes %s", (_, given, expected) => {
    const found = causes(evidence(given));
    expect(found).toHaveLength(1);
    expect(found[0]?.what).toMatch(expected);
    expect(found[0]?.advice).not.toBe("");
  });

  it("puts what keeps a pod from starting before the job that ran out of time for it", () => {
    const found = causes(evidence({ pods: [pod("a", waiting("ErrImagePull"))], jobs: [failedJob("DeadlineExceeded")] }));
    expect(found.map(({ what }) => what.split(":")[0])).toEqual(["image pull", "deadline"]);
  });

  it("lets a failed job's pod say why", () => {
    const broken = pod("temporal-schema-x", { state: { terminated: { exitCode: 1, reason: "Error", message: "no such keyspace" } } });
    expect(causes(evidence({ pods: [broken], jobs: [failedJob("BackoffLimitExceeded")] })).map(({ what }) => what)).toEqual([
      "job: job temporal-schema failed: BackoffLimitExceeded: no such keyspace",
    ]);
  });

  it("does not blame old warnings of what is well by now", () => {
    const ready = { ...unready, status: { observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1 } };
    const old = [event("StatefulSet", "cassandra", "FailedCreate", "exceeded quota: budget")];
    expect(causes(evidence({ sets: [ready], events: old }))).toEqual([]);
    expect(causes(evidence({ sets: [unready], events: old }))).toHaveLength(1);
  });
});

describe("findings", () => {
  it("says each warning once, counted, newest last", () => {
    const found = warnings([
      event("Pod", "a", "Late", "m", "2026-01-01T00:00:09Z"),
      event("Pod", "b", "Early", "m", "2026-01-01T00:00:01Z"),
      event("Pod", "b", "Early", "m", "2026-01-01T00:00:03Z"),
      { ...event("Pod", "c", "Fine", "m"), type: "Normal" },
    ] as never);
    expect(found.map(({ reason, count }) => [reason, count])).toEqual([
      ["Early", 2],
      ["Late", 1],
    ]);
  });

  it("passes over pods that are ready or done", () => {
    const ready = { metadata: meta("r"), status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    const done = { metadata: meta("d"), status: { phase: "Succeeded" } };
    expect(podTroubles([ready, done, pod("bad", waiting("ErrImagePull"))] as never).map((trouble) => trouble.pod)).toEqual(["bad"]);
  });

  it("reads the log of the run before, where the container waits to be started again", () => {
    const [trouble] = podTroubles([
      pod("a", { ...waiting("CrashLoopBackOff"), lastState: { terminated: { exitCode: 1, message: "no keyspace" } } }),
    ] as never);
    expect(trouble?.containers[0]).toMatchObject({ ran: true, previous: true, message: "no keyspace" });
    const [fresh] = podTroubles([pod("a", waiting("ErrImagePull"))] as never);
    expect(fresh?.containers[0]).toMatchObject({ ran: false, previous: false });
  });

  it("takes a workload as ready only when its controller has seen the last edit", () => {
    const state = (generation: number, readyReplicas: number) =>
      workloads(
        evidence({
          deployments: [
            {
              metadata: { ...meta("ui"), generation },
              spec: { replicas: 1 },
              status: { observedGeneration: 1, readyReplicas, updatedReplicas: 1 },
            },
          ],
        }),
      )[0]?.state;
    expect([state(1, 1), state(2, 1), state(1, 0)]).toEqual(["ready", "rolling out", "not ready"]);
  });
});

describe("report", () => {
  it("shows what a failing container said, its log and the cause, and no empty section", () => {
    const broken = pod("temporal-schema-x", { state: { terminated: { exitCode: 1, reason: "Error", message: "no such keyspace" } } });
    const text = report(
      evidence({ pods: [broken], jobs: [failedJob("BackoffLimitExceeded")] }),
      new Map([["testbed-demo/temporal-schema-x/run", ["line one"]]]),
    ).join("\n");
    expect(text).toContain("said: no such keyspace");
    expect(text).toContain("| line one");
    expect(text).toMatch(/likely cause: job: job temporal-schema failed/);
    expect(text).not.toContain("claims without a volume");
  });

  it("says so when all is well", () => {
    expect(report(evidence({}), new Map())).toEqual(["every workload that exists is ready or complete"]);
  });
});
