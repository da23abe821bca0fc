import fc from "fast-check";

import {
  compareVersions,
  formatVersion,
  parseVersion,
  refusal,
} from "../../../../tools/toolchain/version";

const version = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(999)).map((numbers) => numbers.join("."));

describe("parseVersion", () => {
  it.each([
    ["v3.250.0", "3.250.0"],
    ["prometheus, version 3.15.0 (branch: module-proxy, revision: v0.315.0)", "3.15.0"],
    ["cAdvisor version v0.60.6", "0.60.6"],
    ["socket-proxy 1.11.0-standin", "1.11.0-standin"],
    ["3.251.0+dirty", "3.251.0"],
    ["1.2.3-rc.1", "1.2.3-rc.1"],
  ])("reads %s", (text, expected) => {
    const parsed = parseVersion(text);
    expect(parsed && formatVersion(parsed)).toBe(expected);
  });

  it.each([
    ["a program that was built without a version", "loki, version  (branch: , revision: unknown)"],
    ["a compiler's version stuck to a word", "built with go1.26.6"],
    ["two numbers only", "3.15"],
    ["an address", "10.0.0.1.2"],
    ["nothing", ""],
  ])("finds none in %s", (_what, text) => {
    expect(parseVersion(text)).toBeUndefined();
  });
});

describe("compareVersions", () => {
  const sign = (a: string, b: string) => Math.sign(compareVersions(parse(a), parse(b)));

  it.each([
    ["3.9.0", "3.10.0", -1],
    ["3.10.1", "3.10.0", 1],
    ["4.0.0", "3.99.99", 1],
    ["1.0.0-rc.1", "1.0.0", -1],
    ["1.0.0", "1.0.0-rc.1", 1],
    ["1.0.0-a", "1.0.0-b", -1],
    ["1.0.0", "1.0.0", 0],
  ])("orders %s and %s: %i", (a, b, expected) => {
    expect(sign(a, b)).toBe(expected);
  });

  it("is the same seen from either side", () => {
    fc.assert(fc.property(version, version, (a, b) => sign(a, b) + sign(b, a) === 0));
  });
});

describe("refusal", () => {
  it.each([
    ["3.250.0", "3.250.0"],
    ["3.323.4", "3.250.0"],
  ])("lets an engine %s stand in for %s", (found, pinned) => {
    expect(refusal(found, pinned, "same-major")).toBeUndefined();
  });

  it.each([
    ["3.249.9", "is 3.249.9; need 3.250.0 or newer, below 4.0.0"],
    ["4.0.0", "is 4.0.0; need 3.250.0 or newer, below 4.0.0"],
    ["3.250.0-alpha.1", "is 3.250.0-alpha.1; need 3.250.0 or newer, below 4.0.0"],
    ["dev", 'cannot read a version from "dev"'],
  ])("refuses an engine %s", (found, expected) => {
    expect(refusal(found, "3.250.0", "same-major")).toBe(expected);
  });

  it.each(["3.15.0", "3.15.9"])("lets a server %s stand in for 3.15.0", (found) => {
    expect(refusal(found, "3.15.0", "same-minor")).toBeUndefined();
  });

  it.each(["3.14.9", "3.16.0", "2.15.0", "3.15.1-rc.0"])("refuses a server %s", (found) => {
    expect(refusal(found, "3.15.0", "same-minor")).toBe(`is ${found}; need 3.15.x`);
  });

  it("takes exactly the pinned version, a pre-release included", () => {
    expect(refusal("1.11.0-standin", "1.11.0-standin", "same-minor")).toBeUndefined();
  });
});

function parse(text: string) {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`no version in ${text}`);
  return parsed;
}
