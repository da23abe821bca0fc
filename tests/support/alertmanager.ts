import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parse, stringify } from "yaml";

import { specsOn } from "../../configs/hosts";
import { requiredSecrets } from "../../configs/secrets";
import {
  CONFIG_PATH,
  type Files,
  SECRETS_PATH,
  type ServiceSpec,
} from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { type ImageName, OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { removeFromDocker } from "./docker-cleanup";
import { gatewayOf } from "./docker-network";
import { quiet } from "./quiet";
import { LINKS } from "./render-stack";
import { RequestRecorder } from "./request-recorder";
import { waitFor } from "./wait";
import { writeFiles } from "./write-files";

/** An alert as Prometheus hands it over. Without an end it fires. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** A mail as the catcher keeps it. */
export interface CaughtMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly to: readonly { readonly address: string }[];
}

/** What Alertmanager makes of an alert. */
export interface AlertStatus {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** A mail server outside, instead of the catcher. */
export interface OutsideMail {
  /** Its name, and where that leads. */
  readonly host: string;
  readonly address: string;
  /** The authority of its certificate, in PEM: the only one that is trusted. */
  readonly authority: string;
  /** What Alertmanager logs in with. */
  readonly password: string;
}

const READY_MS = 30_000;
/** Beside the secrets. */
const AUTHORITY = "authority.pem";

/**
 * The real Alertmanager with the rendered files, a mail catcher beside it, and stand-ins for what is
 * outside. {@link stop} takes all of it away.
 */
export class TestAlertmanager {
  private takesMail = true;

  private constructor(
    private readonly label: string,
    private readonly folder: string,
    /** Slack, Telegram, the webhook and the dead man's switch. */
    readonly outside: RequestRecorder,
    private readonly addresses: Addresses,
  ) {}

  /** @param mail where these settings send mail by an account */
  static async start(settings: Settings, mail?: OutsideMail): Promise<TestAlertmanager> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-alertmanager-"));
    const network = path.basename(folder);
    const label = `sightline.test=${network}`;
    await quiet`docker network create --label ${label} ${network}`;
    const outside = await RequestRecorder.start(await gatewayOf(network));
    try {
      await writeConfiguration(settings, folder, outside, mail);
      const addresses = await startBoth(settings, { label, network, folder }, mail);
      return new TestAlertmanager(label, folder, outside, addresses);
    } catch (error) {
      await leaveNothing(label, folder, outside);
      throw error;
    }
  }

  async post(...alerts: readonly PostedAlert[]): Promise<void> {
    const response = await fetch(`${this.addresses.alertmanager}/api/v2/alerts`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) throw new Error(`Alertmanager answered ${await response.text()}`);
  }

  async alerts(): Promise<readonly AlertStatus[]> {
    const response = await fetch(`${this.addresses.alertmanager}/api/v2/alerts`);
    return (await response.json()) as AlertStatus[];
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.addresses.alertmanager}/metrics`)).text();
  }

  async mails(): Promise<readonly CaughtMail[]> {
    const { catcher } = this.addresses;
    if (!this.takesMail || catcher === undefined) return [];
    return (await (await fetch(`${catcher}/email`)).json()) as CaughtMail[];
  }

  /** From now on nobody takes mail, and what was caught is gone. */
  async refuseMail(): Promise<void> {
    this.takesMail = false;
    const filters = [`label=${this.label}`, "label=sightline.service=mail-catcher"];
    const args = filters.flatMap((filter) => ["--filter", filter]);
    await quiet`docker rm --force --volumes ${await quiet`docker ps --quiet ${args}`}`;
  }

  /** Renders the files from other settings and has them read. */
  async reload(settings: Settings): Promise<void> {
    await writeConfiguration(settings, this.folder, this.outside);
    const { ok, status } = await fetch(`${this.addresses.alertmanager}/-/reload`, {
      method: "POST",
    });
    if (!ok) throw new Error(`the reload was answered with ${status}`);
  }

  async stop(): Promise<void> {
    await leaveNothing(this.label, this.folder, this.outside);
  }
}

async function leaveNothing(label: string, folder: string, outside: RequestRecorder) {
  await removeFromDocker(`label=${label}`);
  await outside.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Where each is asked; there is no catcher beside a mail server outside. */
interface Addresses {
  readonly alertmanager: string;
  readonly catcher?: string;
}

async function startBoth(
  settings: Settings,
  { folder, ...run }: Run & { readonly folder: string },
  mail?: OutsideMail,
): Promise<Addresses> {
  const catcher = mail ? undefined : await container(specOf(settings, "mail-catcher"), run);
  const flags = [
    ...["--volume", `${folder}/config:${CONFIG_PATH}:ro`],
    ...["--volume", `${folder}/secrets:${SECRETS_PATH}:ro`],
    ...(mail ? ["--add-host", `${mail.host}:${mail.address}`] : []),
    ...(mail ? ["--env", `SSL_CERT_FILE=${SECRETS_PATH}/${AUTHORITY}`] : []),
  ];
  const alertmanager = await container(specOf(settings, "alertmanager"), { ...run, flags });
  const pages = [`${alertmanager}/-/ready`, ...(catcher ? [`${catcher}/healthz`] : [])];
  await waitFor(
    { what: `answers of ${pages.join(" and ")}`, deadlineMs: READY_MS },
    () => Promise.all(pages.map(async (page) => (await fetch(page)).status)),
    (seen) => seen.every((status) => status === 200),
  );
  return { alertmanager, ...(catcher ? { catcher } : {}) };
}

function specOf(settings: Settings, name: string): ServiceSpec {
  const spec = specsOn(settings, "monitoring").find((candidate) => candidate.name === name);
  if (!spec) throw new Error(`these settings deploy no ${name}`);
  return spec;
}

async function writeConfiguration(
  settings: Settings,
  folder: string,
  outside: RequestRecorder,
  mail?: OutsideMail,
): Promise<void> {
  const files = specOf(settings, "alertmanager").configuration?.files(LINKS) ?? {};
  const main = parse(files["alertmanager.yml"] ?? "") as { global: Record<string, unknown> };
  // The only address of a service outside that is not read from a secret.
  main.global.telegram_api_url = outside.url;
  await writeFiles(path.join(folder, "config"), { ...files, "alertmanager.yml": stringify(main) });
  await writeFiles(path.join(folder, "secrets"), {
    ...secretsFor(settings, outside, mail),
    ...(mail ? { [AUTHORITY]: mail.authority } : {}),
  });
}

function secretsFor(settings: Settings, { url }: RequestRecorder, mail?: OutsideMail): Files {
  const values: Readonly<Record<string, string>> = {
    slackWebhookUrl: `${url}/slack/fixture-token`,
    telegramBotToken: "42:fixture-token",
    webhookUrl: `${url}/webhook/fixture-token`,
    deadMansSwitchUrl: `${url}/dead-mans-switch/fixture-token`,
    grafanaAdminPassword: "not read here",
    smtpPassword: mail?.password ?? "",
  };
  return Object.fromEntries(
    requiredSecrets(settings).map(({ key, file }) => [file, values[key] ?? ""]),
  );
}

interface Run {
  readonly label: string;
  readonly network: string;
  /** Further ones of `docker run`. */
  readonly flags?: readonly string[];
}

/** Starts a container of the stack by itself. Returns the address of its port on this machine. */
async function container(spec: ServiceSpec, { label, network, flags = [] }: Run): Promise<string> {
  const { images } = await lastSetup();
  const image = images[spec.name] ?? OFFICIAL_IMAGES[spec.name as ImageName];
  const options = [
    "--detach",
    ...["--label", label, "--label", `sightline.service=${spec.name}`],
    ...["--network", network, "--network-alias", spec.name],
    ...["--publish", `127.0.0.1::${spec.port}`],
    ...["--user", spec.user],
    ...flags,
  ];
  const id = await quiet`docker run ${options} ${image} ${spec.args ?? []}`;
  return `http://${await quiet`docker port ${id} ${`${spec.port}/tcp`}`}`;
}
