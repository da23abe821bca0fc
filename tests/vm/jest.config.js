/** Apart from the other tests: it needs an emulator and takes minutes. `npm run test:vm` */
module.exports = {
  rootDir: "../..",
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  testMatch: ["<rootDir>/tests/vm/**/*.test.ts"],
  testTimeout: 900_000,
};
