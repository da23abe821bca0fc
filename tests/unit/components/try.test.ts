import { writeFileSync } from "node:fs";
import { runProgram } from "../../support/mocks";
import { devRaw, prodRaw } from "../../support/fixtures";
import { promiseOf } from "../../support/outputs";
it("x", async () => {
  const a = await runProgram({ stack: "dev", raw: devRaw() });
  console.log(await promiseOf(a.program.urls), await promiseOf(a.program.lokiPushUrl), a.program.site);
  const b = await runProgram({ stack: "prod", raw: prodRaw() });
  console.log(await promiseOf(b.program.urls), await promiseOf(b.program.lokiPushUrl), b.program.site);
  for (const [n, r] of [["dev", a], ["prod", b]] as const)
  writeFileSync(`/tmp/rec-${n}.json`, JSON.stringify(r.resources, null, 1));
});
it("y", async () => {
  await expect(runProgram({ stack: "dev", raw: devRaw({environment: "X"}) })).rejects.toThrow("Invalid stack");
});
