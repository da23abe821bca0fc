import { createPrivateKey, X509Certificate } from "node:crypto";

import { PASSWORD_MAX_BYTES, PASSWORD_MIN_LENGTH, withoutPassword } from "./gateway/people";
import { letsPeopleIn } from "./gateway/route";
import { SECRETS_PATH } from "./service-spec";
import type { Settings } from "./settings/settings";

/** What a secret's value must be like. */
interface Form {
  readonly rule: string;
  readonly accepts: (value: string, settings: Settings) => boolean;
  /** What may be said of a wrong value. @default nothing */
  readonly got?: (value: string, settings: Settings) => string;
}

interface Secret {
  /** The file in which a server reads it. */
  readonly file: string;
  /** What it is, in words for an error. */
  readonly purpose: string;
  readonly form: Form;
  readonly isNeeded: (settings: Settings) => boolean;
}

/** A secret setting that a stack cannot do without. */
export interface RequiredSecret extends Omit<Secret, "isNeeded"> {
  /** Key below `sightline:`. */
  readonly key: SecretKey;
}

/** Grafana would read `$` in a file as the beginning of a variable, and drop what follows. */
const url: Form = {
  rule: "must be an absolute http(s) URL without $ and white space",
  accepts: (value) => /^https?:\/\/[^\s$]+$/.test(value) && URL.canParse(value),
};

const botToken: Form = {
  rule: "must be the token that Telegram's BotFather gave, digits:letters",
  accepts: (value) => /^\d+:[\w-]+$/.test(value),
};

/** A key that is not the certificate's would keep the gateway from starting. */
const gatewayKey: Form = {
  rule: "must be the private key of gateway.certificate, in PEM without a password",
  accepts: (value, { gateway }) => {
    try {
      const certificate = new X509Certificate(gateway.certificate ?? "");
      return certificate.checkPrivateKey(createPrivateKey(value));
    } catch {
      return false;
    }
  },
};

/** Hashed before anybody else sees them, and compared up to a length. */
const passwordsOfPeople: Form = {
  rule: `must have a password of at least ${PASSWORD_MIN_LENGTH} characters and at most ${PASSWORD_MAX_BYTES} bytes for each of gateway.people`,
  accepts: (value, { gateway }) => withoutPassword(value, gateway.people).length === 0,
  got: (value, { gateway }) => `none for ${withoutPassword(value, gateway.people).join(", ")}`,
};

/** The exporter would take what begins with $ or % for the name of something else. */
const mysqlPassword: Form = {
  rule: "must have no white space, quotes, backslash, $ and %",
  accepts: (value) => /^[^\s$%"'`\\]+$/.test(value),
};

function someHost(
  hosts: Settings["hosts"],
  has: (exporters: Settings["hosts"][string]["exporters"]) => boolean,
): boolean {
  return Object.values(hosts).some(({ exporters }) => has(exporters));
}

/** Keys of a session end after hours, and what is done with them. */
const awsCredentials: Form = {
  rule: "must be an AWS credentials file: [default] with aws_access_key_id and aws_secret_access_key, no aws_session_token",
  accepts: (value) =>
    /^\s*\[default\]\s*$/m.test(value) &&
    ["aws_access_key_id", "aws_secret_access_key"].every((key) =>
      new RegExp(`^\\s*${key}\\s*=\\s*\\S+\\s*$`, "m").test(value),
    ) &&
    !/^\s*aws_session_token/m.test(value),
};

function longerThan(minLength: number): Form {
  return {
    rule: `must have at least ${minLength} characters`,
    accepts: ({ length }) => length >= minLength,
    got: ({ length }) => `${length}`,
  };
}

/** What stands in samples. */
const SAMPLE = /^(change[-_ ]?me|your[-_ ]?password|pass)$/i;
/** What everybody tries first, with what people append to make it longer. */
const COMMON =
  /^(change[-_ ]?me|your[-_ ]?password|pass(word)?|secret|admin|grafana|qwerty|letmein)[\d!._-]*$/i;

const mailPassword: Form = {
  rule: "must not be empty or the sample of a password",
  accepts: (value) => value !== "" && !SAMPLE.test(value),
};

const adminPassword: Form = {
  ...longerThan(12),
  rule: "must have at least 12 characters, and not be one that everybody tries first",
  accepts: (value) => value.length >= 12 && !COMMON.test(value),
};

/** Secret settings, one key each: a secret inside a group would hide the whole group in a preview. */
const SECRETS = {
  smtpPassword: {
    file: "smtp-password",
    purpose: "the password of the mail account mail.username",
    form: mailPassword,
    isNeeded: ({ mail }) => mail.kind === "smtp" && mail.username !== undefined,
  },
  grafanaAdminPassword: {
    file: "grafana-admin-password",
    purpose: "the password of Grafana's admin",
    form: adminPassword,
    isNeeded: ({ grafana }) => grafana.enabled,
  },
  slackWebhookUrl: {
    file: "slack-webhook-url",
    purpose: "the incoming webhook of the Slack channel alerting.slack.channel",
    form: url,
    isNeeded: ({ alerting }) => alerting.slack !== undefined,
  },
  telegramBotToken: {
    file: "telegram-bot-token",
    purpose: "the bot that writes to the chat alerting.telegram.chatId",
    form: botToken,
    isNeeded: ({ alerting }) => alerting.telegram !== undefined,
  },
  webhookUrl: {
    file: "webhook-url",
    purpose: "where alerting.webhook posts alerts",
    form: url,
    isNeeded: ({ alerting }) => alerting.webhook !== undefined,
  },
  deadMansSwitchUrl: {
    file: "dead-mans-switch-url",
    purpose: "what alerting.deadMansSwitch calls as long as alerting works",
    form: url,
    isNeeded: ({ alerting }) => alerting.deadMansSwitch !== undefined,
  },
  agentSecret: {
    file: "agent-secret",
    purpose: "what the passwords of all agents at the gateway are made from",
    form: longerThan(32),
    isNeeded: ({ gateway }) => gateway.enabled,
  },
  gatewayTlsKey: {
    file: "gateway-tls-key",
    purpose: "the key with which the gateway proves what it is",
    form: gatewayKey,
    isNeeded: ({ gateway }) => gateway.enabled && gateway.tls.kind === "files",
  },
  gatewayPasswords: {
    file: "gateway-passwords",
    purpose: "how gateway.people come in, and npm run credentials makes what is missing",
    form: passwordsOfPeople,
    isNeeded: letsPeopleIn,
  },
  mongodbPassword: {
    file: "mongodb-password",
    purpose: "the password of the user hosts.<name>.exporters.mongodb.username",
    form: longerThan(1),
    isNeeded: ({ hosts }) => someHost(hosts, ({ mongodb }) => mongodb?.username !== undefined),
  },
  wireguardSecret: {
    file: "wireguard-secret",
    purpose: "what the keys of the tunnel are made from, and npm run wireguard makes it",
    form: longerThan(32),
    isNeeded: ({ wireguard }) => wireguard.enabled,
  },
  mysqlPassword: {
    file: "mysql-password",
    purpose: "the password of the account hosts.<name>.exporters.mysql.username",
    form: mysqlPassword,
    isNeeded: ({ hosts }) => someHost(hosts, ({ mysql }) => mysql !== undefined),
  },
  postgresPassword: {
    file: "postgres-password",
    purpose: "the password of the role hosts.<name>.exporters.postgres.username",
    form: longerThan(1),
    isNeeded: ({ hosts }) => someHost(hosts, ({ postgres }) => postgres !== undefined),
  },
  redisPassword: {
    file: "redis-password",
    purpose: "the password by which hosts.<name>.exporters.redis reads from Redis",
    form: longerThan(1),
    isNeeded: ({ hosts }) => someHost(hosts, ({ redis }) => redis?.password === true),
  },
  awsCredentials: {
    file: "aws-credentials",
    purpose: "the key pair that discovery.ec2 asks Amazon with",
    form: awsCredentials,
    isNeeded: ({ discovery }) => discovery.ec2?.credentials === "file",
  },
  remoteWritePassword: {
    file: "remote-write-password",
    purpose: "the password or token that metrics.remoteWrite logs in with",
    form: longerThan(1),
    isNeeded: ({ metrics: { remoteWrite } }) => (remoteWrite?.login ?? "none") !== "none",
  },
  s3Credentials: {
    file: "s3-credentials",
    purpose: "the key pair that Loki uses the bucket logs.storage.bucket with",
    form: awsCredentials,
    isNeeded: ({ logs: { storage } }) => storage.kind === "s3" && storage.credentials === "file",
  },
} as const satisfies Record<string, Secret>;

export type SecretKey = keyof typeof SECRETS;

export const SECRET_KEYS: readonly string[] = Object.keys(SECRETS);

/** What each secret is, by its key. */
export const SECRET_PURPOSES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SECRETS).map(([key, { purpose }]) => [key, purpose]),
);

/** The secrets that these settings cannot do without. */
export function requiredSecrets(settings: Settings): readonly RequiredSecret[] {
  return (Object.keys(SECRETS) as SecretKey[])
    .filter((key) => SECRETS[key].isNeeded(settings))
    .map((key) => {
      const { file, purpose, form } = SECRETS[key];
      return { key, file, purpose, form };
    });
}

/** Names of the files with those of the secrets that these settings need. */
export function secretFiles(settings: Settings, keys: readonly SecretKey[]): readonly string[] {
  return requiredSecrets(settings)
    .filter(({ key }) => keys.includes(key))
    .map(({ file }) => file);
}

/** The name under which a secret's value travels. */
export function secretFileName(key: SecretKey): string {
  return SECRETS[key].file;
}

/** Where a server finds the secret, in a container whose spec names its file. */
export function secretPath(key: SecretKey): string {
  return `${SECRETS_PATH}/${SECRETS[key].file}`;
}
