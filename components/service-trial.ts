import * as local from "@pulumi/command/local/command";
import * as remote from "@pulumi/command/remote/command";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { containerName } from "../configs/docker-spec";
import { homeOf, hostOf } from "../configs/placement";
import { isLocal } from "../configs/settings/host-rules";
import { trialScript } from "../configs/trial";
import { trialServer } from "../configs/trial-server";
import type { ContainerServiceArgs } from "./container-service-args";
import type { Keeper } from "./keeper";
import { restartLabels } from "./service-keepers";
import { commandConnection } from "./ssh";

/** What a trial runs on. */
interface Parts {
  readonly image: docker.RemoteImage;
  readonly config: Keeper | undefined;
  readonly secrets: Keeper | undefined;
  readonly parent: pulumi.Resource;
}

/** Tries a server out on its host whenever it is about to be replaced; nothing where its spec has no trial. */
export function createTrial(name: string, args: ContainerServiceArgs, parts: Parts) {
  const { spec, settings, host } = args;
  const { trial } = spec;
  if (!trial) return undefined;
  const { image, config, secrets, parent } = parts;
  const keepers = [config, secrets].filter((keeper) => keeper !== undefined);
  const script = pulumi
    .all([image.name, host.keeperImage, host.network("egress")])
    .apply(([server, askerImage, network]) =>
      trialScript(trial, {
        name: containerName(settings, `${spec.name}-trial`),
        server: trialServer(settings, { spec, trial, image: server, network }),
        askerImage,
      }),
    );
  const inputs = {
    create: "sh -s",
    stdin: script,
    // What the server reads only at its start: with any of it, it is replaced.
    triggers: restartLabels(args, secrets).map(({ value }) => value),
    addPreviousOutputInEnv: false,
  };
  const options = { parent, dependsOn: keepers.map(({ nodes }) => nodes.container) };
  const where = hostOf(settings, homeOf(settings, spec.name));
  return isLocal(where)
    ? new local.Command(`${name}-trial`, inputs, options)
    : new remote.Command(
        `${name}-trial`,
        { ...inputs, connection: commandConnection(where) },
        options,
      );
}
