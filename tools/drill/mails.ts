import { centralAddress } from "../../configs/central";
import { containerName } from "../../configs/docker-spec";
import { homeOf } from "../../configs/placement";
import { quoted } from "../../configs/preflight/fact-script";
import type { Examined } from "../doctor/check";
import type { MailStatus, Stage } from "./drill";

/** A mail in the catcher, as its page has it. */
export interface CaughtMail {
  readonly subject: string;
  /** When it was taken. */
  readonly time: string;
}

/** The first mail about an alert since a time; its subject begins with `[FIRING] Alert` or `[FIRING:2] Alert`. */
export function mailAbout(
  mails: readonly CaughtMail[],
  alert: string,
  { status, sinceMs }: { readonly status: MailStatus; readonly sinceMs: number },
): number | undefined {
  const begins = new RegExp(`^\\[${status}[^\\]]*\\] ${alert}\\b`);
  const times = mails
    .filter(({ subject }) => begins.test(subject))
    .map(({ time }) => Date.parse(time))
    .filter((time) => time >= sinceMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** @param catcherUrl page of the catcher, without a slash at the end */
export function caughtMails(catcherUrl: string, alert: string, sinceMs: number): Stage["mailedMs"] {
  return async (status) => {
    const response = await fetch(`${catcherUrl}/email`);
    if (!response.ok) throw new Error(`the mail catcher answers ${response.status}`);
    return mailAbout((await response.json()) as CaughtMail[], alert, { status, sinceMs });
  };
}

/**
 * Where mail leaves the stack, nobody here sees it arrive: what counts is that Alertmanager handed one over
 * without an error. The first since the drill began is that of the alert, the next one says that it is over.
 */
export async function countedMails(
  examined: Examined,
  signal: AbortSignal,
): Promise<Stage["mailedMs"]> {
  let last = await handedOver(examined, signal);
  return async () => {
    const now = await handedOver(examined, signal);
    if (now <= last) return undefined;
    last = now;
    return examined.nowMs();
  };
}

/** How many mails Alertmanager handed over, by its own count. */
async function handedOver({ settings, onHost }: Examined, signal: AbortSignal): Promise<number> {
  const host = homeOf(settings, "prometheus");
  const address = centralAddress(settings, host, "alertmanager");
  const container = containerName(settings, "prometheus");
  const script = `PATH="$PATH:/usr/local/bin"; docker exec ${quoted(container)} wget -qO- ${quoted(`http://${address}/metrics`)} </dev/null\n`;
  const { exitCode, stdout, stderr } = await onHost(host, script, signal);
  if (exitCode !== 0) throw new Error(`Alertmanager cannot be asked: ${stderr.trim()}`);
  return mailsHandedOver(stdout);
}

export function mailsHandedOver(metrics: string): number {
  const sum = (name: string) =>
    [...metrics.matchAll(new RegExp(`^${name}\\{[^}]*integration="email"[^}]*\\} (\\S+)$`, "gm"))]
      .map(([, value]) => Number(value))
      .reduce((total, value) => total + value, 0);
  return sum("alertmanager_notifications_total") - sum("alertmanager_notifications_failed_total");
}
