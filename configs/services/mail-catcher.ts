import { wgetHealth } from "../health";
import { pageAddress } from "../pages";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

/** `host:port` at which Alertmanager hands mail to the catcher. */
export const MAIL_CATCHER_SMARTHOST = "mail-catcher:1025";

/** Keeps the mails of a dev or test stack and shows them on a web page; sends none. */
export function mailCatcherSpec(settings: Settings): ServiceSpec {
  return {
    name: "mail-catcher",
    kind: "MailCatcher",
    image: "maildev/maildev:2.2.1",
    user: "1000:1000",
    port: 1080,
    args: ["--smtp", "1025", "--web", "1080", "--mail-directory", "/tmp/mail"],
    networks: ["data"],
    publish: [
      {
        containerPort: 1080,
        hostPort: settings.publish.mail,
        hostAddress: pageAddress(settings, "mail"),
      },
    ],
    temporaryPaths: ["/tmp"],
    health: wgetHealth(1080, "/healthz"),
    memoryMegabytes: 256,
    stopGraceSeconds: 5,
  };
}
