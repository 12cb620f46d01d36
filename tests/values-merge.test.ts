import fc from "fast-check";
import { isTree, type Layer, mergeLayers, type Tree } from "../values/layers";

/** Laws of the merge, on trees that fast-check makes up. */

const key = fc.constantFrom("a", "b", "c", "d");
const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("x", "y"), fc.array(fc.integer(), { maxLength: 2 }));
const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, scalar, tie("tree")),
  tree: fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
})).tree;

const layer = (source: string, of: Tree): Layer => ({ source, tree: of });
const merge = (...trees: Tree[]) => mergeLayers(trees.map((of, index) => layer(`layer${index}`, of)));

/** Paths of everything that is no map. */
function leaves(of: Tree, path: string[] = []): [string[], unknown][] {
  return Object.entries(of).flatMap(([name, value]) =>
    isTree(value) ? leaves(value, [...path, name]) : [[[...path, name], value] as [string[], unknown]],
  );
}

const at = (of: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isTree(value) ? value[name] : undefined), of);

test("an empty layer changes nothing", () => {
  fc.assert(
    fc.property(tree, (a) => {
      expect(merge({}, a).tree).toEqual(a);
      expect(merge(a, {}).tree).toEqual(a);
    }),
  );
});

test("a layer twice is that layer once", () => {
  fc.assert(fc.property(tree, (a) => expect(merge(a, a).tree).toEqual(a)));
});

test("every leaf of the last layer is in the result, with that layer as its source", () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const merged = merge(a, b);
      for (const [path, value] of leaves(b)) {
        expect(at(merged.tree, path)).toEqual(value);
        expect(merged.sourceOf(path)).toBe("layer1");
      }
    }),
  );
});

test("a leaf that the last layer names neither itself nor above stays as it was, with its source", () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const merged = merge(a, b);
      for (const [path, value] of leaves(a)) {
        const touched = path.some((_, length) => {
          const own = at(b, path.slice(0, length + 1));
          return own !== undefined && !(isTree(own) && length + 1 < path.length);
        });
        if (touched) continue;
        expect(at(merged.tree, path)).toEqual(value);
        expect(merged.sourceOf(path)).toBe("layer0");
      }
    }),
  );
});

test("layers merge from the first to the last", () => {
  fc.assert(fc.property(tree, tree, tree, (a, b, c) => expect(merge(a, b, c).tree).toEqual(merge(merge(a, b).tree, c).tree)));
});

test("the layers themselves stay as they are", () => {
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const before = structuredClone([a, b]);
      merge(a, b);
      expect([a, b]).toEqual(before);
    }),
  );
});

test.each([null, "null"])("%j is refused wherever it stands, and what is below stays", (nothing) => {
  fc.assert(
    fc.property(tree, fc.array(key, { minLength: 1, maxLength: 3 }), (a, path) => {
      const above = path.reduceRight<unknown>((value, name) => ({ [name]: value }), nothing) as Tree;
      const merged = merge(a, above);
      expect(merged.problems).toEqual([
        {
          where: `layer1: ${path.join(".")}`,
          given: JSON.stringify(nothing),
          allowed: "leave the key out to take the value of the layer below",
        },
      ]);
      expect(at(merged.tree, path)).toEqual(at(a, path));
    }),
  );
});
