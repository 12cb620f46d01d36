import { nearest } from "../../../components/kit/nearest";

test.each([
  ["replcas", "replicas"],
  ["REPLICAS", "replicas"],
  ["hep", "heap"],
  ["frobnicate", undefined],
])("%s most likely means %s", (given, expected) => {
  expect(nearest(given, ["heap", "replicas", "resources"])).toBe(expected);
});

test("nothing is near when nothing is known", () => {
  expect(nearest("a", [])).toBe(undefined);
});
