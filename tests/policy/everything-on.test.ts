import { runProgram, type Captured } from "../support/harness";
import { at } from "../support/json";
import { EVERYTHING_ON } from "../support/edges";
import { LAYERS } from "../../values/layers";
import { rules } from "./rules";

/** The rules hold for what the layers leave off, too. */
describe.each(LAYERS)("with everything on in %s", (layer) => {
  let running: Promise<Captured> | undefined;
  const bed = () => (running ??= runProgram(layer, { slices: EVERYTHING_ON }));

  test.each(Object.entries(rules))("%s", async (_, rule) => {
    expect(rule(await bed(), layer)).toEqual([]);
  });

  test("every pod is counted, and two jobs", async () => {
    const captured = await bed();
    const replicas = captured.ofKind("StatefulSet", "Deployment").map(({ inputs }) => Number(at(inputs, "spec.replicas")));
    const { pods } = (captured.outputs as { requests: { pods: number } }).requests;
    expect(pods).toBe(replicas.reduce((sum, each) => sum + each, 2));
  });
});
