import type { StateResource } from "../../../../tools/stack/forget-host";
import { leftoversOf } from "../../../../tools/stack/recover";

const resource = (kind: string, id: string): StateResource => ({
  urn: `urn:pulumi:dev::sightline::docker:index/${kind.toLowerCase()}:${kind}::${id}`,
  type: `docker:index/${kind.toLowerCase()}:${kind}`,
  id,
});
const state = {
  deployment: { resources: [resource("Network", "n1"), resource("Container", "c1")] },
};
const known = { id: "c1", name: "dev-loki" };
const unknown = { id: "c2", name: "dev-grafana" };

describe("what an interrupted update left", () => {
  it("is each container of the stack that is not in its state", () => {
    const there = { containers: [known, unknown], networkIds: ["n0", "n1"] };
    expect(leftoversOf(state, there)).toEqual([unknown]);
  });

  it("is nothing where all are in its state", () => {
    expect(leftoversOf(state, { containers: [known], networkIds: ["n1"] })).toEqual([]);
  });

  it("is nothing of a stack that only has the same name", () => {
    expect(leftoversOf(state, { containers: [unknown], networkIds: ["n2"] })).toEqual([]);
  });

  it("is nothing that a stack without a state has", () => {
    const there = { containers: [unknown], networkIds: ["n2"] };
    expect(leftoversOf({ deployment: {} }, there)).toEqual([]);
  });
});
