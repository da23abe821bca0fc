import { createContext, runInContext } from "node:vm";

import { PORTAL_SCRIPT } from "../../configs/gateway/portal/script";

/** As much of an element as the portal's script uses. */
class Element {
  className = "";
  textContent = "";
  hidden = true;
  children: Element[] = [];

  append(child: Element): void {
    this.children.push(child);
  }

  replaceChildren(...children: Element[]): void {
    this.children = children;
  }

  get lines(): readonly string[] {
    return this.children.map(
      ({ className, children }) =>
        `${className}: ${children.map(({ textContent }) => textContent).join(" | ")}`,
    );
  }
}

/** What a visitor reads. */
export interface Reading {
  readonly verdict: string;
  readonly time: string;
  readonly title: string;
  readonly checks: readonly string[];
  readonly alerts: readonly string[];
  readonly silent: readonly string[];
}

/**
 * Runs the portal's script once, on a mock of a document.
 *
 * @param answer what a path is answered: the status, and the text
 */
export async function readPortal(
  answer: (path: string) => Promise<{ readonly status: number; readonly body: string }>,
): Promise<Reading> {
  const elements = new Map<string, Element>();
  const element = (id: string) => {
    const found = elements.get(id) ?? new Element();
    elements.set(id, found);
    return found;
  };
  const document = {
    title: "",
    body: { dataset: { site: "shop (prod)" } },
    getElementById: element,
    createElement: () => new Element(),
  };
  await new Promise<void>((resolve) => {
    const context = {
      document,
      location: { origin: "https://door.test" },
      AbortSignal,
      setTimeout: () => {
        resolve();
      },
      fetch: async (url: string) => {
        const { status, body } = await answer(url.replace("https://door.test", ""));
        return { ok: status === 200, status, json: () => JSON.parse(body) as unknown };
      },
    };
    runInContext(PORTAL_SCRIPT, createContext(context));
  });
  const { className, textContent } = element("verdict");
  return {
    verdict: `${className}: ${textContent}`,
    time: element("time").textContent.replace(/\d+:\d+:\d+( [AP]M)?/, "<time>"),
    title: document.title,
    checks: element("checks").lines,
    alerts: element("alerts").lines,
    silent: element("silent").lines,
  };
}
