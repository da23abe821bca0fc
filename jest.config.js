/** Each kind of test is a project: `npx jest --selectProjects unit`. */
const common = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  // Pulumi keeps a process-wide store that jest would otherwise take apart with a warning.
  testEnvironmentOptions: { globalsCleanup: "off" },
  modulePathIgnorePatterns: ["<rootDir>/.sightline/", "<rootDir>/examples/website/frontend/"],
};

/** @type {import("jest").Config} */
module.exports = {
  // Jest's five seconds are too few for whoever makes a key beside a stack that starts.
  testTimeout: 30_000,
  testSequencer: "<rootDir>/tests/support/servers-first.mjs",
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/tests/unit/**/*.test.ts", "<rootDir>/tests/architecture/**/*.test.ts"],
    },
    { ...common, displayName: "contract", testMatch: ["<rootDir>/tests/contract/**/*.test.ts"] },
    { ...common, displayName: "servers", testMatch: ["<rootDir>/tests/servers/**/*.test.ts"] },
    { ...common, displayName: "e2e", testMatch: ["<rootDir>/tests/e2e/**/*.test.ts"] },
  ],
};
