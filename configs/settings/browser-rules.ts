import { usesAcme } from "../acme/challenge";
import { browserName, browserPort } from "../browser/route";
import { publishedCentrally } from "../central";
import type { Problem } from "../errors";
import { gatewayAddress, gatewayName } from "../gateway/route";
import { BROWSER_SOURCE } from "../logs/browser";
import { pageAddress } from "../pages";
import { homeOf, isSameMachine } from "../placement";
import { nameProblems } from "./gateway-rules";
import type { Parsed } from "./settings";

type Known = Pick<Parsed, "browser" | "gateway" | "hosts" | "publish">;

/** Browsers have no other way in, and what they report no other name. */
export function browserProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { browser, logs } = settings;
  if (!browser?.enabled) return [];
  return [
    ...wayProblems(browser, settings),
    ...(logs && BROWSER_SOURCE in logs.sources ? [SAME_NAME] : []),
  ];
}

const SAME_NAME: Problem = {
  path: `sightline:logs.sources.${BROWSER_SOURCE}`,
  rule: "must have a name of its own: what browsers report is called that",
  fix: `rename it, for example "own-${BROWSER_SOURCE}"`,
};

/** Each way in needs a port that nobody else has. */
function wayProblems(
  browser: Parsed["browser"],
  { gateway, hosts, publish }: Partial<Parsed>,
): readonly Problem[] {
  if (!gateway) return [];
  if (!gateway.enabled && !browser.plainHttp) return [NO_GATEWAY];
  if (!hosts || !publish) return [];
  const known = { browser, gateway, hosts, publish };
  return [...secureProblems(known), ...(browser.plainHttp ? plainProblems(known) : [])];
}

const NO_GATEWAY: Problem = {
  path: "sightline:browser.enabled",
  rule: "must be false without the gateway, by which browsers report",
  got: "true",
  fix: "npm run credentials -- --stack <stack>, which enables the gateway",
};

function secureProblems(known: Known): readonly Problem[] {
  const { browser, gateway } = known;
  if (!gateway.enabled) return browser.address === undefined ? [] : [noCertificate(browser)];
  const name = browserName(known);
  const { certificate } = gateway;
  const isApart = browser.address !== undefined || name !== gatewayName(known);
  if (usesAcme(known) && isApart) return [notProved(browser, name)];
  return [
    ...(certificate !== undefined && name !== gatewayName(known)
      ? nameProblems(certificate, name, "browsers")
      : []),
    ...(browser.address === undefined ? sharedPort(browser) : ownPort(known)),
  ];
}

/** A second name on another address would want a port 80 there as well. */
function notProved({ address }: Known["browser"], name: string): Problem {
  return {
    path: `sightline:browser.${address === undefined ? "serverName" : "address"}`,
    rule: "must not be set where gateway.tls.kind is acme: a certificate is got for gateway.serverName on gateway.address alone",
    got: address ?? name,
    fix: "remove browser.address and browser.serverName, or bring a certificate of your own",
  };
}

function noCertificate({ address }: Known["browser"]): Problem {
  return {
    path: "sightline:browser.address",
    rule: "is where browsers come in by https, and there is no certificate",
    got: String(address),
    fix: "npm run credentials -- --stack <stack>, which enables the gateway, or remove it",
  };
}

function sharedPort({ port }: Known["browser"]): readonly Problem[] {
  if (port === undefined) return [];
  return [
    {
      path: "sightline:browser.port",
      rule: "is that of browser.address, and browsers come in where everybody does",
      got: String(port),
      fix: "set browser.address, or gateway.port in its place",
    },
  ];
}

function ownPort(known: Known): readonly Problem[] {
  const { address } = known.browser;
  const port = browserPort(known);
  if (address !== gatewayAddress(known) || port !== known.gateway.port) return [];
  return [
    {
      path: "sightline:browser.address",
      rule: "must be another address than the gateway's own, or have a browser.port of its own",
      got: `${address}:${port}`,
      fix: "remove it, and browsers come in where everybody does",
    },
  ];
}

/** The gateway takes the ports of Grafana and Loki, on the address of Grafana's page. */
function plainProblems(known: Known): readonly Problem[] {
  const path = "sightline:browser.plainHttp";
  const [home, grafana] = [homeOf(known, "gateway"), homeOf(known, "grafana")];
  if (!isSameMachine(known, home, grafana)) {
    const rule = "must be false where Grafana, whose port it takes, is not beside the gateway";
    const fix = "pulumi config set --path 'sightline:browser.plainHttp' false";
    return [{ path, rule, got: `Grafana on ${grafana}`, fix }];
  }
  const address = pageAddress(known, "grafana");
  const taken = (["grafana", "loki"] as const).filter((service) =>
    publishedCentrally(known, service).some(({ hostAddress }) => hostAddress === address),
  );
  return taken.map((service) => ({
    path,
    rule: `must be false where other machines reach ${service} on the port that browsers would`,
    got: `${address}:${known.publish[service]} for both`,
    fix: `another publish.address than ${address}${service === "loki" ? ", or: npm run credentials -- --stack <stack>, so that agents push through the gateway" : ""}`,
  }));
}
