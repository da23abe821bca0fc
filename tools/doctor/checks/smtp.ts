import { mailServer } from "../../../configs/alerting/mail-server";
import type { Settings } from "../../../configs/settings/settings";
import { reasonOf } from "../../lib/setup-error";
import { MAIL_PASSWORD_KEY as PASSWORD_KEY, mailTransport } from "../../mail/transport";
import type { Check, Examined } from "../check";
import { type Finding, fine, problem, unknown, unneeded } from "../finding";

/** How a login ended. */
export type LoginEnd =
  | { readonly kind: "in"; readonly wasSent: boolean }
  | { readonly kind: "failed"; readonly code: string; readonly words: string };

export const smtp: Check = {
  name: "smtp",
  looksAt:
    "whether this machine is let in at `mail.smarthost` with the account of the settings, as Alertmanager is; sends nothing unless `--mail` is given",
  limitSeconds: 25,
  run: async (examined) => {
    const { settings, sendsMail } = examined;
    const { mail } = settings;
    if (mail.kind === "catcher") {
      return [unneeded("sightline:mail", "mail.kind is catcher, which has no login")];
    }
    const password = await passwordFor(examined);
    if (typeof password === "object") return [password];
    return [smtpFinding(settings, await logIn(settings, password, sendsMail))];
  },
};

async function passwordFor({ settings, secret }: Examined): Promise<string | undefined | Finding> {
  if (mailServer(settings).username === undefined) return undefined;
  try {
    const password = await secret(PASSWORD_KEY);
    if (password !== undefined) return password;
  } catch (error) {
    const [first = ""] = reasonOf(error).split("\n");
    const fix = "run it in a shell in which pulumi can read the stack's secrets";
    return unknown(PASSWORD_KEY, `the password could not be read: ${first}`, fix);
  }
  return problem({
    path: PASSWORD_KEY,
    rule: "must be set: it is the password of the mail account",
    got: "nothing",
    fix: `pulumi config set --secret ${PASSWORD_KEY} --stack ${settings.prefix}`,
  });
}

/** Logs in as Alertmanager does. */
async function logIn(
  settings: Settings,
  password: string | undefined,
  sendsMail: boolean,
): Promise<LoginEnd> {
  const { from } = mailServer(settings);
  const transport = mailTransport(settings, password);
  try {
    await transport.verify();
    if (sendsMail) {
      const subject = `Sightline: npm run doctor of ${settings.prefix}`;
      const text = "This mail shows that alerts can be mailed. Nothing is to be done.\n";
      await transport.sendMail({ from, to: [...settings.mail.to], subject, text });
    }
    return { kind: "in", wasSent: sendsMail };
  } catch (error) {
    const { code = "", response } = error as { code?: string; response?: string };
    const [words = ""] = (response ?? reasonOf(error)).split("\n");
    // Its own code for a socket does not tell a certificate that is refused from silence.
    const isTls = code === "ESOCKET" && /certificate|altnames|SSL/.test(words);
    return { kind: "failed", code: isTls ? "ETLS" : code, words };
  } finally {
    transport.close();
  }
}

/** What to say of a login. */
export function smtpFinding(settings: Settings, end: LoginEnd): Finding {
  const { smarthost, username } = mailServer(settings);
  if (end.kind === "in") {
    const who = username === undefined ? "asks for no login" : `lets ${username} in`;
    const sent = end.wasSent
      ? ` and took a mail to ${settings.mail.to.join(", ")}; look whether it arrives`
      : "";
    return fine("sightline:mail.smarthost", `${smarthost} ${who}${sent}`);
  }
  const { path, rule, fix } = failure(end.code, smarthost, username ?? "");
  return problem({ path, rule, got: end.words, fix });
}

function failure(code: string, smarthost: string, username: string) {
  const server = "sightline:mail.smarthost";
  switch (code) {
    case "EAUTH":
      return {
        path: PASSWORD_KEY,
        rule: `must let ${username} in at ${smarthost}`,
        fix: `correct mail.username, or: pulumi config set --secret ${PASSWORD_KEY}`,
      };
    case "EENVELOPE":
    case "EMESSAGE":
      return {
        path: "sightline:mail.from",
        rule: `must be a sender, with recipients, that ${smarthost} takes`,
        fix: "use the account's own address in mail.from, and look at mail.to",
      };
    case "ETLS":
      return {
        path: server,
        rule: "must offer TLS that is trusted",
        fix: "correct the name or the port (465, or 587), or have the server's certificate renewed",
      };
    case "EDNS":
      return { path: server, rule: "must have a name that DNS knows", fix: "correct the name" };
    default:
      return {
        path: server,
        rule: "must be a mail server that answers",
        fix: `correct name and port, or let this machine out: nc -vz ${smarthost.replace(/:(\d+)$/, " $1")}`,
      };
  }
}
