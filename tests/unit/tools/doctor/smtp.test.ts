import { smtp, smtpFinding } from "../../../../tools/doctor/checks/smtp";
import { examined, NO_END } from "../../../support/examined";
import { devSettings, prodSettings } from "../../../support/fixtures";
import { MailServer } from "../../../support/mail-server";

let server: MailServer;
let smarthost: string;

beforeEach(async () => {
  const account = { user: "sightline", password: "right" };
  server = await MailServer.start("127.0.0.1", { account, offersTls: false });
  ({ smarthost } = server);
});

afterEach(() => server.stop());

/** What is found with a password, and more settings. */
async function found(password: string | undefined, mail: object = {}, sendsMail = false) {
  const settings = prodSettings({
    mail: { smarthost, requireTls: false, ...mail },
  });
  const secret = () => Promise.resolve(password);
  return smtp.run(examined(settings, { secret, sendsMail }), NO_END);
}

test("a login that is taken is fine, and nothing is sent", async () => {
  const says = `${smarthost} lets sightline in`;
  expect(await found("right")).toEqual([
    { state: "fine", subject: "sightline:mail.smarthost", says },
  ]);
  expect(server.letIn).toEqual(["sightline"]);
  expect(server.senders).toEqual([]);
});

test("with --mail one mail is sent, to the recipients of alerts", async () => {
  const says = `${smarthost} lets sightline in and took a mail to ops@shop.test; look whether it arrives`;
  expect(await found("right", {}, true)).toEqual([
    { state: "fine", subject: "sightline:mail.smarthost", says },
  ]);
  expect(server.mails).toHaveLength(1);
  expect(server.mails[0]?.text).toContain("Subject: Sightline: npm run doctor of prod");
});

test("a login that is refused says so with the server's words, and never the password", async () => {
  const findings = await found("wrong-7Qx");
  expect(findings).toEqual([
    {
      state: "problem",
      subject: "sightline:smtpPassword",
      says: `must let sightline in at ${smarthost}; got 535 wrong name or password`,
      fix: "correct mail.username, or: pulumi config set --secret sightline:smtpPassword",
    },
  ]);
  expect(JSON.stringify(findings)).not.toContain("wrong-7Qx");
});

test("a server without TLS is refused where TLS must be, before the password is sent", async () => {
  expect(await found("right", { requireTls: true })).toEqual([
    expect.objectContaining({
      state: "problem",
      subject: "sightline:mail.smarthost",
      says: "must offer TLS that is trusted; got 500 Error: command not recognized",
      fix: "correct the name or the port (465, or 587), or have the server's certificate renewed",
    }),
  ]);
  expect([...server.letIn, ...server.refused]).toEqual([]);
});

test("where nobody listens, the server is the problem", async () => {
  await server.stop();
  expect(await found("right")).toEqual([
    {
      state: "problem",
      subject: "sightline:mail.smarthost",
      says: `must be a mail server that answers; got connect ECONNREFUSED ${smarthost}`,
      fix: `correct name and port, or let this machine out: nc -vz ${smarthost.replace(":", " ")}`,
    },
  ]);
});

test("a password that is not set is a problem; one that cannot be read is unknown, with why", async () => {
  expect(await found(undefined)).toEqual([
    {
      state: "problem",
      subject: "sightline:smtpPassword",
      says: "must be set: it is the password of the mail account; got nothing",
      fix: "pulumi config set --secret sightline:smtpPassword --stack prod",
    },
  ]);
  const secret = () => Promise.reject(new Error("error: passphrase must be set\nmore"));
  expect(await smtp.run(examined(prodSettings(), { secret }), NO_END)).toEqual([
    {
      state: "unknown",
      subject: "sightline:smtpPassword",
      says: "the password could not be read: error: passphrase must be set",
      fix: "run it in a shell in which pulumi can read the stack's secrets",
    },
  ]);
});

test("without a username no password is asked for, and with a catcher nothing at all", async () => {
  const settings = prodSettings({ mail: { username: undefined } });
  expect(smtpFinding(settings, { kind: "in", wasSent: false }).says).toBe(
    "mail.shop.test:587 asks for no login",
  );
  expect(await smtp.run(examined(devSettings()), NO_END)).toEqual([
    {
      state: "unneeded",
      subject: "sightline:mail",
      says: "mail.kind is catcher, which has no login",
    },
  ]);
});
