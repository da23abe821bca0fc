import { Answer, type Call } from "./answer";
import type { ChannelInputs, PolicyInputs, UptimeCheckInputs } from "./schema-monitoring";

type Collection = "alertPolicies" | "notificationChannels" | "uptimeCheckConfigs";

const PATH =
  /^\/v3\/(projects\/[^/]+\/(alertPolicies|notificationChannels|uptimeCheckConfigs))(?:\/([^/]+))?$/;
const PERIODS = ["60s", "300s", "600s", "900s"];

/** Google's monitoring: what it is told to ask, when to tell, and whom. It asks and tells nothing. */
export class CloudMonitoring {
  private readonly stored = new Map<string, object>();
  private made = 0;

  /** What there is, by its name. */
  get all(): Readonly<Record<string, object>> {
    return Object.fromEntries(this.stored);
  }

  /** Answers below `/v3/projects/`. */
  answer({ method, path, body }: Call): Answer {
    const [, folder = "", collection, id] = PATH.exec(decodeURIComponent(path)) ?? [];
    if (collection === undefined) return Answer.refusal(404, `nothing is at ${path}`);
    const name = `${folder}/${id ?? (this.made += 1)}`;
    const before = this.stored.get(name);
    if (id !== undefined && !before) return Answer.refusal(404, `${name} does not exist.`);
    if (method === "GET") return Answer.ok({ name, ...before });
    if (method === "DELETE") return this.delete(name);
    return this.put(name, collection as Collection, { ...before, ...body });
  }

  private put(name: string, collection: Collection, body: object): Answer {
    const reason = {
      alertPolicies: () => this.policyReason(body as PolicyInputs),
      notificationChannels: () => channelReason(body as ChannelInputs),
      uptimeCheckConfigs: () => checkReason(body as UptimeCheckInputs),
    }[collection]();
    if (reason !== undefined) return Answer.refusal(400, reason);
    this.stored.set(name, withNames(name, body));
    return Answer.ok({ name, ...this.stored.get(name) });
  }

  private policyReason({ notificationChannels, conditions }: PolicyInputs): string | undefined {
    const missing = notificationChannels.find((channel) => !this.stored.has(channel));
    if (missing !== undefined) return `Notification channel ${missing} does not exist.`;
    if (conditions.length < 1 || conditions.length > 6)
      return "A policy has one to six conditions.";
    for (const { conditionThreshold } of conditions) {
      const { aggregations, duration, filter } = conditionThreshold;
      if (!/metric\.type="[^"]+"/.test(filter) || !/resource\.type="[^"]+"/.test(filter))
        return "The filter must name a metric type and a resource type.";
      if (secondsOf(duration) % 60 !== 0) return "The duration must be a multiple of a minute.";
      if (aggregations.some(({ alignmentPeriod }) => secondsOf(alignmentPeriod) < 60))
        return "The alignment period must be at least 60 seconds.";
    }
    return undefined;
  }

  /** What a policy needs stays as long as that. */
  private delete(name: string): Answer {
    const id = name.split("/").at(-1);
    const user = [...this.stored].find(([other, body]) => {
      const text = JSON.stringify(body);
      return (
        other.includes("/alertPolicies/") &&
        (text.includes(`"${name}"`) || text.includes(String.raw`check_id=\"${id}\"`))
      );
    });
    if (user)
      return Answer.refusal(
        400,
        `Could not delete "${name}" because it is still being referenced by: "${user[0]}"`,
      );
    this.stored.delete(name);
    return Answer.ok({});
  }
}

function channelReason({ labels }: ChannelInputs): string | undefined {
  return labels.email_address?.includes("@") ? undefined : "Missing label email_address.";
}

function checkReason({ period, timeout }: UptimeCheckInputs): string | undefined {
  if (!PERIODS.includes(period)) return `The period must be one of ${PERIODS.join(", ")}.`;
  const limit = secondsOf(timeout);
  return limit >= 1 && limit <= 60 ? undefined : "The timeout must be between 1 and 60 seconds.";
}

/** Conditions are named by Google. */
function withNames(name: string, body: object): object {
  if (!("conditions" in body)) return body;
  const { conditions } = body as PolicyInputs;
  return {
    ...body,
    conditions: conditions.map((condition, index) => ({
      ...condition,
      name: `${name}/conditions/${index + 1}`,
    })),
  };
}

function secondsOf(duration: string): number {
  return /^\d+s$/.test(duration) ? Number(duration.slice(0, -1)) : Number.NaN;
}
