/** Names of series as Prometheus stores them on a live stack: no label invented, none forgotten. */
export type Labels = Readonly<Record<string, string>>;

/** One series of a metric. */
export function seriesOf(metric: string, labels: Labels): string {
  const written = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${metric}{${written.join(",")}}`;
}

/** The series of one container's own metrics, as its scrape job labels them. */
export function scraped(
  job: string,
  {
    host = "monitoring",
    service = job,
  }: { readonly host?: string; readonly service?: string } = {},
): (metric: string, labels?: Labels) => string {
  const target = { env: "dev", host, instance: `${service}:9000`, job, service };
  return (metric, labels = {}) => seriesOf(metric, { ...target, ...labels });
}

/** The series of the site's probes. */
export function probed(
  target: "page" | "api" | "checkout" | "login" = "page",
): (metric: string, labels?: Labels) => string {
  const paths = { page: "", api: "/api/health", checkout: "/checkout", login: "/login" };
  const instance = `http://application:80${paths[target]}`;
  const base = { env: "dev", instance, job: "blackbox-http", site: "website", target };
  return (metric, labels = {}) => seriesOf(metric, { ...base, ...labels });
}

/** The series that cAdvisor of a host has of one container. */
export function contained(
  name: string,
  host: "monitoring" | "app" = "monitoring",
): (metric: string, labels?: Labels) => string {
  const of = scraped("cadvisor", { host });
  return (metric, labels = {}) =>
    of(metric, { id: `/docker/${name}`, image: "image:1.0.0", name, ...labels });
}
