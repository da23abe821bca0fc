import type { Settings } from "../../../configs/settings/settings";
import { TestAlertmanager } from "../../support/alertmanager";
import { devSettings, type Raw } from "../../support/fixtures";
import { waitFor } from "../../support/wait";

/** A real Alertmanager with quiet hours that contain this moment, and with others that do not. */
const HOUR = 3_600_000;
const DEADLINE_MS = 20_000;
/** Half an hour off full hours from UTC: a server that took its own zone would be found out. */
const TIMEZONE = "Asia/Kolkata";

/** Quiet hours between two moments around now, as a clock on the wall there shows them. */
function quietBetween(fromHours: number, toHours: number): Raw {
  const clock = (hours: number) =>
    new Date(Date.now() + hours * HOUR).toLocaleTimeString("en-GB", {
      timeZone: TIMEZONE,
      hour: "2-digit",
      minute: "2-digit",
    });
  return { from: clock(fromHours), to: clock(toHours) };
}

function settingsWith(quietHours: Raw): Settings {
  const wait = "1s";
  const grouping = { criticalWait: wait, criticalInterval: wait, wait, interval: wait };
  return devSettings({ alerting: { quietHours, timezone: TIMEZONE, grouping } });
}

let alertmanager: TestAlertmanager;

beforeAll(async () => {
  alertmanager = await TestAlertmanager.start(settingsWith(quietBetween(-1, 1)));
}, 60_000);

afterAll(async () => {
  await (alertmanager as TestAlertmanager | undefined)?.stop();
}, 60_000);

const post = (env: string, severity: string) =>
  alertmanager.post({
    labels: { alertname: `A-${severity}`, env, severity },
    annotations: { summary: env },
  });

/** Waits for the mail about a critical alert, and says which others came until then. */
async function mailedUntil(env: string): Promise<readonly string[]> {
  await post(env, "critical");
  const mails = await waitFor(
    { what: `the critical alert of ${env}`, deadlineMs: DEADLINE_MS, everyMs: 100 },
    () => alertmanager.mails(),
    (seen) => seen.some(({ subject }) => subject === `[FIRING] A-critical: ${env}`),
  );
  return mails.map(({ subject }) => subject).sort();
}

test(
  "in quiet hours critical alerts are told and warnings wait until they are over",
  async () => {
    await post("night", "warning");
    await waitFor(
      { what: "the warning is muted", deadlineMs: DEADLINE_MS, everyMs: 100 },
      () => alertmanager.metrics(),
      (text) =>
        /^alertmanager_notifications_suppressed_total\{reason="mute_time_interval"\} [1-9]/m.test(
          text,
        ),
    );
    expect(await mailedUntil("night")).toEqual(["[FIRING] A-critical: night"]);

    await alertmanager.reload(settingsWith(quietBetween(2, 3)));
    const mails = await waitFor(
      { what: "the warning of the night", deadlineMs: DEADLINE_MS, everyMs: 100 },
      () => alertmanager.mails(),
      (seen) => seen.length >= 2,
    );
    expect(mails.map(({ subject }) => subject).sort()).toEqual([
      "[FIRING] A-critical: night",
      "[FIRING] A-warning: night",
    ]);
  },
  3 * DEADLINE_MS,
);
