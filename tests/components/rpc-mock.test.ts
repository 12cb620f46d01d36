import { bedOf, runProgram } from "../support/harness";
import { at, listAt, textAt } from "../support/json";
import { containerOf } from "../support/pods";
import { settings } from "../support/values";

const image = { repository: "registry.example.com/rpc-mock", tag: "6168399" };
const withMock = (rpcMock: object = {}, layer = "dev") => runProgram(layer, { slices: { rpcMock: { image, ...rpcMock } } });

test("without an image there is nothing of it, in any layer", async () => {
  for (const layer of ["dev", "prod", "october-2025"]) {
    const bed = await bedOf(layer);
    expect(bed.all.filter(({ name }) => name.startsWith("rpc-mock"))).toEqual([]);
    expect(Object.keys((bed.outputs as { endpoints: object }).endpoints)).not.toContain("rpcMock");
  }
});

test("with one it runs, and is counted", async () => {
  const pods = ({ outputs }: { outputs: unknown }) => (outputs as { requests: { pods: number } }).requests.pods;
  const on = await withMock();
  expect(pods(on) - pods(await bedOf("dev"))).toBe(1);
  const container = containerOf(on.get("Deployment", "rpc-mock"));
  expect(container["image"]).toBe("registry.example.com/rpc-mock:6168399");
  // Somebody has loaded it: there is no registry to pull it from.
  expect(container["imagePullPolicy"]).toBe("IfNotPresent");
  expect(container["resources"]).toEqual((await settings("dev")).values.rpcMock.resources);
  expect(at(on.get("Deployment", "rpc-mock").inputs, "spec.replicas")).toBe(1);
});

test("its arguments are the knobs, spelled as it reads them", async () => {
  const args = async (rpcMock: object) => containerOf((await withMock(rpcMock)).get("Deployment", "rpc-mock"))["args"];
  expect(await args({})).toEqual(["-chains", "2", "-blocks", "25", "-start-port", "60000", "-start-chain-id", "5"]);
  expect(await args({ chains: 3, blocks: 700, startChainId: 40 })).toEqual(
    expect.arrayContaining(["-chains", "3", "-blocks", "700", "-start-chain-id", "40"]),
  );
});

test("every chain has a port of its own: in the pod, in the Service, and in the endpoint", async () => {
  const bed = await withMock({ chains: 3, startChainId: 7 });
  const ports = [
    { name: "chain-7", port: 60000 },
    { name: "chain-8", port: 60001 },
    { name: "chain-9", port: 60002 },
  ];
  expect(listAt(bed.get("Service", "rpc-mock").inputs, "spec.ports")).toEqual(ports);
  expect(listAt(containerOf(bed.get("Deployment", "rpc-mock")), "ports")).toEqual(
    ports.map(({ name, port }) => ({ name, containerPort: port })),
  );
  const host = "rpc-mock.testbed-dev.svc";
  expect((bed.outputs as { endpoints: { rpcMock: unknown } }).endpoints.rpcMock).toEqual(
    ports.map(({ port }, index) => ({ chainId: 7 + index, host, port, workload: "rpc-mock", url: `http://${host}:${port}` })),
  );
});

test("it is ready when its last chain answers, since it makes them one after the other", async () => {
  const container = containerOf((await withMock({ chains: 3 })).get("Deployment", "rpc-mock"));
  for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
    expect(at(container, `${probe}.httpGet`)).toEqual({ path: "/v1/query/height", port: "chain-7" });
  }
});

test("it runs as a user that is not root, although its image names none", async () => {
  const { inputs } = (await withMock()).get("Deployment", "rpc-mock");
  expect(at(inputs, "spec.template.spec.securityContext.runAsUser")).toBe(1000);
});

test("the longest port name is one that Kubernetes takes", async () => {
  const bed = await withMock({ chains: 1, startChainId: 999_999_999 });
  const [port] = listAt(bed.get("Service", "rpc-mock").inputs, "spec.ports");
  expect(textAt(port, "name")).toMatch(/^[a-z0-9-]{1,15}$/);
});

test.each([
  [{ chains: 11 }, /rpcMock.chains: 11.*allowed is 10 or less/],
  [{ chains: 0 }, /rpcMock.chains: 0.*allowed is 1 or more/],
  [{ startChainId: 1_000_000_000 }, /rpcMock.startChainId.*allowed is 999999999 or less/],
  [{ image: { repository: "registry.example.com/rpc-mock" } }, /rpcMock.image.tag: missing/],
  [{ image: { ...image, tag: "latest" } }, /rpcMock.image.tag.*a pinned tag/],
])("%j is refused", async (rpcMock, says) => {
  await expect(settings("dev", { rpcMock })).rejects.toThrow(says);
});
