import { type OutsideMail, TestAlertmanager } from "../../support/alertmanager";
import { gatewayOf } from "../../support/docker-network";
import { prodSettings } from "../../support/fixtures";
import { MailServer } from "../../support/mail-server";
import { quiet } from "../../support/quiet";
import { waitFor } from "../../support/wait";

/**
 * A real Alertmanager with the rendered files of prod, and a mail server that takes mail as providers do:
 * over TLS, by a login.
 */
jest.setTimeout(60_000);

const DEADLINE_MS = 20_000;
const HOST = "mail.shop.test";
const ACCOUNT = { user: "sightline@shop.test", password: "fixture-smtp-password-7Qx" };

let address: string;
let server: MailServer;
let alertmanager: TestAlertmanager;

const NETWORK = `sightline-mail-${process.pid}`;

beforeAll(async () => {
  await quiet`docker network create ${NETWORK}`;
  address = await gatewayOf(NETWORK);
});

afterAll(async () => {
  await quiet`docker network rm ${NETWORK}`;
});

afterEach(async () => {
  await (alertmanager as TestAlertmanager | undefined)?.stop();
  await (server as MailServer | undefined)?.stop();
});

/** Alertmanager sends one alert by the mail server. */
async function send(change: Partial<OutsideMail> & { readonly offersTls?: boolean } = {}) {
  const { offersTls = true, ...mail } = change;
  server = await MailServer.start(HOST, { address, account: ACCOUNT, offersTls });
  const settings = prodSettings({
    mail: {
      kind: "smtp",
      smarthost: server.smarthost,
      from: ACCOUNT.user,
      to: ["ops@shop.test", "owner@shop.test"],
      username: ACCOUNT.user,
    },
    alerting: { grouping: { criticalWait: "1s", criticalInterval: "1s" } },
  });
  const { authority } = server;
  const { password } = ACCOUNT;
  alertmanager = await TestAlertmanager.start(settings, {
    host: HOST,
    ...{ address, authority, password },
    ...mail,
  });
  await alertmanager.post({
    labels: { alertname: "WebsiteDown", severity: "critical", env: "prod" },
    annotations: { summary: "the page does not answer" },
  });
}

/** Each try that failed; the alert counts those of which every try did. */
const FAILED_TRY =
  /^alertmanager_notification_requests_failed_total\{[^}]*integration="email"[^}]*\} [1-9]/m;

/** Waits until a mail was tried and not taken. */
async function failure(): Promise<void> {
  await waitFor(
    { what: "a mail that fails, in Alertmanager's own count", deadlineMs: DEADLINE_MS },
    () => alertmanager.metrics(),
    (metrics) => FAILED_TRY.test(metrics),
  );
}

test("mail leaves over TLS, by the login of the settings, to every recipient", async () => {
  await send();
  await waitFor(
    { what: "a mail for each recipient", deadlineMs: DEADLINE_MS },
    () => Promise.resolve(server.mails),
    (mails) => mails.length === 2,
  );
  const { user } = ACCOUNT;
  const [mail] = server.mails;
  expect(server.mails.flatMap(({ recipients }) => recipients).sort()).toEqual([
    "ops@shop.test",
    "owner@shop.test",
  ]);
  expect(server.mails.map((taken) => [taken.user, taken.isEncrypted])).toEqual([
    [user, true],
    [user, true],
  ]);
  expect(mail?.text).toContain("the page does not answer");
});

test("a wrong password is a mail that fails", async () => {
  await send({ password: "another" });
  await failure();
  expect(server.mails).toEqual([]);
  expect(new Set(server.refused)).toEqual(new Set([ACCOUNT.user]));
});

test("a server that knows no TLS gets neither the mail nor the password", async () => {
  await send({ offersTls: false });
  await failure();
  expect(server.mails).toEqual([]);
  expect(server.refused).toEqual([]);
});

test("a server whose certificate another authority signed gets neither", async () => {
  const other = await MailServer.start(HOST, { address, account: ACCOUNT });
  await other.stop();
  await send({ authority: other.authority });
  await failure();
  expect(server.mails).toEqual([]);
  expect(server.refused).toEqual([]);
});
