import { specsOn } from "../../../configs/hosts";
import { requiredSecrets } from "../../../configs/secrets";
import { parseSettings } from "../../../configs/settings/settings";
import { makeCertificates } from "../../../tools/gateway/certificates";
import { acmeSettings, merged, prodRaw, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const specOf = (settings: ReturnType<typeof acmeSettings>, name: string) =>
  specsOn(settings, "monitoring").find((spec) => spec.name === name);

function raw(gateway: Raw = {}): Raw {
  const tls = { kind: "acme", email: "ops@shop.test" };
  const own = { enabled: true, serverName: "door.shop.test", port: 443, tls };
  return prodRaw({ gateway: merged(own, gateway) });
}

describe("a gateway that gets its certificate by itself", () => {
  it("has a client, which asks Let's Encrypt unless told otherwise", () => {
    expect(specOf(acmeSettings(), "acme")?.args).toEqual([
      "--accept-tos",
      ...["--server", "https://acme-v02.api.letsencrypt.org/directory"],
      ...["--email", "ops@shop.test", "--domains", "door.shop.test"],
      ...["--cert.name", "gateway", "--force-cert-domains"],
      ...["--http", "--http.address", ":8080"],
    ]);
    const staging = "https://acme-staging-v02.api.letsencrypt.org/directory";
    expect(specOf(acmeSettings({ tls: { directoryUrl: staging } }), "acme")?.args).toContain(
      staging,
    );
  });

  it("reads what the client hands over, and nothing of the stack's secrets", () => {
    const gateway = specOf(acmeSettings(), "gateway");
    expect(gateway?.sharedVolumes).toEqual([{ service: "acme", role: "data", path: "/acme" }]);
    expect(gateway?.secretFiles).toEqual(["gateway-users"]);
    expect(requiredSecrets(acmeSettings()).map(({ key }) => key)).not.toContain("gatewayTlsKey");
    expect(renderedFile(acmeSettings(), "gateway/nginx.conf")).toContain(
      "    listen 8443 ssl;\n    include /tmp/tls.conf;\n    ssl_protocols TLSv1.2 TLSv1.3;",
    );
  });

  it("listens on port 80 too, of the same address", () => {
    expect(specOf(acmeSettings(), "gateway")?.publish).toEqual([
      { containerPort: 8443, hostPort: 443, hostAddress: "10.0.0.2" },
      { containerPort: 8082, hostPort: 80, hostAddress: "10.0.0.2" },
    ]);
  });

  it("trusts the authority that is named for the directory", async () => {
    const { authority } = await makeCertificates("directory.shop.test", 1);
    const settings = acmeSettings({ tls: { directoryAuthority: authority } });
    expect(specOf(settings, "acme")?.environment).toMatchObject({
      LEGO_CA_CERTIFICATES: "/etc/sightline/current/acme-ca.pem",
    });
    expect(renderedFile(settings, "acme/acme-ca.pem")).toBe(authority);
  });
});

describe("a gateway with another certificate", () => {
  it("has no client, no port 80 and no word of it", async () => {
    const { certificate, authority } = await makeCertificates("10.0.0.2", 1);
    const own = { enabled: true, certificate, certificateAuthority: authority };
    const settings = parseSettings(prodRaw({ gateway: own }), "prod");
    expect(specOf(settings, "acme")).toBeUndefined();
    const gateway = specOf(settings, "gateway");
    expect(gateway?.publish).toHaveLength(1);
    expect(gateway?.sharedVolumes).toBeUndefined();
    expect(renderedFile(settings, "gateway/nginx.conf")).not.toContain("acme");
    expect(renderedFile(settings, "gateway/run.sh")).not.toContain("certificate");
  });
});

describe("what keeps it from getting one", () => {
  it.each<[what: string, gateway: Raw, problem: string]>([
    [
      "an address in the place of a name",
      { serverName: "203.0.113.7" },
      'gateway.serverName: must be a name of the public DNS where gateway.tls.kind is acme: an authority signs for that; got 203.0.113.7. Fix: for example "monitoring.your-domain.org"',
    ],
    [
      "its own port on the authority's",
      { port: 80 },
      "gateway.port: must not be 80 where gateway.tls.kind is acme: there the authority asks; got 80. Fix: for example 443",
    ],
    [
      "a directory in plain HTTP",
      { tls: { directoryUrl: "http://pebble/dir" } },
      'gateway.tls.directoryUrl: must be the https:// address of the directory of an ACME server, without credentials; got "http://pebble/dir". Fix: for example "https://acme-v02.api.letsencrypt.org/directory"',
    ],
  ])("%s", (_, gateway, problem) => {
    expect(problemsOf(raw(gateway))).toEqual([problem]);
  });

  it("a certificate that is in the settings still", async () => {
    const { certificate } = await makeCertificates("door.shop.test", 1);
    expect(problemsOf(raw({ certificate }))).toEqual([
      "gateway.certificate: is not used where gateway.tls.kind is acme, and gateway.certificateAuthority would keep agents from trusting the new one; got a certificate. Fix: remove gateway.certificate and gateway.certificateAuthority",
    ]);
  });

  it("a name of their own for browsers", () => {
    const settings = merged(raw(), { browser: { enabled: true, serverName: "rum.shop.test" } });
    expect(problemsOf(settings)).toEqual([
      "browser.serverName: must not be set where gateway.tls.kind is acme: a certificate is got for gateway.serverName on gateway.address alone; got rum.shop.test. Fix: remove browser.address and browser.serverName, or bring a certificate of your own",
    ]);
  });

  it("a page on port 80", () => {
    const settings = merged(raw(), { publish: { grafana: 80 } });
    expect(problemsOf(settings)).toEqual([
      "publish: must give every page a port of its own; got 80 for the gateway's challenge and publish.grafana. Fix: pulumi config set --path 'sightline:publish.grafana' <a free port>",
    ]);
  });
});
