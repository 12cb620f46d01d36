import { capturedEdges, edgesIn, edgesWithAll } from "./support/edges";
import { everythingOn } from "./support/everything";
import { bedOf, drain, runProgram, startProgram, type Registration } from "./support/harness";
import { LAYERS } from "../values/layers";

describe.each(LAYERS)("order in %s", (layer) => {
  test("stages wait for exactly the stages of the table", async () => {
    const bed = await bedOf(layer);
    expect(capturedEdges(bed)).toEqual(edgesIn(layer));
  });

  test("no stage is hollow: one without a resource of its own would hold nobody back", async () => {
    const bed = await bedOf(layer);
    const hollow = bed.stages().filter((stage) => !bed.children(stage).some(({ custom }) => custom));
    expect(hollow.map(({ name }) => name)).toEqual([]);
  });

  test("a resource waits only for stages that its own stage waits for, or because it is replaced with them", async () => {
    const bed = await bedOf(layer);
    const edges = capturedEdges(bed);
    const waitsFor = (child: Registration, urn: string) => {
      const [own, other] = [bed.stageOf(child), bed.stageOf(bed.byUrn(urn))];
      return own === other || edges[own?.name ?? ""]?.includes(other?.name ?? "") === true;
    };
    const strays = bed.all
      .filter(({ parent }) => parent !== "")
      .flatMap((child) =>
        child.dependencies
          .filter((urn) => !waitsFor(child, urn) && !child.replaceWith.includes(urn))
          .map((urn) => `${child.name} -> ${urn}`),
      );
    expect(strays).toEqual([]);
  });
});

describe.each(["dev", "october-2025"] as const)("order in %s with every image named", (layer) => {
  test("stages wait for exactly the stages of the table", async () => {
    const bed = await runProgram(layer, { slices: everythingOn(layer) });
    expect(capturedEdges(bed)).toEqual(edgesWithAll(layer));
  });
});

/** What has started while the named resource is not ready yet, and what starts once it is. */
async function whileHolding(kind: string, name: string): Promise<{ before: string[]; after: string[] }> {
  const { engine } = await startProgram("dev", { hold: (each) => each.name === name && each.type.endsWith(`:${kind}`) });
  await engine.settle();
  const before = [...engine.events];
  engine.release();
  await drain();
  return { before, after: engine.events.slice(before.length) };
}

const SERVERS = ["frontend", "history", "matching", "worker"].map((role) => `start Deployment temporal-${role}`);

test.each(["temporal-schema", "temporal-visibility", "temporal-cluster"])(
  "Temporal's servers are created only after %s completed",
  async (job) => {
    const { before, after } = await whileHolding("Job", job);
    expect(before).toContain(`start Job ${job}`);
    expect(before).toContain("end Secret cassandra-temporal");
    for (const server of SERVERS) {
      expect(before).not.toContain(server);
      expect(after.indexOf(server)).toBeGreaterThan(after.indexOf(`end Job ${job}`));
    }
  },
);

test("the two schema jobs run side by side", async () => {
  const { before } = await whileHolding("Job", "temporal-schema");
  expect(before).toContain("end Job temporal-visibility");
});

test("the stores start side by side", async () => {
  const { before } = await whileHolding("StatefulSet", "cassandra");
  expect(before).toContain("end StatefulSet elasticsearch");
  expect(before).not.toContain("start Job cassandra-roles");
});

test("the schema job runs only after the roles exist", async () => {
  const { before, after } = await whileHolding("Job", "cassandra-roles");
  expect(before).not.toContain("start Job temporal-schema");
  expect(after).toContain("end Job temporal-schema");
});

test("the namespaces job and the tools start only after the frontend is available", async () => {
  const { before, after } = await whileHolding("Deployment", "temporal-frontend");
  expect(before).toContain("end Deployment temporal-history");
  for (const late of ["start Job temporal-namespaces", "start Deployment temporal-ui", "start Deployment temporal-admin-tools"]) {
    expect(before).not.toContain(late);
    expect(after).toContain(late);
  }
});

test("the worker starts only after the namespaces exist, and the check after the worker is available", async () => {
  const namespaces = await whileHolding("Job", "temporal-namespaces");
  expect(namespaces.before).toContain("end Deployment temporal-frontend");
  expect(namespaces.before).not.toContain("start Deployment load-worker");
  expect(namespaces.after).toContain("end Job load-check");

  const worker = await whileHolding("Deployment", "load-worker");
  expect(worker.before).not.toContain("start Job load-check");
  expect(worker.after).toContain("end Job load-check");
});
