import { dns, dnsFindings, readNames } from "../../../../tools/doctor/checks/dns";
import { shellOnHosts } from "../../../../tools/doctor/on-host";
import { examined, NO_END } from "../../../support/examined";
import { devSettings, prodSettings } from "../../../support/fixtures";

const printed = [
  "Welcome to this host",
  "container /website-nginx-1 nginx application 0123456789ab",
  "address www.shop.test 203.0.113.7",
  "address www.shop.test 2001:db8::7",
  "sightline-names-end",
].join("\n");

const said = (settings = devSettings(), output = printed) =>
  dnsFindings(settings, "monitoring", readNames(output)).map(
    ({ state, subject, says }) => `${state} ${subject}: ${says}`,
  );

test("a name on the site's network is the container that has it", () => {
  expect(said()).toEqual([
    "fine sightline:site.pageUrl: application is the container website-nginx-1 on website_default",
    "fine sightline:site.apiUrl: application is the container website-nginx-1 on website_default",
  ]);
});

test("a name that DNS knows has its addresses, and an address needs no DNS", () => {
  const site = { pageUrl: "https://www.shop.test", apiUrl: "http://10.0.0.9/health" };
  expect(said(prodSettings({ site }))).toEqual([
    "fine sightline:site.pageUrl: www.shop.test is 203.0.113.7, 2001:db8::7",
    "fine sightline:site.apiUrl: 10.0.0.9 is an address",
  ]);
});

test("a name that nobody knows is a problem: of Docker where it has no dot, of DNS otherwise", () => {
  const site = { pageUrl: "http://applicaton:80", apiUrl: "https://www.shop.tst/api" };
  const [docker, outside] = dnsFindings(devSettings({ site }), "monitoring", readNames(printed));
  expect(docker).toEqual({
    state: "problem",
    subject: "sightline:site.pageUrl",
    says: "must have the name of a container on website_default, or one that monitoring finds by DNS; got applicaton",
    fix: "start the site, or look what its containers are called: docker network inspect website_default",
  });
  expect(outside).toEqual({
    state: "problem",
    subject: "sightline:site.apiUrl",
    says: "must have a name that monitoring finds by DNS; got www.shop.tst",
    fix: "correct the name, or its DNS; on that host: getent hosts www.shop.tst",
  });
});

test("a host without getent leaves it unknown", () => {
  expect(said(prodSettings(), "no-getent\nsightline-names-end")).toEqual([
    "unknown sightline:site.pageUrl: monitoring has no getent to ask for www.shop.test",
    "unknown sightline:site.apiUrl: monitoring has no getent to ask for www.shop.test",
  ]);
});

test("a host that is not reached cannot be asked, with what ssh said", async () => {
  const answer = { exitCode: 255, stdout: "", stderr: "\nssh: Connection refused\n" };
  const onHost = () => Promise.resolve(answer);
  await expect(dns.run(examined(prodSettings(), { onHost }), NO_END)).rejects.toThrow(
    "monitoring says: ssh: Connection refused",
  );
});

test("this machine's real resolver is asked", async () => {
  const site = { pageUrl: "http://localhost:1", apiUrl: "http://no-such-name.invalid" };
  const settings = devSettings({ site });
  const findings = await dns.run(examined(settings, { onHost: shellOnHosts(settings) }), NO_END);
  expect(findings.map(({ state }) => state)).toEqual(["fine", "problem"]);
  expect(findings[0]?.says).toMatch(/^localhost is (127\.0\.0\.1|::1)/);
});
