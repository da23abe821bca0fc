import { ANSWER_PORT } from "../acme/challenge";
import { ACME_VOLUME, DATA_PATH } from "../acme/files";
import { ACME_SCRIPT } from "../acme/run-script";
import { gatewayName } from "../gateway/route";
import { acmeRules } from "../rules/acme";
import { CONFIG_PATH, type Files, type ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

const RUN_FILE = "run.sh";
const AUTHORITY_FILE = "acme-ca.pem";

/** Obtains the gateway's certificate from an authority, and renews it. See docs/adr/0013. */
export function acmeSpec(settings: Settings): ServiceSpec {
  const files = acmeFiles(settings);
  return {
    name: "acme",
    kind: "Acme",
    image: "goacme/lego:v5.6.0",
    // Of nginx' group, which may read what is handed over and nothing else.
    user: "0:101",
    rootReason: "writes to a new volume, which Docker makes root's; it has no capabilities",
    port: ANSWER_PORT,
    entrypoint: ["/bin/sh", `${CONFIG_PATH}/${RUN_FILE}`],
    args: clientArgs(settings),
    environment: {
      CHECK_SECONDS: "43200",
      RETRY_SECONDS: "900",
      ...(AUTHORITY_FILE in files
        ? { LEGO_CA_CERTIFICATES: `${CONFIG_PATH}/${AUTHORITY_FILE}` }
        : {}),
    },
    networks: ["data", "egress"],
    volumes: [{ role: ACME_VOLUME, path: DATA_PATH }],
    temporaryPaths: ["/tmp"],
    health: { command: ["CMD", "test", "-e", "/tmp/runs"], startPeriodMs: 10_000 },
    memoryMegabytes: 96,
    stopGraceSeconds: 5,
    configuration: { files: () => files, restartOn: Object.keys(files).sort() },
    monitoring: { ruleGroups: [acmeRules(settings)] },
  };
}

function acmeFiles({ gateway: { tls } }: Settings): Files {
  const authority = tls.kind === "acme" ? tls.directoryAuthority : undefined;
  return {
    [RUN_FILE]: ACME_SCRIPT,
    ...(authority ? { [AUTHORITY_FILE]: `${authority.trim()}\n` } : {}),
  };
}

/** What is asked for, of whom, and how the name is proved. */
function clientArgs(settings: Settings): readonly string[] {
  const { tls } = settings.gateway;
  if (tls.kind !== "acme") return [];
  return [
    ...["--accept-tos", "--server", tls.directoryUrl, "--email", tls.email],
    ...["--domains", gatewayName(settings), "--cert.name", "gateway", "--force-cert-domains"],
    ...["--http", "--http.address", `:${ANSWER_PORT}`],
  ];
}
