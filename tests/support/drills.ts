import { setTimeout as sleep } from "node:timers/promises";

import type { AlertName } from "../../configs/thresholds/thresholds";
import { type Replacements, runRunbook } from "./runbook";
import { type Mail, Servers } from "./servers";
import type { TestStack } from "./test-stack";
import { waitFor } from "./wait";

type MailStatus = "FIRING" | "RESOLVED";

/** One fault, and what must come of it. */
export interface Drill {
  /** The one alert that is mailed. */
  readonly alert: AlertName;
  /** How long the alert's own condition may take to hold, beyond evaluation and sending. */
  readonly detectMs: number;
  readonly fault: () => Promise<unknown>;
  readonly heal: () => Promise<unknown>;
  readonly runbook: Reading;
}

/** How the runbook of an alert is followed. */
export interface Reading {
  /** What its reader fills in. @default nothing */
  readonly fill?: Replacements;
  /** What its commands must bring to light. */
  readonly shows: RegExp;
  /** Commands that must fail, because that is what they show. @default none */
  readonly fails?: RegExp;
}

/** A scrape, an evaluation, the group's wait, a log's way to Loki, and handing the mail over. */
const OVERHEAD_MS = 10_000;

/** Nothing more is mailed after this: it is longer than the group interval of the drills' stack. */
const SETTLE_MS = 5_000;

/** Runs drills on a stack that mails quickly. */
export class Drills {
  /** @param stack whose names the runbooks' commands get; @default no runbook is followed */
  constructor(
    private readonly servers: Servers,
    private readonly stack?: TestStack,
  ) {}

  /** From fault to mail, runbook, and resolution: exactly one alert is mailed in all. */
  async run({ alert, detectMs, fault, heal, runbook }: Drill): Promise<void> {
    await this.startQuiet();
    const start = Date.now();
    await fault();
    const bound = detectMs + OVERHEAD_MS;
    try {
      await this.waitForMail(alert, "FIRING", bound);
      this.report(alert, Date.now() - start, bound);
      await this.followRunbook(alert, runbook);
    } finally {
      await heal();
    }
    await this.waitForMail(alert, "RESOLVED", 120_000);
    await this.waitUntilQuiet();
    await sleep(SETTLE_MS);
    await this.expectMailedOnly([alert]);
  }

  /** Waits until nothing is wrong, and forgets the mails of before. */
  async startQuiet(): Promise<void> {
    await this.waitUntilQuiet();
    // The news that something is over comes a group interval after it is.
    await sleep(SETTLE_MS);
    await this.servers.deleteMails();
  }

  /** Sees to it that no mail comes for a while, but those of some alerts. */
  async expectNoMailFor(milliseconds: number, but: readonly AlertName[] = []): Promise<void> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end) {
      await this.expectMailedOnly(but);
      await sleep(500);
    }
  }

  async waitForMail(alert: AlertName, status: MailStatus, deadlineMs: number): Promise<Mail> {
    const wanted = (mail: Mail) => statusOf(mail) === status && alertOf(mail) === alert;
    const mails = await waitFor(
      { what: `the mail ${status} ${alert}`, deadlineMs },
      () => this.servers.mails(),
      (seen) => seen.some(wanted),
    );
    return mails.find(wanted) as Mail;
  }

  /** Names of the alerts that were mailed, each once. */
  async mailedAlerts(): Promise<readonly string[]> {
    return [...new Set((await this.servers.mails()).map(alertOf))].sort();
  }

  /** Shows the subjects where other alerts were mailed. */
  private async expectMailedOnly(alerts: readonly AlertName[]): Promise<void> {
    const mails = await this.servers.mails();
    const others = mails.filter((mail) => !alerts.some((alert) => alertOf(mail) === alert));
    expect(others.map(({ subject }) => subject)).toEqual([]);
  }

  report(what: string, tookMs: number, boundMs?: number): void {
    const bound = boundMs === undefined ? "" : ` (bound ${(boundMs / 1_000).toFixed(1)} s)`;
    console.log(`drill ${what}: from fault to message ${(tookMs / 1_000).toFixed(1)} s${bound}`);
  }

  /** Every command of the alert's runbook works, and together they show what is wrong. */
  async followRunbook(alert: AlertName, { fill, shows, fails }: Reading): Promise<void> {
    if (!this.stack) throw new Error("runbooks are followed on a stack of this machine");
    const { name, ports, siteProject } = this.stack;
    const results = await runRunbook(alert, {
      ...fill,
      "dev-": `${name}-`,
      "project=website": `project=${siteProject}`,
      ":9090": `:${ports.prometheus}`,
      ":9093": `:${ports.alertmanager}`,
    });
    const failed = results.filter(({ exitCode }) => exitCode !== 0).map(({ command }) => command);
    const meantToFail = results.map(({ command }) => command).filter((text) => fails?.test(text));
    expect(failed).toEqual(meantToFail);
    expect(results.map(({ output }) => output).join("\n")).toMatch(shows);
  }

  private async waitUntilQuiet(): Promise<void> {
    await waitFor(
      { what: "no alert but Watchdog", deadlineMs: 180_000 },
      () => this.servers.alerts(),
      (names) => names.every((name) => name === "Watchdog"),
    );
  }
}

function statusOf({ subject }: Mail): string {
  return /^\[(\w+)/.exec(subject)?.[1] ?? "";
}

function alertOf({ subject }: Mail): string {
  return /^\[\w+[^\]]*\] (\w+)/.exec(subject)?.[1] ?? subject;
}
