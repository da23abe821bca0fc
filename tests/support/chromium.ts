import puppeteer, { type Browser } from "puppeteer-core";

import { chromiumPath } from "../../tools/lib/chromium";

/**
 * Starts one.
 *
 * @param places where names and ports really are: `{ "www.shop.test:80": "172.18.0.3:80" }`
 */
export async function startChromium(places: Readonly<Record<string, string>>): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("there is no Chromium");
  const rules = Object.entries(places).map(([name, place]) => `MAP ${name} ${place}`);
  return puppeteer.launch({
    executablePath,
    args: [
      // Its sandbox wants rights that root in a container does not have.
      "--no-sandbox",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      // The gateway's certificate is made for the test.
      "--ignore-certificate-errors",
      `--host-resolver-rules=${rules.join(",")}`,
    ],
  });
}
