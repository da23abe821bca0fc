import { X509Certificate } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import { SECRET_KEYS } from "../../../configs/secrets";
import { makeCertificates } from "../../../tools/gateway/certificates";
import { devRaw, FIXTURE_PASSWORDS, prodRaw, type Raw } from "../../support/fixtures";
import { failedRun, type RunOptions } from "../../support/mocks";

const { grafanaAdminPassword, smtpPassword } = FIXTURE_PASSWORDS;

type Case = readonly [name: string, options: RunOptions, message: string];

function dev(raw: Raw, secrets?: RunOptions["secrets"]): RunOptions {
  return { stack: "dev", raw: devRaw(raw), ...(secrets ? { secrets } : {}) };
}

const cases: readonly Case[] = [
  [
    "a wrong value",
    dev({ publish: { grafana: 70_000 } }),
    [
      "Invalid stack settings (1 problem):",
      "  - sightline:publish.grafana: must be a whole number from 1 to 65535; got 70000. Fix: for example 3000",
    ].join("\n"),
  ],
  [
    "a key that the engine accepts without a word",
    dev({ grafna: { enabled: false } }),
    [
      "Invalid stack settings (1 problem):",
      '  - sightline:grafna: is not a setting. Fix: did you mean "grafana"?',
    ].join("\n"),
  ],
  [
    "a missing secret",
    dev({}, {}),
    [
      "Invalid stack settings (1 problem):",
      "  - sightline:grafanaAdminPassword: must be set: it is the password of Grafana's admin; got nothing. Fix: pulumi config set --secret sightline:grafanaAdminPassword",
    ].join("\n"),
  ],
  [
    "both secrets missing",
    { stack: "prod", raw: prodRaw(), secrets: {} },
    [
      "Invalid stack settings (2 problems):",
      "  - sightline:smtpPassword: must be set: it is the password of the mail account mail.username; got nothing. Fix: pulumi config set --secret sightline:smtpPassword",
      "  - sightline:grafanaAdminPassword: must be set: it is the password of Grafana's admin; got nothing. Fix: pulumi config set --secret sightline:grafanaAdminPassword",
    ].join("\n"),
  ],
  [
    "a secret in plain text",
    dev({ grafanaAdminPassword }, {}),
    [
      "Invalid stack settings (1 problem):",
      "  - sightline:grafanaAdminPassword: must be stored encrypted, and is plain text in the stack's file. Fix: change it (it has been seen), then: pulumi config set --secret sightline:grafanaAdminPassword",
    ].join("\n"),
  ],
  [
    "a password that is too short",
    dev({}, { grafanaAdminPassword: "admin" }),
    [
      "Invalid stack settings (1 problem):",
      "  - sightline:grafanaAdminPassword: must have at least 12 characters, and not be one that everybody tries first: it is the password of Grafana's admin; got 5. Fix: pulumi config set --secret sightline:grafanaAdminPassword",
    ].join("\n"),
  ],
  [
    "an ordinary setting that is stored encrypted",
    dev({}, { environment: "a-secret-environment" }),
    [
      "Invalid stack settings (1 problem):",
      `  - sightline:environment: is encrypted, but is no secret: it stands in rendered files. Fix: set it again without --secret; the secret settings are ${SECRET_KEYS.join(", ")}`,
    ].join("\n"),
  ],
];

describe("the program", () => {
  it.each(cases)("ends at %s before any resource exists", async (_, options, message) => {
    const { error, resources } = await failedRun(options);
    expect(error.message).toBe(message);
    expect(resources).toEqual([]);
  });

  it("ends with an error that the engine prints without a stack trace", async () => {
    const { error } = await failedRun(dev({ environment: "X" }));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
  });

  it("ends at a certificate that has ended, and says when", async () => {
    const { authority, certificate } = await makeCertificates("logs.shop.test", 1);
    const gateway = {
      enabled: true,
      serverName: "logs.shop.test",
      certificate,
      certificateAuthority: authority,
    };
    const end = new Date(new X509Certificate(certificate).validTo);
    const now = jest.spyOn(Date, "now").mockReturnValue(end.getTime() + 1);
    try {
      const { error, resources } = await failedRun(dev({ gateway }));
      const day = end.toISOString().slice(0, 10);
      expect(error.message).toBe(
        [
          "Invalid stack settings (1 problem):",
          `  - sightline:gateway.certificate: must not have expired; got an end on ${day}. Fix: npm run credentials -- --stack <stack>, or bring a certificate of your own`,
        ].join("\n"),
      );
      expect(resources).toEqual([]);
    } finally {
      now.mockRestore();
    }
  });

  it("never prints a password, wherever it was put", async () => {
    const { error } = await failedRun(
      dev({ grafanaAdminPassword, smtpPasswort: smtpPassword }, {}),
    );
    expect(error.message).not.toContain(grafanaAdminPassword);
    expect(error.message).not.toContain(smtpPassword);
  });
});
