import type { Problem } from "../errors";
import type { Parsed } from "./settings";

/** A value of the shipped sample settings that somebody must replace. */
type Written = readonly [key: string, value: string | undefined];

/** The sample values would watch nobody's site and send alerts to nobody. */
export function placeholderProblems(settings: Partial<Parsed>): readonly Problem[] {
  if (settings.allowPlaceholders) return [];
  return [siteValues, mailValues, bucketValues, watchValues]
    .flatMap((values) => values(settings))
    .filter(([, value]) => value !== undefined && isPlaceholder(value))
    .map(([key, value]) => ({
      path: `sightline:${key}`,
      rule: "is still the placeholder of the sample settings",
      got: JSON.stringify(value),
      fix: `pulumi config set --path 'sightline:${key}' <your own>`,
    }));
}

function isPlaceholder(value: string): boolean {
  return /(^|[@./])example\.(com|org|net)([:/]|$)/.test(value) || /^my-project(-|$)/.test(value);
}

function siteValues({ site }: Partial<Parsed>): readonly Written[] {
  return [
    ["site.pageUrl", site?.pageUrl],
    ["site.apiUrl", site?.apiUrl],
    ...Object.entries(site?.pages ?? {}).map(([name, url]) => [`site.pages.${name}`, url] as const),
  ];
}

/** A catcher keeps its mails whatever the address. */
function mailValues({ mail }: Partial<Parsed>): readonly Written[] {
  if (mail?.kind !== "smtp") return [];
  return [
    ["mail.smarthost", mail.smarthost],
    ["mail.from", mail.from],
    ...mail.to.map((address, index) => [`mail.to[${index}]`, address] as const),
  ];
}

function bucketValues({ logs }: Partial<Parsed>): readonly Written[] {
  if (logs?.storage.kind !== "gcs") return [];
  return [
    ["logs.storage.project", logs.storage.project],
    ["logs.storage.bucket", logs.storage.bucket],
  ];
}

function watchValues({ outsideWatch }: Partial<Parsed>): readonly Written[] {
  if (!outsideWatch) return [];
  return [
    ["outsideWatch.project", outsideWatch.project],
    ["outsideWatch.url", outsideWatch.url],
    ...outsideWatch.to.map((address, index) => [`outsideWatch.to[${index}]`, address] as const),
  ];
}
