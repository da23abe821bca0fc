import { drillCommand } from "../../../tools/commands/drill";
import { figuresText, runDrill, type Stage } from "../../../tools/drill/drill";
import { mailAbout, mailsHandedOver } from "../../../tools/drill/mails";
import { setPaused, targetOf } from "../../../tools/drill/target";
import { examined, NO_END } from "../../support/examined";
import { devSettings } from "../../support/fixtures";

const LIMITS = { detectMs: 60_000, notifyMs: 60_000, resolveMs: 60_000 };

/** A stage with a clock of its own: what happens when, in milliseconds since the beginning. */
function stage(times: { firing?: number; mailed?: number; resolved?: number }) {
  let now = 0;
  const deeds: string[] = [];
  const once = (at: number | undefined) => (at !== undefined && now >= at ? at : undefined);
  const made: Stage = {
    breakTarget: () => Promise.resolve(void deeds.push(`break at ${now}`)),
    heal: () => Promise.resolve(void deeds.push(`heal at ${now}`)),
    isFiring: () => Promise.resolve(once(times.firing) !== undefined),
    mailedMs: (status) =>
      Promise.resolve(once(status === "FIRING" ? times.mailed : times.resolved)),
    nowMs: () => now,
    sleep: (milliseconds) => Promise.resolve((now += milliseconds)),
    report: (line) => deeds.push(line),
  };
  return { made, deeds };
}

test("the target is broken until the mail is there, and the figures are those of each step", async () => {
  const { made, deeds } = stage({ firing: 20_000, mailed: 26_000, resolved: 58_000 });
  expect(await runDrill(made, LIMITS)).toEqual({ detect: 20, notify: 26, resolve: 32 });
  expect(deeds).toEqual([
    "break at 0",
    "waiting for the alert for 15 s …",
    "the alert fires after 20.0 s",
    "its mail is handed over after 26.0 s",
    "heal at 26000",
    "the target is healed",
    "waiting for the mail that it is over for 15 s …",
    "waiting for the mail that it is over for 30 s …",
  ]);
});

test.each([
  [{}, "the alert did not come within 60 s"],
  [{ firing: 1_000 }, "its mail did not come within 60 s"],
])("a step that takes too long is named, and the target healed: %j", async (times, said) => {
  const { made, deeds } = stage(times);
  await expect(runDrill(made, LIMITS)).rejects.toThrow(said);
  expect(deeds.filter((deed) => deed.startsWith("heal"))).toHaveLength(1);
});

test("a mail that never says that it is over is an error, with the target healed before", async () => {
  const { made, deeds } = stage({ firing: 1_000, mailed: 2_000 });
  await expect(runDrill(made, LIMITS)).rejects.toThrow(
    "the mail that it is over did not come within 60 s",
  );
  expect(deeds).toContain("heal at 2000");
});

test("the figures are printed under each other", () => {
  expect(figuresText({ detect: 121.04, notify: 126, resolve: 9.5 })).toBe(
    [
      "detect    121.0 s  from the break to the alert that fires",
      "notify    126.0 s  from the break to the mail handed over",
      "resolve     9.5 s  from the repair to the mail that it is over",
    ].join("\n"),
  );
});

test("a mail counts by its alert, its status, and when it came", () => {
  const at = (time: string, subject: string) => ({ time, subject });
  const mails = [
    at("2026-11-27T10:00:00Z", "[FIRING] WebsiteDown of before"),
    at("2026-11-27T10:05:00Z", "[FIRING:2] WebsiteDown: no answer"),
    at("2026-11-27T10:04:00Z", "[FIRING] WebsiteDownish"),
    at("2026-11-27T10:09:00Z", "[RESOLVED] WebsiteDown: over"),
  ];
  const sinceMs = Date.parse("2026-11-27T10:01:00Z");
  const when = (status: "FIRING" | "RESOLVED") =>
    mailAbout(mails, "WebsiteDown", { status, sinceMs });
  expect(when("FIRING")).toBe(Date.parse("2026-11-27T10:05:00Z"));
  expect(when("RESOLVED")).toBe(Date.parse("2026-11-27T10:09:00Z"));
  expect(mailAbout(mails, "ApiDown", { status: "FIRING", sinceMs })).toBeUndefined();
});

test("mails that were handed over are those tried, less those that failed, of mail alone", () => {
  const metrics = [
    'alertmanager_notifications_total{integration="email",receiver_name="team"} 7',
    'alertmanager_notifications_total{integration="email",receiver_name="ops"} 2',
    'alertmanager_notifications_total{integration="webhook",receiver_name="team"} 99',
    'alertmanager_notifications_failed_total{integration="email",reason="other",receiver_name="ops"} 2',
  ];
  expect(mailsHandedOver(metrics.join("\n"))).toBe(7);
});

describe("what is paused", () => {
  const seen = "container /website-nginx-1 application nginx\nsightline-names-end\n";
  const answering = (stdout: string, exitCode = 0, stderr = "") =>
    examined(devSettings(), { onHost: () => Promise.resolve({ exitCode, stdout, stderr }) });

  it("is the container that the page's name leads to, or the one that is named", async () => {
    const container = "website-nginx-1";
    expect(await targetOf(answering(seen), NO_END)).toEqual({ host: "monitoring", container });
    expect(await targetOf(answering(""), NO_END, "other")).toEqual({
      host: "monitoring",
      container: "other",
    });
  });

  it("must be there", async () => {
    await expect(targetOf(answering("sightline-names-end\n"), NO_END)).rejects.toThrow(
      "sightline:site.pageUrl: must lead to a container on monitoring, which has website_default; got application. Fix: name the container that answers for the site there: --container <name>",
    );
  });

  it("is told with Docker's words where it cannot be", async () => {
    const target = { host: "monitoring", container: "x" };
    const asked = answering("", 1, "Error: No such container: x\n");
    await expect(setPaused(asked, target, "pause")).rejects.toThrow(
      "docker pause x on monitoring failed: Error: No such container: x",
    );
  });
});

test("a real stack is not broken where nobody can confirm it", async () => {
  const words = ["--stack", "dev", "--container", "website-nginx-1"];
  const { isTTY } = process.stdin;
  process.stdin.isTTY = false;
  const refused = expect(drillCommand().parseAsync(words, { from: "user" })).rejects.toThrow(
    "--stack dev: must be confirmed at a terminal. website-nginx-1 on monitoring will answer nobody until the mail of WebsiteDown has left.",
  );
  await refused.finally(() => (process.stdin.isTTY = isTTY));
});
