import * as pulumi from "@pulumi/pulumi";

import { devRaw } from "../../support/fixtures";
import { runProgram } from "../../support/mocks";

/** Asked directly: through the SDK a refusal would end the whole process, as it should. */
interface Monitor {
  readonly mocks: {
    call: (args: { token: string; inputs: object }) => unknown;
    newResource: (args: { type: string; name: string; inputs: object }) => { id: string };
  };
}

/** The other tests are worth something only if the mocks refuse what they do not know. */
describe("the mocked engine", () => {
  beforeAll(async () => {
    await runProgram({ stack: "dev", raw: devRaw() });
  });

  it("refuses a resource that is not on its list", () => {
    const register = (type: string) => mocks().newResource({ type, name: "x", inputs: {} }).id;
    expect(() => register("docker:index/tag:Tag")).toThrow(
      'the program may not create a docker:index/tag:Tag ("x")',
    );
    expect(register("docker:index/volume:Volume")).toBe("x-id");
  });

  it("refuses every function call", () => {
    const token = "docker:index/getNetwork:getNetwork";
    expect(() => mocks().call({ token, inputs: {} })).toThrow(`the program may not call ${token}`);
  });
});

function mocks(): Monitor["mocks"] {
  return (pulumi.runtime.getMonitor() as unknown as Monitor).mocks;
}
