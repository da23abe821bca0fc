import { hasAgent } from "../../configs/logs/agent-hosts";
import type { Files } from "../../configs/service-spec";
import { check } from "../support/checker";
import { renderStack, stackCases } from "../support/render-stack";

/** The real checkers judge every file that is rendered, for both stacks. */
const MINUTE = 60_000;

/** The files of one service, by their path in its configuration folder. */
function filesOf(stack: Files, service: string): Files {
  const own = Object.entries(stack).filter(([path]) => path.startsWith(`${service}/`));
  expect(own).not.toEqual([]);
  return Object.fromEntries(own.map(([path, text]) => [path.slice(service.length + 1), text]));
}

describe.each(stackCases)("the files of %s", (_name, settings) => {
  const stack = renderStack(settings);

  test(
    "prometheus.yml and its rules are accepted by promtool, lint included",
    async () => {
      const files = filesOf(stack, "prometheus");
      const main = await check({
        image: "prometheus",
        program: "/bin/promtool",
        args: ["check", "config", "--lint-fatal", "--lint=all", "/check/prometheus.yml"],
        files,
      });
      expect(main).toMatchObject({ exitCode: 0 });
      const rules = Object.keys(files).filter((path) => path.startsWith("rules/"));
      const verdict = await check({
        image: "prometheus",
        program: "/bin/promtool",
        args: [
          "check",
          "rules",
          "--lint-fatal",
          "--lint=all",
          ...rules.map((path) => `/check/${path}`),
        ],
        files,
      });
      expect(verdict).toMatchObject({ exitCode: 0 });
    },
    MINUTE,
  );

  test.each([
    ["alertmanager", "/bin/amtool", ["check-config", "/check/alertmanager.yml"]],
    ["loki", "/usr/bin/loki", ["-verify-config", "-config.file=/check/loki.yml"]],
    ["promtail", "/usr/bin/promtail", ["-check-syntax", "-config.file=/check/promtail.yml"]],
    [
      "blackbox-exporter",
      "/bin/blackbox_exporter",
      ["--config.check", "--config.file=/check/blackbox.yml"],
    ],
  ] as const)(
    "%s's own checker accepts them",
    async (service, program, args) => {
      const files = filesOf(stack, service);
      const verdict = await check({ image: service, program, args, files });
      expect(verdict).toMatchObject({ exitCode: 0 });
    },
    MINUTE,
  );

  if (hasAgent(settings, "app")) {
    test(
      "promtail's own checker accepts the app host's agent",
      async () => {
        const verdict = await check({
          image: "promtail",
          program: "/usr/bin/promtail",
          args: ["-check-syntax", "-config.file=/check/promtail.yml"],
          files: filesOf(stack, "app-promtail"),
        });
        expect(verdict).toMatchObject({ exitCode: 0 });
      },
      MINUTE,
    );
  }
});

test(
  "a checker that refuses is seen to refuse",
  async () => {
    const verdict = await check({
      image: "prometheus",
      program: "/bin/promtool",
      args: ["check", "config", "/check/prometheus.yml"],
      files: { "prometheus.yml": "global: { scrape_interval: 7days }\n" },
    });
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.output).toContain('unknown unit "days"');
  },
  MINUTE,
);
