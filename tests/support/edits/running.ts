import type { SettingsEdit } from "../../../tools/stack/stack-file";
import { quiet } from "../quiet";
import type { TestStack } from "../test-stack";

/** What the servers of a stack say of themselves, each by its own API. */
export class RunningStack {
  constructor(private readonly stack: TestStack) {}

  /** The only alerting rule of that name, in Prometheus. */
  async rule(name: string): Promise<LoadedRule> {
    return ruleOf(`${this.stack.pageUrl("prometheus")}/api/v1/rules?type=alert`, name);
  }

  /** The same in Loki's ruler. */
  async logRule(name: string): Promise<LoadedRule> {
    return ruleOf(`${await this.stack.lokiUrl()}/prometheus/api/v1/rules`, name);
  }

  /** What Prometheus keeps, in its own words. */
  async metricsRetention(): Promise<string> {
    const url = `${this.stack.pageUrl("prometheus")}/api/v1/status/runtimeinfo`;
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
    const url = `${this.stack.pageUrl("prometheus")}/api/v1/targets?state=active`;
    const { data } = (await json(url)) as {
      data: { activeTargets: { labels: Readonly<Record<string, string>> }[] };
    };
    const ofJob = data.activeTargets.filter(({ labels }) => labels.job === job);
    return ofJob
      .map(({ labels }) => labels.instance ?? "")
      .sort()
      .join(" ");
  }

  /** The configuration that Alertmanager runs. */
  async alertmanager(): Promise<string> {
    const url = `${this.stack.pageUrl("alertmanager")}/api/v2/status`;
    return ((await json(url)) as { config: { original: string } }).config.original;
  }

  /** A page of a server that publishes none, asked in the stack's internal network. */
  async page(service: string, port: number, path: string): Promise<string> {
    const format = `{{(index .NetworkSettings.Networks "${this.stack.container("data")}").IPAddress}}`;
    const address = await quiet`docker inspect --format ${format} ${this.stack.container(service)}`;
    return text(`http://${address}:${port}${path}`);
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
export interface Edit {
  /** What is edited, for people. */
  readonly what: string;
  readonly settings: SettingsEdit;
  /** Keepers that are replaced: all that an update may touch, but for {@link added}. */
  readonly keepers: readonly string[];
  /** Containers that come with it. @default none */
  readonly added?: readonly string[];
  /** What the server whose value it is has in force. */
  readonly inForce: (running: RunningStack) => Promise<string>;
  readonly shows: RegExp;
  /** How long after its files are in place, where the server looks at them by itself. @default `5_000` */
  readonly withinMs?: number;
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
