import { reportOf } from "../../../../tools/noise/report";
import { mailReport } from "../../../../tools/noise/send";
import { prodSettings } from "../../../support/fixtures";
import { MailServer } from "../../../support/mail-server";

const TO = Date.UTC(2026, 10, 27, 6);
const rules = [{ alert: "NodeDown", severity: "critical", forMs: 0, everyMs: 15_000 }];
const HISTORY = { fromMs: TO - 7 * 24 * 3_600_000, toMs: TO, everyMs: 15_000, rules, series: [] };

let server: MailServer;

beforeEach(async () => {
  const account = { user: "sightline", password: "right" };
  server = await MailServer.start("127.0.0.1", { account, offersTls: false });
});

afterEach(() => server.stop());

function sent(secret: string | undefined) {
  const settings = prodSettings({ mail: { smarthost: server.smarthost, requireTls: false } });
  const report = reportOf(settings, HISTORY);
  return mailReport(settings, report, { secret: () => Promise.resolve(secret) });
}

test("the report goes to the recipients of alerts by the stack's account, as text and as HTML", async () => {
  expect(await sent("right")).toBe(`mailed to ops@shop.test by ${server.smarthost}`);
  const mail = server.mails[0]?.text;
  expect(server.mails).toHaveLength(1);
  expect(mail).toContain("From: sightline@shop.test\n");
  expect(mail).toContain("To: ops@shop.test\n");
  expect(mail).toContain("Subject: Sightline: noise of prod: no alert fired, 0 suggestions\n");
  expect(mail).toContain("NEVER FIRED: 1 of 1 alert\n  NodeDown\n");
  expect(mail).toContain("Content-Type: text/html; charset=utf-8\n");
});

test("a password that is refused or not set is an error, and nothing is sent", async () => {
  await expect(sent("wrong")).rejects.toThrow("535 wrong name or password");
  await expect(sent(undefined)).rejects.toThrow(
    "sightline:smtpPassword: must be set: it is the password of the mail account; got nothing. " +
      "Fix: pulumi config set --secret sightline:smtpPassword --stack prod",
  );
  expect(server.mails).toEqual([]);
});
