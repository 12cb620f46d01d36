import { createServer, type AddressInfo } from "node:net";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { keepForward, localPort, pauseAfter } from "../../ops/lib/forward";
import { parseEnv } from "../../ops/lib/lab";
import { isLive, lockHolders, mendBackend, parseLock } from "../../ops/lib/locks";
import { wantedPlace } from "../../ops/lib/target";
import { checkedName, flags } from "../../ops/lib/where";

describe("locks of the engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "locks-"));
  const locks = join(folder, ".pulumi", "locks", "organization", "testbed", "demo");
  const before = process.env["PULUMI_BACKEND_URL"];
  beforeAll(() => mkdirSync(locks, { recursive: true }));
  afterAll(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env["PULUMI_BACKEND_URL"];
    else process.env["PULUMI_BACKEND_URL"] = before;
  });

  it("are those of this stack in a file backend", () => {
    writeFileSync(join(locks, "a.json"), JSON.stringify({ pid: 7, hostname: "far", timestamp: "today" }));
    writeFileSync(join(locks, "a.json.attrs"), "{}");
    process.env["PULUMI_BACKEND_URL"] = `file://${folder}?metadata=skip`;
    expect(lockHolders("demo")).toEqual([{ pid: 7, host: "far", since: "today" }]);
    expect(lockHolders("other")).toEqual([]);
    process.env["PULUMI_BACKEND_URL"] = "s3://somewhere";
    expect(lockHolders("demo")).toEqual([]);
  });

  it("are live on another machine, and here only while that process is an engine", () => {
    expect(isLive({ pid: 7, host: "far away", since: "" })).toBe(true);
    expect(isLive({ pid: 2 ** 30, host: hostname(), since: "" })).toBe(false);
    // This very process lives, but is no engine: the number was used again.
    expect(isLive({ pid: process.pid, host: hostname(), since: "" })).toBe(!existsSync("/proc/self/comm"));
    expect(isLive(parseLock("{ half"))).toBe(false);
  });

  it("mends a backend by removing attributes that were never written, and nothing else", () => {
    const empty = join(locks, "b.json.attrs");
    writeFileSync(empty, "");
    mendBackend(join(folder, ".pulumi"));
    expect([existsSync(empty), existsSync(join(locks, "a.json")), existsSync(join(locks, "a.json.attrs"))]).toEqual([false, true, true]);
  });
});

describe("where a demo runs", () => {
  it("is the lab, even with a KUBECONFIG, unless asked for", () => {
    expect(wantedPlace({ KUBECONFIG: "/some/file" })).toBe("lab");
    expect(wantedPlace({ TESTBED_USE_CLUSTER: "0" })).toBe("lab");
    expect(wantedPlace({ TESTBED_USE_CLUSTER: "1" })).toBe("cluster");
    expect(() => wantedPlace({ TESTBED_USE_CLUSTER: "yes" })).toThrow(/is 'yes'; allowed: 1 .*, or 0/);
  });
});

describe("flags", () => {
  const allowed = { stack: "NAME  a stack" };

  it("are read, and refused by name with the list of those allowed", () => {
    expect(flags(allowed, ["--stack", "dev"])).toEqual({ stack: "dev" });
    expect(() => flags(allowed, ["--stak", "dev"])).toThrow(/--stak[\s\S]*Allowed:\n {2}--stack NAME/);
    expect(() => flags(allowed, ["--stack"])).toThrow(/Allowed/);
  });

  it.each(["", "Demo", "-a", "a".repeat(41), "a_b"])("refuse the stack name '%s'", (name) => {
    expect(() => checkedName(name)).toThrow(/allowed: 1 to 40/);
  });
});

it("reads an environment whose values hold newlines and equals signs", () => {
  expect(parseEnv("A=1\0B=x=y\nz\0\0")).toEqual({ A: "1", B: "x=y\nz" });
});

describe("local ports", () => {
  it("are the usual one when free, else any other; one that was asked for is that or nothing", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    expect(await localPort("ui", undefined, port)).not.toBe(port);
    await expect(localPort("ui", String(port), 8080)).rejects.toThrow(/another program uses/);
    await new Promise((resolve) => taken.close(resolve));
    expect(await localPort("ui", undefined, port)).toBe(port);
    await expect(localPort("ui", "65536", 8080)).rejects.toThrow(/1 to 65535/);
  });

  it("are tried again ever more slowly, but always again", () => {
    expect([0, 1, 2, 3, 4, 99].map(pauseAfter)).toEqual([250, 500, 1000, 2000, 5000, 5000]);
  });
});

it("starts a dropped forward again, says so with the reason, and ends with the signal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
  const path = process.env["PATH"];
  const script = "#!/bin/sh\necho Forwarding from 127.0.0.1:1234\necho lost connection to pod >&2\nexit 1\n";
  writeFileSync(join(folder, "kubectl"), script, { mode: 0o755 });
  process.env["PATH"] = `${folder}:${path}`;
  const controller = new AbortController();
  const said: string[] = [];
  try {
    await keepForward("testbed-demo", { service: "temporal-ui", local: 1234, remote: 8080 }, controller.signal, (line) => {
      said.push(line);
      if (said.length === 3) controller.abort();
    });
  } finally {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  }
  expect(said).toEqual([
    "temporal-ui: serving on 127.0.0.1:1234",
    "temporal-ui: dropped (lost connection to pod); again in 0.25 s",
    "temporal-ui: serving on 127.0.0.1:1234",
  ]);
});
