import { createHash } from "node:crypto";

import * as pulumi from "@pulumi/pulumi";

import type { Configuration, Links, ServiceSpec } from "../configs/service-spec";
import type { ContainerServiceArgs } from "./container-service-args";
import { Keeper } from "./keeper";

/** A container whose files name nothing that has yet to be made does not wait for it either. */
function renderedFiles({ files, usesLinks }: Configuration, links: pulumi.Input<Links>) {
  const known = usesLinks ? links : { lokiPushUrl: "", logBucket: "" };
  return pulumi.output(known).apply(files);
}

function urlOf({ name, port }: ServiceSpec, path: string): string {
  return `http://${name}:${port}${path}`;
}

/** The keeper of the rendered files, where the service has any. */
export function createConfigKeeper(
  name: string,
  args: ContainerServiceArgs,
  { parent, secrets }: { readonly parent: pulumi.Resource; readonly secrets: Keeper | undefined },
) {
  const { spec, settings, host, links } = args;
  const { configuration } = spec;
  if (!configuration) return undefined;
  const { reloadPath, reloadScript } = configuration;
  return new Keeper(
    `${name}-config`,
    {
      settings,
      host,
      service: spec.name,
      role: "config",
      files: renderedFiles(configuration, links),
      ...(reloadPath ? { reloadUrl: urlOf(spec, reloadPath) } : {}),
      ...(reloadScript ? { reloadScript, secrets } : {}),
    },
    { parent },
  );
}

/** The keeper of the secret files: one of its own, since one secret hides a whole list of uploads. */
export function createSecretsKeeper(
  name: string,
  args: ContainerServiceArgs,
  parent: pulumi.Resource,
) {
  const { spec, settings, host, secrets = {} } = args;
  const { secretFiles = [], secretTexts = {}, secretsReloadPath, secretsReloadScript } = spec;
  if (secretFiles.length === 0) return undefined;
  const files = secretFiles.map((file) => {
    const secret = secrets[file];
    if (!secret) throw new Error(`${spec.name} needs the secret file "${file}"`);
    const text = secretTexts[file];
    return [file, text ? secret.apply(text) : secret] as const;
  });
  return new Keeper(
    `${name}-secrets`,
    {
      settings,
      host,
      service: spec.name,
      role: "secrets",
      files: pulumi.secret(pulumi.all(Object.fromEntries(files))),
      ...(secretsReloadPath ? { reloadUrl: urlOf(spec, secretsReloadPath) } : {}),
      ...(secretsReloadScript ? { reloadScript: secretsReloadScript } : {}),
      ownerUid: spec.user.split(":")[0] ?? "0",
      keepersRead: spec.configuration?.reloadScript !== undefined,
    },
    { parent },
  );
}

/** What a server reads only at its start, in labels: an edit of it replaces the container. */
export function restartLabels(
  { spec, links }: ContainerServiceArgs,
  secretsKeeper: Keeper | undefined,
) {
  return [...configLabel(spec, links), ...secretsLabel(spec, secretsKeeper)];
}

function configLabel({ configuration }: ServiceSpec, links: pulumi.Input<Links>) {
  const restartOn = configuration?.restartOn;
  if (!configuration || !restartOn?.length) return [];
  const value = renderedFiles(configuration, links).apply((files) =>
    createHash("sha256")
      .update(restartOn.map((path) => files[path] ?? "").join("\0"))
      .digest("hex")
      .slice(0, 16),
  );
  return [{ label: "sightline.restart-hash", value }];
}

/** The keeper of secrets is replaced with them; a hash of theirs could be guessed at. */
function secretsLabel({ restartOnSecrets }: ServiceSpec, keeper: Keeper | undefined) {
  if (!restartOnSecrets || !keeper) return [];
  return [{ label: "sightline.secrets-keeper", value: keeper.nodes.container.id }];
}
