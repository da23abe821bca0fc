import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { devRaw } from "../../support/fixtures";
import { runProgram } from "../../support/mocks";
import { promiseOf } from "../../support/outputs";

/** The other tests are worth something only if the mocks refuse what they do not know. */
describe("the mocked engine", () => {
  beforeAll(async () => {
    await runProgram({ stack: "dev", raw: devRaw() });
  });

  it("refuses a resource that is not on its list", async () => {
    const tag = new docker.Tag("tag", { sourceImage: "a:1", targetImage: "b:1" });
    await expect(promiseOf(tag.urn)).rejects.toThrow(
      'the program may not create a docker:index/tag:Tag ("tag")',
    );
  });

  it("refuses every function call", async () => {
    await expect(pulumi.runtime.invoke("docker:index/getNetwork:getNetwork", {})).rejects.toThrow(
      "the program may not call docker:index/getNetwork:getNetwork",
    );
  });
});
