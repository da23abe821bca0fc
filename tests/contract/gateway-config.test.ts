import { GATEWAY_FILES, tlsFile } from "../../configs/gateway/credentials";
import { TLS_INCLUDE } from "../../configs/gateway/run-script";
import { CONFIG_PATH, SECRETS_PATH } from "../../configs/service-spec";
import { gatewaySpec } from "../../configs/services/gateway";
import { parseSettings, type Settings } from "../../configs/settings/settings";
import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";
import { check } from "../support/checker";
import {
  acmeSettings,
  browserSettings,
  devSettings,
  fourServers,
  prodSettings,
  pushSettings,
} from "../support/fixtures";
import { filesOf } from "../support/render-stack";

/** nginx and Blackbox judge what the gateway, and the check of it, is rendered from. */
const MINUTE = 60_000;

const withGateway = (settings: Settings): Settings => ({
  ...settings,
  gateway: { ...settings.gateway, enabled: true },
});
function withPeople(settings: Settings): Settings {
  return { ...settings, gateway: { ...settings.gateway, enabled: true, people: ["anna"] } };
}
const variants: readonly (readonly [name: string, settings: Settings])[] = [
  ["logs alone", withGateway(prodSettings({ logs: { route: "agent" } }))],
  ["logs and metrics", pushSettings()],
  ["browsers", browserSettings({ origins: ["https://www.shop.test", "http://127.0.0.1:8080"] })],
  ["browsers in plain HTTP alone", devSettings({ browser: { enabled: true, plainHttp: true } })],
  [
    "browsers by all ways, and people",
    withPeople(browserSettings({ address: "203.0.113.7", plainHttp: true })),
  ],
  ["Loki on another host", withGateway(parseSettings(fourServers(), "prod"))],
  ["a certificate of its own getting", acmeSettings()],
  ["people", withPeople(devSettings())],
  ["people and pages on other hosts", withPeople(parseSettings(fourServers(), "prod"))],
];

let made: Certificates;
beforeAll(async () => {
  made = await makeCertificates("10.0.0.2", 1);
});

function nginx(text: string) {
  const files = {
    "nginx.conf": text
      .replaceAll(SECRETS_PATH, "/check")
      .replaceAll(CONFIG_PATH, "/check")
      .replaceAll(TLS_INCLUDE, "/check/tls.conf"),
    "tls.conf": "ssl_reject_handshake on;\n",
    [GATEWAY_FILES.tls]: tlsFile(made.key, made.certificate),
    [GATEWAY_FILES.users]: "# host:hash\n",
  };
  const args = ["-e", "stderr", "-c", "/check/nginx.conf", "-t"];
  const { user } = gatewaySpec(pushSettings());
  return check({ image: "gateway", program: "/usr/sbin/nginx", args, files, user });
}

test.each(variants)(
  "nginx accepts its file: %s",
  async (_, settings) => {
    const verdict = await nginx(filesOf(settings, "gateway")["nginx.conf"] ?? "");
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  MINUTE,
);

test(
  "nginx refuses a word that it does not know",
  async () => {
    const text = filesOf(pushSettings(), "gateway")["nginx.conf"] ?? "";
    const verdict = await nginx(text.replace("proxy_pass", "proxy_past"));
    expect(verdict).toMatchObject({ exitCode: 1 });
    expect(verdict.output).toContain('unknown directive "proxy_past"');
  },
  MINUTE,
);

test(
  "Blackbox accepts the check of the gateway",
  async () => {
    const settings = pushSettings();
    const certificateAuthority = made.authority;
    const gateway = { ...settings.gateway, certificateAuthority };
    const files = filesOf({ ...settings, gateway }, "blackbox-exporter");
    expect(files["blackbox.yml"]).toContain("gateway_tls");
    expect(files["gateway-ca.pem"]).toContain("BEGIN CERTIFICATE");
    const verdict = await check({
      image: "blackbox-exporter",
      program: "/bin/blackbox_exporter",
      args: ["--config.check", "--config.file=/check/blackbox.yml"],
      files,
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  MINUTE,
);
