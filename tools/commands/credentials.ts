import { randomBytes } from "node:crypto";

import { gatewayName } from "../../configs/gateway/route";
import { settingsSchema } from "../../configs/settings/schema";
import { makeCertificates } from "../gateway/certificates";
import { lastSetup } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { LocalStack, stackFile } from "../stack/stack";
import { editStackFile, readStackFile } from "../stack/stack-file";

const LOCAL_STACK = "dev";
const LIFETIME_DAYS = 730;

/** Makes what the gateway and its agents know each other by, and puts it into a stack's settings. */
export async function credentials(options: {
  readonly stack: string;
  readonly newSecret?: boolean;
}): Promise<void> {
  const file = stackFile(options.stack);
  const { environment } = await lastSetup();
  const backend = options.stack === LOCAL_STACK ? await localBackend() : {};
  const stack = new LocalStack(options.stack, { ...environment, ...backend }, file);
  const name = await makeCredentials(stack, options.newSecret);
  console.log(
    `A certificate for ${name}, good for ${LIFETIME_DAYS} days, is in ${file}. Next: pulumi up --stack ${options.stack}`,
  );
}

/** @returns the name that the certificate is made for */
export async function makeCredentials(stack: LocalStack, newSecret = false): Promise<string> {
  const { file } = stack;
  const name = await nameOfGateway(file);
  const { key, certificate, authority } = await makeCertificates(name, LIFETIME_DAYS);
  const before = await readStackFile(file, "sightline:gateway.certificateAuthority");
  await stack.setSecret("sightline:gatewayTlsKey", key);
  const hasSecret = (await readStackFile(file, "sightline:agentSecret")) !== undefined;
  if (newSecret || !hasSecret) {
    await stack.setSecret("sightline:agentSecret", randomBytes(32).toString("base64url"));
  }
  await editStackFile(file, {
    "sightline:gateway.enabled": true,
    "sightline:gateway.certificate": certificate,
    "sightline:gateway.certificateAuthority": trusted(authority, before),
  });
  return name;
}

/** The one before stays trusted: agents and gateway do not change in the same second. */
export function trusted(authority: string, before: unknown): string {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
  const [previous] = pem.exec(typeof before === "string" ? before : "") ?? [];
  return previous ? `${authority.trim()}\n${previous}\n` : authority;
}

async function nameOfGateway(file: string): Promise<string> {
  const { gateway, hosts } = settingsSchema.shape;
  return gatewayName({
    gateway: gateway.parse(await readStackFile(file, "sightline:gateway")),
    hosts: hosts.parse(await readStackFile(file, "sightline:hosts")),
  });
}
