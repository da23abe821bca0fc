import { letsPeopleIn } from "../gateway/route";
import { wgetHealth } from "../health";
import { pageAddress } from "../pages";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

/** `host:port` at which Alertmanager hands mail to the catcher. */
export const MAIL_CATCHER_SMARTHOST = "mail-catcher:1025";

/** Port of its page. */
export const MAIL_CATCHER_PORT = 1080;

/** Keeps the mails of a dev or test stack and shows them on a web page; sends none. */
export function mailCatcherSpec(settings: Settings): ServiceSpec {
  return {
    name: "mail-catcher",
    kind: "MailCatcher",
    image: "maildev/maildev:2.2.1",
    user: "1000:1000",
    port: MAIL_CATCHER_PORT,
    args: ["--smtp", "1025", "--web", `${MAIL_CATCHER_PORT}`, "--mail-directory", "/tmp/mail"],
    networks: ["data"],
    publish: letsPeopleIn(settings)
      ? []
      : [
          {
            containerPort: MAIL_CATCHER_PORT,
            hostPort: settings.publish.mail,
            hostAddress: pageAddress(settings, "mail"),
          },
        ],
    temporaryPaths: ["/tmp"],
    health: wgetHealth(MAIL_CATCHER_PORT, "/healthz"),
    memoryMegabytes: 256,
    stopGraceSeconds: 5,
  };
}
