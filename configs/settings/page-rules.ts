import type { Problem } from "../errors";
import { OWN_TARGETS } from "../rules/probes";
import type { Parsed } from "./settings";

/** Every page has a name and a URL of its own: by the one its alerts are told apart, by the other its checks. */
export function pageProblems({ site }: Partial<Parsed>): readonly Problem[] {
  if (!site) return [];
  const names = Object.keys(site.pages).sort();
  return [...takenNames(names), ...probedTwice(site, names)];
}

function takenNames(names: readonly string[]): readonly Problem[] {
  const taken: readonly string[] = OWN_TARGETS;
  return names
    .filter((name) => taken.includes(name))
    .map((name) => ({
      path: `sightline:site.pages.${name}`,
      rule: `must have another name: checks of site.${name}Url are called that`,
      got: JSON.stringify(name),
      fix: `for example "${name}-2"`,
    }));
}

/** Two spellings of one request are the same check. */
function asAsked(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search}`;
}

function probedTwice(site: Parsed["site"], names: readonly string[]): readonly Problem[] {
  const known = new Map([
    [asAsked(site.apiUrl), "site.apiUrl"],
    [asAsked(site.pageUrl), "site.pageUrl"],
  ]);
  return names.flatMap((name) => {
    const url = site.pages[name] ?? site.pageUrl;
    const key = `site.pages.${name}`;
    const other = known.get(asAsked(url));
    if (other === undefined) {
      known.set(asAsked(url), key);
      return [];
    }
    return [
      {
        path: `sightline:${key}`,
        rule: `must be a URL that is not checked already: ${other} is the same`,
        got: JSON.stringify(url),
        fix: `another URL, or pulumi config rm --path 'sightline:${key}'`,
      },
    ];
  });
}
