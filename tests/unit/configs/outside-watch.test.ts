import {
  failureCondition,
  failurePolicy,
  mailChannel,
  type OutsideWatchPlan,
  uptimeCheck,
} from "../../../configs/outside-watch/google";
import { watchedPage } from "../../../configs/outside-watch/page";
import { whyHidden } from "../../../configs/outside-watch/public-host";
import { parseSettings } from "../../../configs/settings/settings";
import { makeCertificates } from "../../../tools/gateway/certificates";
import { devRaw, prodRaw, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";

const NAME = "door.shop.test";
const WATCH: Raw = { project: "shop-monitoring-42", to: ["ops@elsewhere.test"] };
const ACME: Raw = {
  ...{ enabled: true, serverName: NAME, port: 443 },
  tls: { kind: "acme", email: "ops@shop.test" },
};

const raw = (groups: Raw, watch: Raw = {}): Raw =>
  prodRaw({ logs: { route: "agent" }, ...groups, outsideWatch: { ...WATCH, ...watch } });
const pageOf = (settings: Raw) => watchedPage(parseSettings(settings, "prod"));

/** A gateway with certificates of its own. @param names by which it is reached */
async function withFiles(names: string, gateway: Raw = {}): Promise<Raw> {
  const { certificate, authority } = await makeCertificates(names, 1);
  return {
    enabled: true,
    serverName: names,
    certificate,
    certificateAuthority: authority,
    ...gateway,
  };
}

const tunnel: Raw = {
  enabled: true,
  peers: { anna: { address: "10.66.0.2" }, app: { address: "10.66.0.3" } },
};

describe("a host", () => {
  it.each([
    "door.shop.test",
    "8.8.8.8",
    "203.0.113.7",
    "172.32.0.1",
    "100.128.0.1",
    "internal.shop.test",
  ])("may be reached by everybody: %s", (host) => {
    expect(whyHidden(host)).toBeUndefined();
  });

  it.each([
    ["10.0.0.2", "a private address"],
    ["172.16.0.1", "a private address"],
    ["192.168.1.1", "a private address"],
    ["100.64.0.1", "a private address"],
    ["127.0.0.1", "a loopback address"],
    ["169.254.169.254", "an address of one link"],
    ["0.0.0.0", "no address of one host"],
    ["255.255.255.255", "no address of one host"],
    ["224.0.0.1", "no address of one host"],
    ["[2a00::1]", "an IPv6 address, which is not asked"],
    ["localhost", "a name of one network alone"],
    ["localhost.", "a name of one network alone"],
    ["monitoring", "a name of one network alone"],
    ["monitoring.local", "a name of one network alone"],
    ["monitoring.INTERNAL", "a name of one network alone"],
    ["nas.home.arpa", "a name of one network alone"],
  ])("is reached by nobody outside: %s", (host, reason) => {
    expect(whyHidden(host)).toBe(reason);
  });
});

describe("what is watched", () => {
  it("is the gateway's first page, which asks people for a login", () => {
    expect(pageOf(raw({ gateway: { ...ACME, people: ["anna"] } }))).toEqual({
      url: "https://door.shop.test:443/",
      status: 401,
      isTrusted: true,
    });
  });

  it("is the same where nobody comes in but agents, who find nothing there", () => {
    expect(pageOf(raw({ gateway: ACME }))).toMatchObject({ status: 404 });
  });

  it("has a certificate that is looked at, unless its authority is ours", async () => {
    const gateway = await withFiles(NAME, { address: "203.0.113.7" });
    expect(pageOf(raw({ gateway }))).toEqual({
      url: "https://door.shop.test:8443/",
      ...{ status: 404, isTrusted: false },
    });
    const bought = { ...gateway, certificateAuthority: undefined };
    expect(pageOf(raw({ gateway: bought }))).toMatchObject({ isTrusted: true });
  });

  it("is the script for browsers where the gateway listens in the tunnel", async () => {
    const gateway = await withFiles(NAME);
    const browser = { enabled: true, address: "203.0.113.7", serverName: NAME };
    expect(pageOf(raw({ gateway, wireguard: tunnel, browser }))).toEqual({
      url: "https://door.shop.test:8443/logger.js",
      ...{ status: 200, isTrusted: false },
    });
  });

  it("is the gateway where both are reached, and the private address behind a router's is no matter", async () => {
    const gateway = await withFiles(NAME, { address: "10.0.0.2" });
    const browser = { enabled: true, address: "203.0.113.7", serverName: NAME };
    expect(pageOf(raw({ gateway, browser }))).toMatchObject({
      url: "https://door.shop.test:8443/",
    });
  });

  it.each([
    ["https://status.shop.test/health?deep=1", true],
    ["http://status.shop.test/health", false],
    ["https://door.shop.test:9000/", false],
  ])("is another page by a setting, with any right answer: %s", async (url, isTrusted) => {
    const gateway = await withFiles(NAME);
    expect(pageOf(raw({ gateway }, { url }))).toEqual({ url, isTrusted });
  });

  it("needs no gateway then", () => {
    const outsideWatch = { ...WATCH, url: "https://status.shop.test/" };
    expect(problemsOf(devRaw({ outsideWatch }))).toEqual([]);
  });
});

describe("what cannot be watched is refused with what can be done", () => {
  it("no gateway", () => {
    expect(problemsOf(raw({}))).toEqual([
      "outsideWatch.url: must be set: the monitoring host has nothing that is reached from the internet; got no gateway. Fix: npm run credentials -- --stack <stack>, which enables the gateway; or use alerting.deadMansSwitch, which needs no way in",
    ]);
  });

  it("a gateway with a private address for a name", async () => {
    const gateway = await withFiles("10.0.0.2");
    expect(problemsOf(raw({ gateway }))).toEqual([
      "outsideWatch.url: must be set: the monitoring host has nothing that is reached from the internet; got https://10.0.0.2:8443/, which has 10.0.0.2 as its name, a private address. Fix: set gateway.address and gateway.serverName to those that the internet reaches; or use alerting.deadMansSwitch, which needs no way in",
    ]);
  });

  it("a gateway that listens on its own machine alone, whatever its name", async () => {
    const gateway = await withFiles(NAME, { address: "127.0.0.1" });
    expect(problemsOf(raw({ gateway }))[0]).toContain("which listens on 127.0.0.1 alone");
  });

  it("a gateway in the tunnel, whatever its name", async () => {
    const gateway = await withFiles(NAME);
    expect(problemsOf(raw({ gateway, wireguard: tunnel }))).toEqual([
      "outsideWatch.url: must be set: the monitoring host has nothing that is reached from the internet; got https://door.shop.test:8443/, which listens in the tunnel, on 10.66.0.1. Fix: let browsers report on an address outside of the tunnel (browser.enabled, browser.address): their script is watched then; or use alerting.deadMansSwitch, which needs no way in",
    ]);
  });

  it.each([
    ["https://10.0.0.2/", "10.0.0.2, a private address"],
    ["http://0x7f.1/", "127.0.0.1, a loopback address"],
    ["https://monitoring/", "monitoring, a name of one network alone"],
  ])("a page of one's own: %s", (url, got) => {
    expect(problemsOf(raw({}, { url }))).toEqual([
      `outsideWatch.url: must have a host that is reached from the internet; got ${got}. Fix: its public name or IPv4 address; or use alerting.deadMansSwitch, which needs no way in`,
    ]);
  });

  it.each<[Raw, string]>([
    [
      { every: "2m" },
      "outsideWatch.every: must be one of 1m, 5m, 10m, 15m: Google offers no other",
    ],
    [{ to: [] }, "outsideWatch.to: must have at least one address"],
    [{ to: ["a@shop.test", "a@shop.test"] }, "outsideWatch.to: must have each address once"],
    [{ project: "Shop" }, "outsideWatch.project: must be a Google Cloud project id"],
    [{ project: "my-project" }, "outsideWatch.project: is still the placeholder"],
    [{ to: ["ops@example.com"] }, "outsideWatch.to[0]: is still the placeholder"],
    [{ url: "https://www.example.com/" }, "outsideWatch.url: is still the placeholder"],
    [{ mail: "x" }, "outsideWatch.mail"],
  ])("%j", (watch, start) => {
    const [first, ...others] = problemsOf(raw({ gateway: ACME }, watch));
    expect([first?.startsWith(start), others]).toEqual([true, []]);
  });
});

describe("what Google is told", () => {
  const plan = (watch: Raw = {}, url = "https://door.shop.test:8443/"): OutsideWatchPlan => {
    const settings = parseSettings(raw({}, { url: "https://status.shop.test/", ...watch }), "prod");
    if (!settings.outsideWatch) throw new Error("no watch");
    return {
      watch: settings.outsideWatch,
      page: { url, status: 401, isTrusted: true },
      prefix: "prod",
    };
  };

  it("is one page, its one right answer, and to look at the certificate", () => {
    expect(uptimeCheck(plan())).toEqual({
      project: "shop-monitoring-42",
      displayName: "prod: monitoring",
      period: "60s",
      timeout: "10s",
      monitoredResource: {
        type: "uptime_url",
        labels: { project_id: "shop-monitoring-42", host: "door.shop.test" },
      },
      httpCheck: {
        ...{ requestMethod: "GET", path: "/", port: 8443, useSsl: true, validateSsl: true },
        acceptedResponseStatusCodes: [{ statusValue: 401 }],
      },
    });
  });

  it.each([
    ["https://status.shop.test/a?b=c#d", { path: "/a?b=c", port: 443, useSsl: true }],
    ["http://status.shop.test", { path: "/", port: 80, useSsl: false }],
  ])("is a page of one's own, with any status of success: %s", (url, httpCheck) => {
    const own = { ...plan(), page: { url, isTrusted: false } };
    expect(uptimeCheck(own).httpCheck).toEqual({
      ...{ requestMethod: "GET", validateSsl: false, ...httpCheck },
      acceptedResponseStatusCodes: [{ statusClass: "STATUS_CLASS_2XX" }],
    });
  });

  it.each([
    ["1m", "60s"],
    ["60s", "60s"],
    ["5m", "300s"],
    ["10m", "600s"],
    ["15m", "900s"],
  ])("is asked every %s", (every, period) => {
    expect(uptimeCheck(plan({ every })).period).toBe(period);
  });

  it("is to mail when more than one place gets no right answer for a minute", () => {
    expect(failureCondition(plan(), "check-1")).toEqual({
      displayName: "more than one place of Google's gets no right answer",
      conditionThreshold: {
        filter:
          'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND metric.label.check_id="check-1" AND resource.type="uptime_url" AND resource.label.project_id="shop-monitoring-42"',
        aggregations: [
          {
            alignmentPeriod: "1200s",
            perSeriesAligner: "ALIGN_NEXT_OLDER",
            crossSeriesReducer: "REDUCE_COUNT_FALSE",
            groupByFields: ["resource.label.*"],
          },
        ],
        comparison: "COMPARISON_GT",
        thresholdValue: 1,
        duration: "60s",
        trigger: { count: 1 },
      },
    });
    expect(mailChannel(plan(), "ops@elsewhere.test")).toEqual({
      project: "shop-monitoring-42",
      type: "email",
      displayName: "prod: ops@elsewhere.test",
      labels: { email_address: "ops@elsewhere.test" },
    });
  });

  it("is what the mail says: what is gone, and what to look at", () => {
    const { documentation, ...others } = failurePolicy(plan());
    expect(others).toEqual({
      project: "shop-monitoring-42",
      displayName: "prod: monitoring does not answer",
      combiner: "OR",
      severity: "CRITICAL",
      alertStrategy: { notificationPrompts: ["OPENED", "CLOSED"] },
    });
    expect(documentation).toEqual({
      mimeType: "text/markdown",
      subject: "prod: monitoring does not answer",
      content: [
        "https://door.shop.test:8443/ does not answer with status 401 any more. While the monitoring host is away, nobody tells of the site.",
        "",
        "1. Ask it from elsewhere: `curl -sk -o /dev/null -w '%{http_code}\\n' 'https://door.shop.test:8443/'`.",
        "2. No answer at all: is the host up, and are its name, its network and its firewall as before?",
        "3. Otherwise, on that host: `docker ps --filter name=prod-`.",
        "4. Google looks at the certificate too: has it expired?",
      ].join("\n"),
    });
  });
});
