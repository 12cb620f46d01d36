import { everythingIn } from "../support/everything";
import { at } from "../support/json";
import { LAYERS } from "../../values/layers";
import { rules } from "./rules";

/** The rules hold for what the layers leave off, too. */
describe.each(LAYERS)("with everything on in %s", (layer) => {
  test.each(Object.entries(rules))("%s", async (_, rule) => {
    expect(rule(await everythingIn(layer), layer)).toEqual([]);
  });

  test("every pod is counted, two jobs, and what the controller may make of it at the least", async () => {
    const captured = await everythingIn(layer);
    const replicas = captured.ofKind("StatefulSet", "Deployment").map(({ inputs }) => Number(at(inputs, "spec.replicas")));
    const { pods } = (captured.outputs as { requests: { pods: number } }).requests;
    expect(pods).toBeGreaterThan(replicas.reduce((sum, each) => sum + each, 2));
  });
});
