import type { ToolSpec } from "./types";

/** Pulumi itself, and what it runs: the language host and the provider of Docker. */
export const ENGINE_TOOLS: readonly ToolSpec[] = [
  {
    name: "pulumi",
    version: "3.250.0",
    rule: "same-major",
    versionArguments: ["version"],
    official: "cli",
    build: {
      folder: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.250.0" },
      seconds: 200,
    },
  },
  {
    // Later releases moved the language host into a module of its own that the proxy does not
    // serve; the engine speaks the same protocol with this one.
    name: "pulumi-language-nodejs",
    version: "3.68.0",
    rule: "same-major",
    official: "cli",
    build: {
      folder: "pulumi-language-nodejs",
      package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v3.68.0" },
      seconds: 40,
    },
  },
  {
    name: "pulumi-resource-docker",
    version: "5.2.0",
    rule: "same-major",
    versionArguments: ["-version"],
    official: "plugin",
    build: {
      folder: "docker-plugin",
      package: ".",
      // @pulumi/docker has no Compose resource, and Compose's own modules are a third of the code.
      tags: ["no_compose"],
      variables: { "main.release": "5.2.0" },
      seconds: 150,
    },
  },
];
