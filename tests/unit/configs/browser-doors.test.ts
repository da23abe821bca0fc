import { browserScript } from "../../../configs/browser/logger";
import { specsOn } from "../../../configs/hosts";
import { machineNeeds } from "../../../configs/preflight/needs";
import type { Settings } from "../../../configs/settings/settings";
import { makeCertificates } from "../../../tools/gateway/certificates";
import {
  browserSettings,
  devRaw,
  devSettings,
  onHosts,
  type Raw,
  withBrowsers,
} from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const plain: Raw = { browser: { enabled: true, plainHttp: true } };

function published(settings: Settings, name: string): readonly string[] {
  const spec = specsOn(settings, "monitoring").find((one) => one.name === name);
  return (spec?.publish ?? []).map(
    ({ containerPort, hostPort, hostAddress }) => `${hostAddress}:${hostPort}->${containerPort}`,
  );
}

describe("plain HTTP for browsers", () => {
  const settings = devSettings(plain);

  it("needs no certificate: the gateway has the ports of Grafana and Loki, and nothing else", () => {
    expect(published(settings, "gateway")).toEqual([
      "127.0.0.1:3000->3000",
      "127.0.0.1:3100->3100",
    ]);
    expect(published(settings, "grafana")).toEqual([]);
    expect(published(settings, "loki")).toEqual([]);
    const gateway = specsOn(settings, "monitoring").find(({ name }) => name === "gateway");
    expect(gateway?.secretFiles).toEqual([]);
    expect(renderedFile(settings, "gateway/nginx.conf")).not.toContain("ssl");
  });

  it("is what dev has, as soon as browsers report", () => {
    const dev = devSettings({ browser: { enabled: true } });
    expect(published(dev, "gateway")).toEqual(published(settings, "gateway"));
    expect(published(devSettings(), "grafana")).toEqual(["127.0.0.1:3000->3000"]);
    expect(renderedFile(dev, "gateway/nginx.conf")).toContain(
      String.raw`~^http://127\.0\.0\.1:8080$ http://127.0.0.1:8080;`,
    );
  });

  it("has the script at the address that the first wish names", () => {
    const own = devSettings({
      browser: { ...(plain.browser as Raw), serverName: "monitoring-host" },
    });
    expect(browserScript(own)?.url).toBe("http://monitoring-host:3000/logger.js");
    expect(renderedFile(own, "gateway/logger-plain.js")).toContain(
      '"url":"http://monitoring-host:3100/loki/api/v1/push"',
    );
  });

  it("follows other ports of Grafana and Loki", () => {
    const own = devSettings({ ...plain, publish: { grafana: 3001, loki: 3101 } });
    expect(published(own, "gateway")).toEqual(["127.0.0.1:3001->3000", "127.0.0.1:3101->3100"]);
    expect(browserScript(own)?.url).toBe("http://127.0.0.1:3001/logger.js");
  });

  it("stands beside https, which the line for the site's pages then names", () => {
    const own = browserSettings({ plainHttp: true });
    expect(published(own, "gateway")).toEqual([
      "10.0.0.2:8443->8443",
      "127.0.0.1:3000->3000",
      "127.0.0.1:3100->3100",
    ]);
    expect(browserScript(own)?.url).toBe("https://10.0.0.2:8443/logger.js");
  });

  it("sends people to the door where they have a login there", () => {
    const own = browserSettings({ plainHttp: true });
    const people = { ...own, gateway: { ...own.gateway, people: ["anna"] } };
    expect(renderedFile(people, "gateway/nginx.conf")).toContain(
      "return 302 https://10.0.0.2:8443/grafana/;",
    );
  });

  it("names the settings of its ports where one of them is taken", () => {
    const ports = machineNeeds(settings)[0]?.ports.filter(({ service }) => service === "gateway");
    expect(ports?.map(({ path, addressPath }) => `${path} ${addressPath}`)).toEqual([
      "sightline:publish.grafana sightline:hosts.monitoring.address",
      "sightline:publish.loki sightline:hosts.monitoring.address",
    ]);
  });

  it("is refused where other machines reach Loki on that port", () => {
    const two = onHosts({ monitoring: {}, app: {} }, { ...plain, publish: { address: "private" } });
    expect(problemsOf(two)).toEqual([
      "browser.plainHttp: must be false where other machines reach loki on the port that browsers would; got 10.0.0.1:3100 for both. Fix: another publish.address than 10.0.0.1, or: npm run credentials -- --stack <stack>, so that agents push through the gateway",
    ]);
    expect(problemsOf(onHosts({ monitoring: {}, app: {} }, plain))).toEqual([]);
  });

  it("is refused where Grafana is elsewhere", () => {
    expect(problemsOf(onHosts({ monitoring: {}, app: {}, grafana: {} }, plain))).toEqual([
      "browser.plainHttp: must be false where Grafana, whose port it takes, is not beside the gateway; got Grafana on grafana. Fix: pulumi config set --path 'sightline:browser.plainHttp' false",
    ]);
  });
});

describe("an address for browsers alone", () => {
  const own = browserSettings({ address: "203.0.113.7", serverName: "www.shop.test", port: 443 });
  const inTunnel = { ...own, gateway: { ...own.gateway, address: "10.66.0.1" } };

  it("is published beside the gateway's own, which has nothing for them", () => {
    expect(published(inTunnel, "gateway")).toEqual([
      "10.66.0.1:8443->8443",
      "203.0.113.7:443->8444",
    ]);
    const servers = renderedFile(inTunnel, "gateway/nginx.conf").split(/^ {2}server \{$/m);
    const serverOn = (port: number) =>
      [
        ...(servers.find((one) => one.includes(`listen ${port} ssl;`)) ?? "").matchAll(
          /location .*(?= \{)/g,
        ),
      ].map(([line]) => line);
    expect(serverOn(8444)).toEqual([
      "location /",
      "location = /logger.js",
      "location = /browser/loki/api/v1/push",
    ]);
    expect(serverOn(8443)).toEqual([
      "location /",
      "location @refused",
      "location = /loki/api/v1/push",
    ]);
  });

  it("is where the script is, and where it reports", () => {
    expect(browserScript(inTunnel)?.url).toBe("https://www.shop.test:443/logger.js");
    expect(renderedFile(inTunnel, "gateway/logger.js")).toContain(
      '"url":"https://www.shop.test:443/browser/loki/api/v1/push"',
    );
    const unnamed = withBrowsers(browserSettings({ address: "203.0.113.7" }));
    expect(browserScript(unnamed)?.url).toBe("https://203.0.113.7:8443/logger.js");
  });

  it("names its own settings where its port is taken", () => {
    const [home] = machineNeeds(inTunnel);
    const ports = home?.ports.filter(({ service }) => service === "gateway");
    expect(ports?.map(({ path, addressPath }) => `${path} ${addressPath}`)).toEqual([
      "sightline:gateway.port sightline:gateway.address",
      "sightline:browser.port sightline:browser.address",
    ]);
  });

  it("is refused without a certificate", () => {
    const raw = devRaw({ browser: { enabled: true, plainHttp: true, address: "203.0.113.7" } });
    expect(problemsOf(raw)).toEqual([
      "browser.address: is where browsers come in by https, and there is no certificate; got 203.0.113.7. Fix: npm run credentials -- --stack <stack>, which enables the gateway, or remove it",
    ]);
  });

  it("has a certificate with its name too, and a port that nobody else has", async () => {
    const [inside, outside] = ["10.0.0.1", "203.0.113.7"] as const;
    const raw = async (names: readonly [string, ...string[]], browser: Raw) => {
      const { certificate, authority } = await makeCertificates(names, 1);
      const gateway = { enabled: true, certificate, certificateAuthority: authority };
      return onHosts(
        { monitoring: {}, app: {} },
        { gateway, browser: { enabled: true, ...browser } },
      );
    };
    const both = [inside, outside] as const;
    expect(problemsOf(await raw(both, { address: outside }))).toEqual([]);
    expect(problemsOf(await raw([inside], { address: outside }))).toEqual([
      "gateway.certificate: must be made for 203.0.113.7, the name by which browsers reach the gateway; got IP Address:10.0.0.1. Fix: set browser.serverName to a name that it has, or: npm run credentials -- --stack <stack>, or bring a certificate of your own",
    ]);
    expect(problemsOf(await raw([inside], { address: inside }))).toEqual([
      "browser.address: must be another address than the gateway's own, or have a browser.port of its own; got 10.0.0.1:8443. Fix: remove it, and browsers come in where everybody does",
    ]);
    expect(problemsOf(await raw([inside], { address: inside, port: 443 }))).toEqual([]);
    expect(problemsOf(await raw([inside], { port: 443 }))).toEqual([
      "browser.port: is that of browser.address, and browsers come in where everybody does; got 443. Fix: set browser.address, or gateway.port in its place",
    ]);
    const amongPages = await raw(both, { address: outside, port: 9090 });
    expect(problemsOf(amongPages)).toEqual([]);
    expect(problemsOf({ ...amongPages, publish: { address: outside } })).toEqual([
      "publish: must give every page a port of its own; got 9090 for browser.port and publish.prometheus. Fix: pulumi config set --path 'sightline:publish.prometheus' <a free port>",
    ]);
  });
});
