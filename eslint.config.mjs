import pulumi from "@pulumi/eslint-plugin";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Size caps, layers and the mistakes that cost most: see docs/adr/0001. */
export default tseslint.config(
  { ignores: ["node_modules", ".sightline", "examples/website/frontend", "coverage"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs"] } },
    },
    plugins: { "import-x": importX, "@pulumi": pulumi },
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".js"] } } },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "import-x/no-cycle": "error",
      "import-x/order": [
        "error",
        {
          groups: ["builtin", "external", ["parent", "sibling", "index"]],
          "newlines-between": "always",
          alphabetize: { order: "asc", caseInsensitive: true },
        },
      ],
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "max-params": ["error", { max: 4 }],
    },
  },
  {
    files: ["configs/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@pulumi/*", "**/components/**", "**/tools/**"],
              message: "configs/ is pure",
            },
            {
              group: ["node:*", "!node:crypto", "!node:path", "fs", "path"],
              message: "configs/ is pure",
            },
          ],
        },
      ],
      "no-restricted-globals": ["error", "process", "Date"],
    },
  },
  {
    // Grafana's classic dashboard model: the one that file provisioning documents. The SDK calls it
    // deprecated in favour of a model that only Grafana's own API takes so far.
    files: ["configs/dashboards/**"],
    rules: { "@typescript-eslint/no-deprecated": "off" },
  },
  {
    files: ["tests/**"],
    rules: {
      // jest's expect(object.method) and partial fixtures.
      "@typescript-eslint/unbound-method": "off",
      "max-lines": ["error", { max: 500 }],
      "max-lines-per-function": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { "@pulumi/no-output-in-template-literal": "off" },
  },
);
