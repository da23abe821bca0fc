import { commandEnvironment } from "../../../../tools/ephemeral/environment";

const engine = {
  environment: { PULUMI_BACKEND_URL: "file:///home/state" },
  folder: "/home",
  settingsFile: "/home/Pulumi.try-1.yaml",
};

test("a command is told the stack, its pages with their ports, and its outputs", () => {
  const outputs = { urls: { grafana: "http://127.0.0.1:41002", "mail-2": "https://watch.test" } };
  const site = "http://127.0.0.1:41001";
  expect(
    commandEnvironment({ name: "try-1", engine, outputs, site, passwordFile: "/home/password" }),
  ).toEqual({
    PULUMI_BACKEND_URL: "file:///home/state",
    PULUMI_STACK: "try-1",
    SIGHTLINE_STACK: "try-1",
    SIGHTLINE_STACK_FOLDER: "/home",
    SIGHTLINE_STACK_FILE: "/home/Pulumi.try-1.yaml",
    SIGHTLINE_GRAFANA_URL: "http://127.0.0.1:41002",
    SIGHTLINE_GRAFANA_PORT: "41002",
    SIGHTLINE_MAIL_2_URL: "https://watch.test",
    SIGHTLINE_MAIL_2_PORT: "443",
    SIGHTLINE_SITE_URL: "http://127.0.0.1:41001",
    SIGHTLINE_SITE_PORT: "41001",
    SIGHTLINE_GRAFANA_PASSWORD_FILE: "/home/password",
    SIGHTLINE_OUTPUTS: JSON.stringify(outputs),
  });
});

test("where there is no site and no Grafana, nothing is said of them", () => {
  expect(Object.keys(commandEnvironment({ name: "try-1", engine, outputs: {} }))).toEqual([
    "PULUMI_BACKEND_URL",
    "PULUMI_STACK",
    "SIGHTLINE_STACK",
    "SIGHTLINE_STACK_FOLDER",
    "SIGHTLINE_STACK_FILE",
    "SIGHTLINE_OUTPUTS",
  ]);
});
