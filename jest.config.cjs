/** One project per kind of test: `npx jest --selectProjects fast`. `change`, `e2e` and `real` need engines; the lab of `real` takes one file at a time. */

const shared = {
  rootDir: __dirname,
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/lab/"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" }, sourceMaps: "inline" },
    ],
  },
};

/** Tests that need more than Node: a folder each. */
const outside = ["change", "e2e", "real", "soak"];

/** @type {import("jest").Config} */
module.exports = {
  // Of all projects; the slow ones set their own.
  testTimeout: 30_000,
  projects: [
    {
      ...shared,
      displayName: "fast",
      testMatch: ["<rootDir>/tests/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", ...outside.map((folder) => `<rootDir>/tests/${folder}/`)],
    },
    ...outside.map((folder) => ({
      ...shared,
      displayName: folder,
      testMatch: [`<rootDir>/tests/${folder}/**/*.test.ts`],
      setupFilesAfterEnv: ["<rootDir>/tests/support/slow.ts"],
    })),
  ],
};
