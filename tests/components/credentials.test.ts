import { passwordOf } from "../../components/credentials/passwords";
import { bedOf, generatedPassword, runProgram } from "../support/harness";
import { at } from "../support/json";
import { settings } from "../support/values";

test("every password is generated, and stands in a Secret of its own, encrypted in the state", async () => {
  const bed = await bedOf("dev");
  const needed = (await settings("dev")).passwords.map(passwordOf);
  expect(
    bed
      .ofKind("Secret")
      .map(({ name }) => name)
      .sort(),
  ).toEqual(
    needed.flatMap(({ secretName, indexers }) => (indexers ? [secretName, `indexers-credentials-${secretName}`] : [secretName])).sort(),
  );
  for (const { secretName, key = "password" } of needed) {
    expect(bed.get("RandomPassword", secretName).inputs).toEqual({ length: 32, special: false });
    expect(bed.get("Secret", secretName).inputs["stringData"]).toEqual({ secret: { [key]: generatedPassword(secretName) } });
  }
});

test("a given password takes the place of the generated one, and is as secret", async () => {
  const bed = await runProgram("dev", { secrets: { elasticsearchPassword: "given" } });
  const generated = (await bedOf("dev")).ofKind("RandomPassword").map(({ name }) => name);
  expect(bed.ofKind("RandomPassword").map(({ name }) => name)).toEqual(generated.filter((name) => name !== "elasticsearch-elastic"));
  expect(at(bed.get("Secret", "elasticsearch-elastic").inputs, "stringData.secret.password")).toBe("given");
  expect(JSON.stringify(bed.outputs)).not.toContain("given");
});

test("only the password of a store that is kept is protected", async () => {
  const bed = await runProgram("dev", { slices: { elasticsearch: { storage: { whenDeleted: "Retain" } } } });
  const guarded = bed.ofKind("Secret", "RandomPassword").filter((each) => each.protect);
  expect([...new Set(guarded.map(({ name }) => name))]).toEqual(["elasticsearch-elastic"]);
});
