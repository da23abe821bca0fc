import { ADMIN_PASSWORD_SCRIPT } from "../../../configs/grafana/admin-password";
import { devRaw, FIXTURE_PASSWORDS, prodRaw } from "../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { isSecretInput, redacted, revealed } from "../../support/outputs";

let resources: readonly Recorded[];

beforeAll(async () => {
  ({ resources } = await runProgram({ stack: "prod", raw: prodRaw() }));
});

describe("a password", () => {
  it.each(Object.values(FIXTURE_PASSWORDS))(
    "is in no input that anybody may see: %#",
    (password) => {
      expect(JSON.stringify(resources)).toContain(password);
      const visible = resources.map(({ inputs, ...rest }) => ({
        ...rest,
        inputs: redacted(inputs),
      }));
      expect(JSON.stringify(visible)).not.toContain(password);
    },
  );

  it.each([
    [
      "alertmanager",
      { "smtp-password": FIXTURE_PASSWORDS.smtpPassword },
      ["OWNER_UID=65534", "RELOAD_URL="],
      [],
    ],
    [
      "grafana",
      {
        "grafana-admin-password": FIXTURE_PASSWORDS.grafanaAdminPassword,
        "smtp-password": FIXTURE_PASSWORDS.smtpPassword,
      },
      ["GROUP_READS=yes", "OWNER_UID=472", "RELOAD_URL=http://grafana:3000/api/user"],
      // A password that is changed is not in force by being in a file.
      [{ file: "/reload.sh", content: ADMIN_PASSWORD_SCRIPT }],
    ],
  ])("of %s is a file that only its server may read", (service, files, envs, scripts) => {
    const keeper = resourceOf(resources, "Container", `${service}-secrets-container`);
    expect(isSecretInput(keeper.inputs.uploads)).toBe(true);
    expect(revealed(keeper.inputs.uploads)).toEqual([
      { file: "/keeper.sh", content: expect.stringContaining("#!/bin/sh") as string },
      ...scripts,
      ...Object.entries(files).map(([file, password]) => ({
        file: `/incoming/${file}`,
        content: password,
      })),
    ]);
    expect(keeper.inputs.envs).toEqual(envs);
  });

  it("has a keeper of its own, so that a preview still shows an edit of the configuration", () => {
    const configs = resources.filter(({ name }) => name.endsWith("-config-container"));
    expect(configs.map(({ inputs }) => isSecretInput(inputs.uploads))).toEqual(
      configs.map(() => false),
    );
  });

  it("is known to nobody but that keeper", () => {
    const holders = resources.filter(({ inputs }) =>
      Object.values(FIXTURE_PASSWORDS).some((password) =>
        JSON.stringify(inputs).includes(password),
      ),
    );
    expect(holders.map(({ name }) => name).sort()).toEqual([
      "alertmanager-secrets-container",
      "grafana-secrets-container",
    ]);
  });
});

describe("the secret of a channel", () => {
  const channels = { slack: { channel: "#alerts" }, telegram: { chatId: -42 }, webhook: {} };
  const secrets = {
    grafanaAdminPassword: FIXTURE_PASSWORDS.grafanaAdminPassword,
    slackWebhookUrl: "https://hooks.test/fixture-slack",
    telegramBotToken: "42:fixture-telegram",
    webhookUrl: "https://hooks.test/fixture-webhook",
  };

  it("is a file of the servers that tell, and stands nowhere else", async () => {
    const run = await runProgram({ stack: "dev", raw: devRaw({ alerting: channels }), secrets });
    const keeper = resourceOf(run.resources, "Container", "alertmanager-secrets-container");
    expect(revealed(keeper.inputs.uploads)).toEqual([
      expect.objectContaining({ file: "/keeper.sh" }),
      { file: "/incoming/slack-webhook-url", content: secrets.slackWebhookUrl },
      { file: "/incoming/telegram-bot-token", content: secrets.telegramBotToken },
      { file: "/incoming/webhook-url", content: secrets.webhookUrl },
    ]);
    const holders = run.resources.filter(({ inputs }) =>
      /fixture-(slack|telegram|webhook)/.test(JSON.stringify(inputs)),
    );
    expect(holders.map(({ name }) => name).sort()).toEqual([
      "alertmanager-secrets-container",
      "grafana-secrets-container",
    ]);
    expect(holders.every(({ inputs }) => isSecretInput(inputs.uploads))).toBe(true);
  });
});
