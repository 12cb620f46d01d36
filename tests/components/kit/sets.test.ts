import { setFields } from "../../../components/kit/storage";
import { bedOf } from "../../support/harness";
import { mapAt } from "../../support/json";
import { settings } from "../../support/values";
import { LAYERS } from "../../../values/layers";

/** The guard compares `setFields` with the cluster, so a component that overrides one of its fields would slip by. */
describe.each(LAYERS)("%s: the guard compares what is sent", (layer) => {
  test("every StatefulSet has an identity that the guard knows", async () => {
    const sent = (await bedOf(layer)).ofKind("StatefulSet").map(({ inputs }) => mapAt(inputs, "metadata")["name"]);
    const known = (await settings(layer)).sets.map(({ name }) => name);
    expect(sent.sort()).toEqual(known.sort());
  });

  test("no set overrides a field of its identity", async () => {
    for (const identity of (await settings(layer)).sets) {
      const { template, ...spec } = mapAt((await bedOf(layer)).get("StatefulSet", identity.name).inputs, "spec");
      expect(template).toBeTruthy();
      expect(spec).toEqual(setFields(identity));
    }
  });
});
