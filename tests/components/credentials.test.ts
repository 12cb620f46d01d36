import { bedOf, generatedPassword, runProgram } from "../support/harness";
import { at } from "../support/json";

const SECRETS = ["cassandra-superuser", "cassandra-temporal", "elasticsearch-elastic", "grafana-admin"];

test("every password is generated, and stands in a Secret of its own, encrypted in the state", async () => {
  const bed = await bedOf("dev");
  expect(bed.ofKind("Secret").map(({ name }) => name)).toEqual(SECRETS);
  for (const name of SECRETS) {
    expect(bed.get("RandomPassword", name).inputs).toEqual({ length: 32, special: false });
    expect(bed.get("Secret", name).inputs["stringData"]).toEqual({ secret: { password: generatedPassword(name) } });
  }
});

test("a given password takes the place of the generated one, and is as secret", async () => {
  const bed = await runProgram("dev", { secrets: { elasticsearchPassword: "given" } });
  expect(bed.ofKind("RandomPassword").map(({ name }) => name)).toEqual(["cassandra-superuser", "cassandra-temporal", "grafana-admin"]);
  expect(at(bed.get("Secret", "elasticsearch-elastic").inputs, "stringData.secret.password")).toBe("given");
  expect(JSON.stringify(bed.outputs)).not.toContain("given");
});

test("only the password of a store that is kept is protected", async () => {
  const bed = await runProgram("dev", { slices: { elasticsearch: { storage: { whenDeleted: "Retain" } } } });
  const guarded = bed.ofKind("Secret", "RandomPassword").filter((each) => each.protect);
  expect([...new Set(guarded.map(({ name }) => name))]).toEqual(["elasticsearch-elastic"]);
});
