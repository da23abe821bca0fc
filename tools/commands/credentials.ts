import { randomBytes } from "node:crypto";

import { browserName } from "../../configs/browser/route";
import { gatewayName } from "../../configs/gateway/route";
import { settingsSchema } from "../../configs/settings/schema";
import { throughTunnel } from "../../configs/settings/through-tunnel";
import { makeCertificates } from "../gateway/certificates";
import { lastSetup } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { LocalStack, stackFile } from "../stack/stack";
import { editStackFile, readStackFile } from "../stack/stack-file";

const LOCAL_STACK = "dev";
const LIFETIME_DAYS = 730;

const { gateway: gatewaySettings } = settingsSchema.shape;

/** Makes what the gateway and its agents know each other by, and puts it into a stack's settings. */
export async function credentials(options: {
  readonly stack: string;
  readonly newSecret?: boolean;
}): Promise<void> {
  const file = stackFile(options.stack);
  const { environment } = await lastSetup();
  const backend = options.stack === LOCAL_STACK ? await localBackend() : {};
  const stack = new LocalStack(options.stack, { ...environment, ...backend }, file);
  const { names, newcomers } = await makeCredentials(stack, options.newSecret);
  const made =
    names.length > 0
      ? `A certificate for ${names.join(" and ")}, good for ${LIFETIME_DAYS} days, is in ${file}.`
      : `The agents' secret is in ${file}; the gateway gets its certificate by itself.`;
  console.log(`${made} Next: pulumi up --stack ${options.stack}`);
  for (const person of newcomers) {
    const key = passwordKey(person);
    console.log(`New password: pulumi config get --stack ${options.stack} --path ${key}`);
  }
}

/** @returns the names that a certificate was made for, where one was, and the people who got a password */
export async function makeCredentials(
  stack: LocalStack,
  newSecret = false,
): Promise<{ readonly names: readonly string[]; readonly newcomers: readonly string[] }> {
  const { file } = stack;
  const { tls } = gatewaySettings.parse(await readStackFile(file, "sightline:gateway"));
  const names = tls.kind === "files" ? await makeCertificate(stack) : [];
  const hasSecret = (await readStackFile(file, "sightline:agentSecret")) !== undefined;
  if (newSecret || !hasSecret) {
    await stack.setSecret("sightline:agentSecret", randomBytes(32).toString("base64url"));
  }
  await editStackFile(file, { "sightline:gateway.enabled": true });
  return { names, newcomers: await makePasswords(stack) };
}

/** @returns the names that it is made for */
async function makeCertificate(stack: LocalStack): Promise<readonly string[]> {
  const { file } = stack;
  const names = await namesOfGateway(file);
  const { key, certificate, authority } = await makeCertificates(names, LIFETIME_DAYS);
  const before = await readStackFile(file, "sightline:gateway.certificateAuthority");
  await stack.setSecret("sightline:gatewayTlsKey", key);
  await editStackFile(file, {
    "sightline:gateway.certificate": certificate,
    "sightline:gateway.certificateAuthority": trusted(authority, before),
  });
  return names;
}

const passwordKey = (person: string) => `sightline:gatewayPasswords.${person}`;

/** A password for everybody who is to come in and has none. */
async function makePasswords(stack: LocalStack): Promise<readonly string[]> {
  const { people } = gatewaySettings.parse(await readStackFile(stack.file, "sightline:gateway"));
  const newcomers: string[] = [];
  for (const person of people) {
    if ((await readStackFile(stack.file, passwordKey(person))) !== undefined) continue;
    await stack.setSecret(passwordKey(person), randomBytes(18).toString("base64url"));
    newcomers.push(person);
  }
  return newcomers;
}

/** The one before stays trusted: agents and gateway do not change in the same second. */
export function trusted(authority: string, before: unknown): string {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
  const [previous] = pem.exec(typeof before === "string" ? before : "") ?? [];
  return previous ? `${authority.trim()}\n${previous}\n` : authority;
}

/** That of agents, and that of browsers where it is another. */
async function namesOfGateway(file: string): Promise<readonly [string, ...string[]]> {
  const { browser, gateway, hosts, wireguard } = settingsSchema.shape;
  const settings = throughTunnel({
    browser: browser.parse(await readStackFile(file, "sightline:browser")),
    gateway: gateway.parse(await readStackFile(file, "sightline:gateway")),
    hosts: hosts.parse(await readStackFile(file, "sightline:hosts")),
    wireguard: wireguard.parse(await readStackFile(file, "sightline:wireguard")),
  });
  const [own, forBrowsers] = [gatewayName(settings), browserName(settings)];
  return settings.browser.enabled && forBrowsers !== own ? [own, forBrowsers] : [own];
}
