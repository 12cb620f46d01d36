import tseslint from "typescript-eslint";

/** Import rules: index.ts -> bed -> components -> kit; pure files know no Pulumi; only values/index.ts reads files and config. */
const noPulumi = { group: ["@pulumi/*"], message: "values.ts, render.ts and their like are pure: no Pulumi import." };
const noBed = { regex: "/bed/|^(\\.\\./)+(index)?$", message: "Only index.ts imports bed/, and nothing imports index.ts." };
const noOutside = { regex: "/(ops|lab|tests)/", message: "ops/, lab/ and tests/ are imported by nothing in the program." };
const noFiles = { group: ["fs", "node:fs", "fs/*", "node:fs/*"], message: "Only values/index.ts reads files." };

const restrictedSyntax = [
  {
    selector: "CallExpression[callee.property.name=/^(apply|then)$/] NewExpression[callee.object.name=/^(k8s|pulumi|random)$/]",
    message: "No resource inside apply or then: the stage would not wait for it, and preview would not show it.",
  },
  {
    selector: "CallExpression[callee.property.name='apply'] NewExpression[callee.object.object.object.name='k8s']",
    message: "No resource inside apply: the stage would not wait for it, and preview would not show it.",
  },
];

export default tseslint.config(
  { ignores: ["node_modules/**", "lab/**", "**/*.mjs", "**/*.cjs", "**/*.js"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: ["test"] }] },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/explicit-member-accessibility": ["error", { accessibility: "explicit" }],
      "no-restricted-syntax": ["error", ...restrictedSyntax],
    },
  },
  {
    files: ["bed/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            noFiles,
            noBed,
            noOutside,
            { regex: "^\\./", message: "Groups do not import each other: what one needs of another is an argument." },
          ],
        },
      ],
    },
  },
  {
    files: ["components/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            noFiles,
            {
              group: ["**/values", "**/values/index", "!./values", "!../**/values"],
              message: "A component gets its slice as an argument.",
            },
            {
              regex: "^\\.\\./(cassandra|elasticsearch|temporal|credentials|platform)(/index)?$",
              allowTypeImports: true,
              message: "Components import each other as types only.",
            },
            noBed,
            noOutside,
          ],
        },
      ],
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "A component reads no environment; only platform/cluster.ts names KUBECONFIG." },
      ],
    },
  },
  {
    files: [
      "components/**/values.ts",
      "components/**/render.ts",
      "components/temporal/limits.ts",
      "components/platform/{guard,budget,facts}.ts",
      "components/kit/{units,schemas,labels,images,probes,services,deletion,spread,storage,bed,nearest,workload}.ts",
      "values/{parse,layers,errors,dead-keys,slices,footprints,derive}.ts",
    ],
    rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns: [noPulumi, noFiles, noBed] }] },
  },
  {
    files: ["components/platform/cluster.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: ["tests/**/*.ts", "ops/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
);
