import type { Page } from "../../configs/pages";
import type { QueryServers } from "./query-answers";

/** A scrape target as Prometheus sees it. */
export interface Target {
  readonly job: string;
  readonly instance: string;
  readonly health: string;
}

/** A mail in the catcher. */
export interface Mail {
  readonly subject: string;
  /** When the catcher received it, as Unix milliseconds. */
  readonly receivedMs: number;
}

/** Where a stack's servers are asked, without a slash at the end. */
export interface ServerAddresses {
  pageUrl(page: Page): string;
  lokiUrl(): Promise<string>;
}

/** Asks the real servers of a stack. */
export class Servers {
  constructor(private readonly stack: ServerAddresses) {}

  async targets(): Promise<readonly Target[]> {
    const { data } = await getJson<{
      data: { activeTargets: { labels: Record<string, string>; health: string }[] };
    }>(`${this.prometheus}/api/v1/targets`);
    return data.activeTargets.map(({ labels, health }) => ({
      job: labels.job ?? "",
      instance: labels.instance ?? "",
      health,
    }));
  }

  /** Value of an instant query, by the values of one label. */
  async query(expr: string, label = "job"): Promise<Readonly<Record<string, number>>> {
    const url = `${this.prometheus}/api/v1/query?query=${encodeURIComponent(expr)}`;
    const { data } = await getJson<InstantAnswer>(url);
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [metric[label] ?? "", Number(value[1])]),
    );
  }

  /** The rules of Prometheus, as it evaluated them last. */
  async rules(): Promise<readonly EvaluatedRule[]> {
    return rulesAt(`${this.prometheus}/api/v1/rules`);
  }

  /** The rules of Loki's ruler, as it evaluated them last. */
  async logRules(): Promise<readonly EvaluatedRule[]> {
    return rulesAt(`${await this.stack.lokiUrl()}/prometheus/api/v1/rules`);
  }

  /** Names of the alerts that Alertmanager holds now, muted ones included. */
  async alerts(): Promise<readonly string[]> {
    const alerts = await getJson<{ labels: { alertname: string } }[]>(
      `${this.stack.pageUrl("alertmanager")}/api/v2/alerts`,
    );
    return alerts.map(({ labels }) => labels.alertname);
  }

  /** Log lines of the last hour that a LogQL query selects. */
  async logLines(query: string): Promise<readonly string[]> {
    const { data } = await getJson<{ data: { result: { values: [string, string][] }[] } }>(
      `${await this.stack.lokiUrl()}/loki/api/v1/query_range?limit=5000&query=${encodeURIComponent(query)}`,
    );
    return data.result.flatMap(({ values }) => values.map(([, line]) => line));
  }

  /** Pushes lines of one moment the way an agent does. @throws unless Loki acknowledged them */
  async pushLines(
    labels: Readonly<Record<string, string>>,
    lines: readonly string[],
    {
      atMs = Date.now(),
      fields = {},
    }: { readonly atMs?: number; readonly fields?: Readonly<Record<string, string>> } = {},
  ): Promise<void> {
    const now = BigInt(atMs) * 1_000_000n;
    const values = lines.map((line, index) => [String(now + BigInt(index)), line, fields]);
    const response = await fetch(`${await this.stack.lokiUrl()}/loki/api/v1/push`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ streams: [{ stream: labels, values }] }),
    });
    if (response.status !== 204) throw new Error(`Loki answered ${response.status}`);
  }

  async mails(): Promise<readonly Mail[]> {
    const mails = await getJson<{ subject: string; time: string; date: string }[]>(
      `${this.stack.pageUrl("mail")}/email`,
    );
    return mails.map(({ subject, time }) => ({ subject, receivedMs: Date.parse(time) }));
  }

  async deleteMails(): Promise<void> {
    await fetch(`${this.stack.pageUrl("mail")}/email/all`, { method: "DELETE" });
  }

  /** Where Prometheus and Loki are asked. */
  async addresses(): Promise<QueryServers> {
    return { prometheus: this.prometheus, loki: await this.stack.lokiUrl() };
  }

  private get prometheus(): string {
    return this.stack.pageUrl("prometheus");
  }
}

/** An alerting rule with how its last evaluation went: `ok`, `err` or `unknown`. */
export interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly query: string;
}

async function rulesAt(url: string): Promise<readonly EvaluatedRule[]> {
  const { data } = await getJson<{ data: { groups: { rules: EvaluatedRule[] }[] } }>(url);
  return data.groups.flatMap(({ rules }) => rules);
}

interface InstantAnswer {
  readonly data: { readonly result: { metric: Record<string, string>; value: [number, string] }[] };
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}
