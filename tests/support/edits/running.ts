import type { SettingsEdit } from "../../../tools/stack/stack-file";
import type { TestStack } from "../test-stack";
import { waitFor } from "../wait";

/** What the servers of a stack say of themselves, each by its own API. */
export class RunningStack {
  constructor(protected readonly stack: TestStack) {}

  /** Not by its page: where people come in by the gateway, that has no port. */
  async prometheusUrl(): Promise<string> {
    return this.stack.internalUrl("prometheus", 9090);
  }

  /** The only alerting rule of that name, in Prometheus. */
  async rule(name: string): Promise<LoadedRule> {
    return ruleOf(`${await this.prometheusUrl()}/api/v1/rules?type=alert`, name);
  }

  /** The same in Loki's ruler. */
  async logRule(name: string): Promise<LoadedRule> {
    return ruleOf(`${await this.stack.lokiUrl()}/prometheus/api/v1/rules`, name);
  }

  /** What Prometheus keeps, in its own words. */
  async metricsRetention(): Promise<string> {
    const url = `${await this.prometheusUrl()}/api/v1/status/runtimeinfo`;
    const { data } = (await json(url)) as { data: { storageRetention: string } };
    return data.storageRetention;
  }

  /** Loki's limits for the only tenant that there is without logins. */
  async logLimits(): Promise<string> {
    const url = `${await this.stack.lokiUrl()}/config/tenant/v1/limits`;
    return text(url, { "X-Scope-OrgID": "fake" });
  }

  /** Addresses that Prometheus scrapes for a job, by their instance. */
  async targets(job: string): Promise<string> {
    const ofJob = (await this.activeTargets()).filter(({ labels }) => labels.job === job);
    return ofJob
      .map(({ labels }) => labels.instance ?? "")
      .sort()
      .join(" ");
  }

  /** Waits until every target of Prometheus answers. */
  async untilAllUp(): Promise<void> {
    await waitFor(
      { what: "all targets up", deadlineMs: 60_000 },
      async () =>
        (await this.activeTargets()).map(({ labels, health }) => `${labels.job ?? ""} ${health}`),
      (seen) => seen.length > 0 && seen.every((target) => target.endsWith(" up")),
    );
  }

  /** Names of alerts that a selector of `ALERTS` finds within the last hour. */
  async alertsEver(selector: string): Promise<readonly string[]> {
    const query = `count by (alertname) (max_over_time(${selector}[1h]))`;
    const { data } = (await json(
      `${await this.prometheusUrl()}/api/v1/query?${new URLSearchParams({ query }).toString()}`,
    )) as { data: { result: { metric: { alertname: string } }[] } };
    return data.result.map(({ metric }) => metric.alertname);
  }

  /** The configuration that Alertmanager runs. */
  async alertmanager(): Promise<string> {
    const url = `${await this.stack.internalUrl("alertmanager", 9093)}/api/v2/status`;
    return ((await json(url)) as { config: { original: string } }).config.original;
  }

  /** A page of a server that publishes none, asked in the stack's internal network. */
  async page(service: string, port: number, path: string): Promise<string> {
    return text(`${await this.stack.internalUrl(service, port)}${path}`);
  }

  /** The script that browsers get from the gateway. */
  async logger(): Promise<string> {
    return text(`${this.stack.pageUrl("grafana")}/logger.js`);
  }

  /** Which containers run that keep no files, by their name without the stack's, and since when. */
  async serversSince(): Promise<Readonly<Record<string, string>>> {
    return this.containers((name) => !name.endsWith("-keeper"));
  }

  async keepersSince(): Promise<Readonly<Record<string, string>>> {
    return this.containers((name) => name.endsWith("-keeper"));
  }

  private async activeTargets() {
    const url = `${await this.prometheusUrl()}/api/v1/targets?state=active`;
    const { data } = (await json(url)) as {
      data: { activeTargets: { labels: Readonly<Record<string, string>>; health: string }[] };
    };
    return data.activeTargets;
  }

  private async containers(isWanted: (name: string) => boolean) {
    const rows = (await this.stack.running()).map((row) => {
      const [name = "", id = "", startedAt = ""] = row.split(" ");
      return [name.replace(`/${this.stack.name}-`, ""), `${startedAt} ${id}`] as const;
    });
    return Object.fromEntries(rows.filter(([name]) => isWanted(name)));
  }
}

export interface LoadedRule {
  readonly query: string;
  /** How long it must hold, in seconds. */
  readonly duration: number;
}

/** One edit of a user's, and how it is seen in the server that it is about. */
export interface Edit<R extends RunningStack = RunningStack> {
  /** What is edited, for people. */
  readonly what: string;
  readonly settings: SettingsEdit;
  /** Sets the secrets that it needs. @default none */
  readonly secrets?: (stack: TestStack) => Promise<void>;
  /** Keepers that are replaced: all that an update may touch, but for {@link added} and {@link removed}. */
  readonly keepers: readonly string[];
  /** Containers that come with it. @default none */
  readonly added?: readonly string[];
  /** Containers that go with it. @default none */
  readonly removed?: readonly string[];
  /** What the server whose value it is has in force. */
  readonly inForce: (running: R) => Promise<string>;
  readonly shows: RegExp;
  /** How long after its files are in place, where the server looks at them by itself. @default `5_000` */
  readonly withinMs?: number;
}

/** An edit that is refused, before anything is touched. */
export interface Refusal<R extends RunningStack = RunningStack> {
  readonly what: string;
  readonly settings: SettingsEdit;
  /** What the update says. */
  readonly reason: RegExp;
  readonly inForce: (running: R) => Promise<string>;
  /** What goes on to be in force. */
  readonly stays: RegExp;
}

async function ruleOf(url: string, name: string): Promise<LoadedRule> {
  const { data } = (await json(url)) as {
    data: { groups: { rules: (LoadedRule & { name: string })[] }[] };
  };
  const rules = data.groups.flatMap((group) => group.rules).filter((rule) => rule.name === name);
  const [rule] = rules;
  if (!rule || rules.length > 1) throw new Error(`${rules.length} rules ${name} at ${url}`);
  return rule;
}

async function text(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}

async function json(url: string): Promise<unknown> {
  return JSON.parse(await text(url));
}
