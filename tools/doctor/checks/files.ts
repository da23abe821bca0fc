import { imageOf } from "../../../configs/docker-spec";
import { placedSpecs } from "../../../configs/hosts";
import { machineOwner, type PlacedSpec } from "../../../configs/placement";
import { quoted } from "../../../configs/preflight/fact-script";
import { type Files, toolOf } from "../../../configs/service-spec";
import type { Settings } from "../../../configs/settings/settings";
import { CannotAsk } from "../cannot-ask";
import type { Check, Examined } from "../check";
import { type Finding, fine, problem, unknown } from "../finding";

/** The program of each image that judges its files; files are below /check. */
const CHECKERS: Readonly<Record<string, readonly string[]>> = {
  alertmanager: ["/bin/amtool", "check-config", "/check/alertmanager.yml"],
  alloy: ["/bin/alloy", "validate", "/check/config.alloy"],
  "blackbox-exporter": [
    "/bin/blackbox_exporter",
    "--config.check",
    "--config.file=/check/blackbox.yml",
  ],
  loki: ["/usr/bin/loki", "-verify-config", "-config.file=/check/loki.yml"],
  prometheus: ["/bin/promtool", "check", "config", "/check/prometheus.yml"],
  promtail: ["/usr/bin/promtail", "-check-syntax", "-config.file=/check/promtail.yml"],
};

/** What Pulumi would bring; a checker does not look behind it. */
const LINKS = { lokiPushUrl: "http://loki:3100/loki/api/v1/push", logBucket: "bucket" };
const END = "sightline-checker-end";

export const files: Check = {
  name: "files",
  looksAt:
    "what the servers' own checkers say of the files that these settings render (Prometheus with its rules, Alertmanager, Loki, Blackbox exporter, Promtail or Alloy), each in its image where it will run",
  limitSeconds: 30,
  run: async (examined, signal) => {
    const checked = placedSpecs(examined.settings).filter(({ spec }) => toolOf(spec) in CHECKERS);
    return Promise.all(checked.map(async (placed) => judged(examined, placed, signal)));
  },
};

async function judged(
  { settings, onHost }: Examined,
  { host, spec }: PlacedSpec,
  signal: AbortSignal,
): Promise<Finding> {
  const words = CHECKERS[toolOf(spec)] ?? [];
  const rendered = spec.configuration?.files(LINKS) ?? {};
  const script = checkScript(rendered, imageOf(settings, spec), words);
  const { exitCode, stdout, stderr } = await onHost(machineOwner(settings, host), script, signal);
  const [, verdict] = new RegExp(`^${END} (\\d+)$`, "m").exec(stdout) ?? [];
  if (verdict === undefined) {
    const said = stderr.trim().split("\n").at(-1) || `exit status ${exitCode ?? "none"}`;
    throw new CannotAsk(`${host} says: ${said}`, "see what the check hosts says");
  }
  return fileFinding(settings, spec.name, { exitCode: Number(verdict), output: stdout });
}

/** docker run ends with 125 where it could not even begin. */
const NOT_BEGUN = 125;

export function fileFinding(
  settings: Settings,
  service: string,
  { exitCode, output }: { readonly exitCode: number; readonly output: string },
): Finding {
  if (exitCode === 0) return fine(service, "its own checker takes the files");
  const said = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith(END));
  if (exitCode === NOT_BEGUN) {
    const words = said.find((line) => line.startsWith("docker: ")) ?? said.at(-1) ?? "";
    const why = `its checker could not be run: ${words}`;
    return unknown(service, why, "see what the check images says");
  }
  return problem({
    path: service,
    rule: "must have files that its own checker takes",
    got: said.find((line) => /error|fail|err=/i.test(line)) ?? said.at(-1) ?? "",
    fix: `if a setting of yours is in that line, correct it in Pulumi.${settings.prefix}.yaml; else it is a bug of Sightline's`,
  });
}

/** Pulls nothing, and leaves nothing behind. */
function checkScript(rendered: Files, image: string, words: readonly string[]): string {
  const paths = Object.keys(rendered).sort();
  const folders = [...new Set(paths.map((path) => path.replace(/[^/]*$/, "")))];
  const run = ["--rm", "--pull", "never", "--network", "none", "--read-only", "--tmpfs", "/tmp"];
  const [program = "", ...args] = words;
  return [
    'PATH="$PATH:/usr/local/bin"',
    "umask 022",
    "folder=$(mktemp -d) || exit 1",
    `trap 'rm -rf "$folder"' EXIT`,
    'chmod 755 "$folder"',
    ...folders.map((folder) => `mkdir -p "$folder/"${quoted(folder)}`),
    ...paths.map(
      (path) => `printf %s ${quoted(rendered[path] ?? "")} >"$folder/"${quoted(path)} || exit 1`,
    ),
    `docker run ${run.join(" ")} --volume "$folder:/check:ro" --entrypoint ${[program, image, ...args].map(quoted).join(" ")} </dev/null 2>&1`,
    `code=$?; echo; echo "${END} $code"`,
    "",
  ].join("\n");
}
