import type { Problem } from "../errors";
import { morePages, OWN_TARGETS, type ProbeTarget } from "../rules/probes";
import type { Parsed } from "./settings";

/** Every page has a name and a URL of its own: by the one its alerts are told apart, by the other its checks. */
export function pageProblems({ site }: Partial<Parsed>): readonly Problem[] {
  if (!site) return [];
  const pages = morePages({ site });
  return [...takenNames(pages), ...probedTwice(site, pages)];
}

function takenNames(pages: readonly ProbeTarget[]): readonly Problem[] {
  const taken: readonly string[] = OWN_TARGETS;
  return pages
    .filter(({ target }) => taken.includes(target))
    .map(({ target }) => ({
      path: `sightline:site.pages.${target}`,
      rule: `must have another name: checks of site.${target}Url are called that`,
      got: JSON.stringify(target),
      fix: `for example "${target}-2"`,
    }));
}

/** Two spellings of one request are the same check. */
function asAsked(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search}`;
}

function probedTwice(site: Parsed["site"], pages: readonly ProbeTarget[]): readonly Problem[] {
  const known = new Map([
    [asAsked(site.apiUrl), "site.apiUrl"],
    [asAsked(site.pageUrl), "site.pageUrl"],
  ]);
  return pages.flatMap(({ target, url }) => {
    const key = `site.pages.${target}`;
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
