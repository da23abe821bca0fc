import { SECRET_KEYS } from "../../../configs/secrets";
import { type BadInput, refused, SMTP } from "./bad-input";

const SMARTHOST = "must be host:port of a mail server (the port is usually 587)";
const SMARTHOST_FIX = 'Fix: for example "mail.your-domain.org:587"';

const alerting: readonly BadInput[] = [
  {
    row: 21,
    input: "a mail server without port",
    refused: [
      refused(
        { mail: { ...SMTP, smarthost: "mail.shop.test" } },
        `mail.smarthost: ${SMARTHOST}; got "mail.shop.test". ${SMARTHOST_FIX}`,
      ),
    ],
  },
  {
    row: 22,
    input: "placeholders of the samples",
    refused: [
      refused(
        { mail: { ...SMTP, smarthost: "smtp.example.com:587", to: ["ops@example.com"] } },
        "mail.smarthost: is still the placeholder of the sample settings; got \"smtp.example.com:587\". Fix: pulumi config set --path 'sightline:mail.smarthost' <your own>",
        "mail.to[0]: is still the placeholder of the sample settings; got \"ops@example.com\". Fix: pulumi config set --path 'sightline:mail.to[0]' <your own>",
      ),
      {
        settings: { mail: { ...SMTP, username: "sightline" } },
        secrets: { smtpPassword: "change-me" },
        says: [
          "smtpPassword: must not be empty or the sample of a password: it is the password of the mail account mail.username. Fix: pulumi config set --secret sightline:smtpPassword",
        ],
      },
    ],
  },
  {
    row: 23,
    input: "a recipient that is no address",
    refused: [
      refused(
        { mail: { to: ["not an email"] } },
        'mail.to[0]: must be one mail address; got "not an email". Fix: for example "ops@your-domain.org"',
      ),
    ],
  },
  {
    row: 24,
    input: "nobody to tell",
    refused: [
      refused(
        { mail: { to: [] } },
        'mail.to: must have at least one address; got []. Fix: for example ["ops@your-domain.org"]',
      ),
    ],
  },
  {
    row: 29,
    input: "a chat that is no number",
    refused: [
      refused(
        { alerting: { telegram: { chatId: "abc" } } },
        'alerting.telegram.chatId: must be a whole number from -1000000000000000 to 1000000000000000; got "abc". Fix: for example -1001234567890',
      ),
    ],
  },
  {
    row: 30,
    input: "a webhook of another scheme",
    refused: [
      {
        settings: { alerting: { slack: { channel: "#alerts" } } },
        secrets: { slackWebhookUrl: "foo://x" },
        says: [
          "slackWebhookUrl: must be an absolute http(s) URL without $ and white space: it is the incoming webhook of the Slack channel alerting.slack.channel. Fix: pulumi config set --secret sightline:slackWebhookUrl",
        ],
      },
    ],
  },
  {
    row: 32,
    input: "a rule of one's own that does not parse",
    notBuilt:
      "Rules are code of this project, each judged by promtool in its tests; no file of rules is read.",
  },
  {
    row: 33,
    input: "a time in words, and an unknown field, in what can be set of a rule",
    refused: [
      refused(
        { alerts: { NodeDown: { for: "2minutes" } } },
        'alerts.NodeDown.for: must be a duration of at least 0s, written like 500ms, 60s, 1m30s or 7d; got "2minutes". Fix: for example "2m"',
      ),
      refused(
        { alerts: { NodeDown: { exp: "up == 0" } } },
        "alerts.NodeDown.exp: is not a setting. Fix: use one of enabled, for",
      ),
    ],
  },
  {
    row: 34,
    input: "one rule twice",
    notBuilt: "No file of rules is read; a test sees to it that each alert is there once.",
  },
  { row: 35, input: "a file of rules that is not there", notBuilt: "No file of rules is read." },
  {
    row: 36,
    input: "alerts for somebody who is not configured",
    refused: [
      refused(
        { alerting: { secondChannel: "slack" } },
        'alerting.secondChannel: must be a channel that is configured; got "slack". Fix: set alerting.slack as well, or remove it',
      ),
    ],
  },
];

const secrets: readonly BadInput[] = [
  {
    row: 25,
    input: "a missing secret",
    refused: [
      refused(
        { mail: { ...SMTP, username: "sightline" } },
        "smtpPassword: must be set: it is the password of the mail account mail.username; got nothing. Fix: pulumi config set --secret sightline:smtpPassword",
      ),
    ],
  },
  {
    row: 26,
    input: "a secret in plain text",
    refused: [
      refused(
        { mail: { ...SMTP, username: "sightline" }, smtpPassword: "hunter2" },
        "smtpPassword: must be stored encrypted, and is plain text in the stack's file. Fix: change it (it has been seen), then: pulumi config set --secret sightline:smtpPassword",
      ),
    ],
  },
  {
    row: 27,
    input: "a password that is too short, and one that everybody tries first",
    refused: ["short", "password12345"].map((grafanaAdminPassword) => ({
      settings: { grafana: { enabled: true } },
      secrets: { grafanaAdminPassword },
      says: [
        `grafanaAdminPassword: must have at least 12 characters, and not be one that everybody tries first: it is the password of Grafana's admin; got ${grafanaAdminPassword.length}. Fix: pulumi config set --secret sightline:grafanaAdminPassword`,
      ],
    })),
    shownBy: [
      [
        "tests/unit/components/gateway.test.ts",
        "without a password end the program before any resource exists",
      ],
    ],
  },
  {
    row: 28,
    input: "a user with a colon, or a line break",
    refused: [
      refused(
        { gateway: { people: ["a:b"] } },
        'gateway.people[0]: must be a name of a-z, 0-9, _ and -, that begins with a letter; got "a:b". Fix: for example "anna"',
      ),
      refused(
        { hosts: { app: { exporters: { mysql: { address: "mysql:3306", username: "a:b" } } } } },
        'hosts.app.exporters.mysql.username: must be a name of letters, digits, _ and -; got "a:b". Fix: for example "sightline"',
      ),
      refused(
        { mail: { ...SMTP, username: "a\nb" } },
        'mail.username: must be the mail account\'s user name, in one line; got "a\\nb". Fix: for example "sightline"',
      ),
    ],
  },
  {
    row: 31,
    input: "a password in settings, and a file with one",
    refused: [
      refused(
        { mail: { ...SMTP, password: "hunter2", passwordFile: "/run/password" } },
        `mail.password: is not a setting. Fix: remove it (it has been seen), change it, and keep it as one of the secrets ${SECRET_KEYS.join(", ")}: pulumi config set --secret sightline:<secret>`,
        `mail.passwordFile: is not a setting. Fix: remove it (it has been seen), change it, and keep it as one of the secrets ${SECRET_KEYS.join(", ")}: pulumi config set --secret sightline:<secret>`,
      ),
    ],
  },
  {
    row: 44,
    input: "a certificate that is missing, ended, of another name, or without its key",
    refused: [
      refused(
        { gateway: { enabled: true } },
        "gateway.certificate: must be set where the gateway is enabled: agents push by https alone; got nothing. Fix: npm run credentials -- --stack <stack>, or bring a certificate of your own",
      ),
    ],
    shownBy: [
      ["tests/unit/configs/gateway.test.ts", "has no certificate"],
      ["tests/unit/components/bad-settings.test.ts", "ends at a certificate that has ended"],
    ],
  },
];

export const ALERTING_AND_SECRETS: readonly BadInput[] = [...alerting, ...secrets];
