import { bedOf, runProgram } from "../support/harness";
import { at, listAt } from "../support/json";
import { containerOf } from "../support/pods";
import { settings } from "../support/values";

const setOf = async () => (await bedOf("october-2025")).get("StatefulSet", "mongodb");

test("it is part of October 2025 alone, and elsewhere there is nothing of it", async () => {
  for (const layer of ["dev", "prod"]) {
    const bed = await bedOf(layer);
    expect(bed.all.filter(({ name }) => name.startsWith("mongodb"))).toEqual([]);
    expect(Object.keys((bed.outputs as { endpoints: object }).endpoints)).not.toContain("mongodb");
  }
  expect(at((await setOf()).inputs, "spec.replicas")).toBe(1);
});

test("switched on elsewhere, it is counted: one pod more", async () => {
  const pods = ({ outputs }: { outputs: unknown }) => (outputs as { requests: { pods: number } }).requests.pods;
  const on = await runProgram("dev", { slices: { mongodb: { enabled: true } } });
  expect(pods(on) - pods(await bedOf("dev"))).toBe(1);
});

test("the entry point is kept, since it creates the user, and its arguments hold the cache", async () => {
  const on = await runProgram("october-2025", { slices: { mongodb: { wiredTigerCacheSizeGb: 0.5 } } });
  const container = containerOf(on.get("StatefulSet", "mongodb"));
  expect(container["command"]).toBe(undefined);
  expect(container["args"]).toEqual(["mongod", "--wiredTigerCacheSizeGB", "0.5"]);
  expect(container["image"]).toBe("docker.io/library/mongo:5.0.14-focal");
});

test("it asks for a password: user and password are both set, the password by reference", async () => {
  const bed = await bedOf("october-2025");
  expect(listAt(containerOf(await setOf()), "env")).toEqual([
    { name: "MONGO_INITDB_ROOT_USERNAME", value: "root" },
    { name: "MONGO_INITDB_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: "mongodb-root", key: "password" } } },
  ]);
  expect(bed.get("Secret", "mongodb-root").name).toBe("mongodb-root");
});

test("no command in the pod says that it is ready: while it creates the user it answers those, and nobody else", async () => {
  const container = containerOf(await setOf());
  expect(listAt(container, "ports")).toEqual([{ name: "mongodb", containerPort: 27017 }]);
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    expect(at(container, `${probe}.tcpSocket`)).toEqual({ port: "mongodb" });
  }
});

test("data is on the claim, and the rest of what it writes in /tmp", async () => {
  const { inputs } = await setOf();
  expect(listAt(containerOf(await setOf()), "volumeMounts")).toEqual([
    { name: "data", mountPath: "/data/db" },
    { name: "tmp", mountPath: "/tmp" },
  ]);
  expect(at(inputs, "spec.template.spec.volumes")).toEqual([{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }]);
  expect(at(inputs, "spec.volumeClaimTemplates.0.metadata.name")).toBe("data");
  expect(at(inputs, "spec.volumeClaimTemplates.0.spec.resources.requests.storage")).toBe("10Gi");
  expect(at(inputs, "spec.template.spec.securityContext.runAsUser")).toBe(999);
});

test("its Service is headless, and the endpoint an output", async () => {
  const bed = await bedOf("october-2025");
  const { inputs } = bed.get("Service", "mongodb");
  expect(at(inputs, "spec.clusterIP")).toBe("None");
  expect(listAt(inputs, "spec.ports")).toEqual([{ name: "mongodb", port: 27017 }]);
  expect(at((await setOf()).inputs, "spec.serviceName")).toBe(at(inputs, "metadata.name"));
  expect((bed.outputs as { endpoints: object }).endpoints).toMatchObject({
    mongodb: { host: "mongodb.testbed-october-2025.svc", port: 27017, workload: "mongodb", user: "root" },
  });
});

test("kept data keeps its password, and the set is protected until it is let go", async () => {
  const keep = { mongodb: { storage: { whenDeleted: "Retain", className: "fast" } } };
  const kept = await runProgram("october-2025", { slices: keep });
  expect(kept.get("StatefulSet", "mongodb").protect).toBe(true);
  expect(kept.get("Secret", "mongodb-root").protect).toBe(true);
  expect(at(kept.get("StatefulSet", "mongodb").inputs, "spec.volumeClaimTemplates.0.spec.storageClassName")).toBe("fast");
  expect((kept.outputs as { staysAfterDestroy: string[] }).staysAfterDestroy).toContain("testbed-october-2025/data-mongodb-0");
  const free = await runProgram("october-2025", { slices: { ...keep, platform: { unprotectSets: true } } });
  expect(free.get("StatefulSet", "mongodb").protect).toBe(false);
});

test.each([
  [{ wiredTigerCacheSizeGb: 0.6 }, /mongodb.wiredTigerCacheSizeGb.*at most half of resources.limits.memory 1Gi/],
  [{ wiredTigerCacheSizeGb: 0.1 }, /mongodb.wiredTigerCacheSizeGb.*allowed is 0.25 or more/],
])("%j is refused", async (mongodb, says) => {
  await expect(settings("october-2025", { mongodb })).rejects.toThrow(says);
});
