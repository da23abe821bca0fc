import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import { containerName, labelsOf } from "../configs/docker-spec";
import {
  INCOMING_PATH,
  KEEPER_SCRIPT_PATH,
  RELOAD_SCRIPT_PATH,
  VOLUME_PATH,
} from "../configs/keeper";
import { STACK_LABEL } from "../configs/labels";
import { SECRETS_PATH } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import { hardened, replacedWhole } from "./container-defaults";
import type { DockerHost } from "./docker-host";

const SCRIPT = readFileSync(join(__dirname, "keeper", "keeper.sh"), "utf8");

export interface KeeperArgs {
  settings: Settings;
  host: DockerHost;
  /** Name of the service whose files these are. */
  service: string;
  /** What the files are; part of the names. */
  role: "config" | "secrets";
  /** Contents by path below the folder. */
  files: pulumi.Input<Readonly<Record<string, string>>>;
  /** Where the server is asked to read the files again. @default never asked */
  reloadUrl?: string;
  /** Shell script that is run in the place of a POST to {@link reloadUrl}. @default none */
  reloadScript?: string;
  /** Only this user may read the files. @default everybody in the server's container */
  ownerUid?: string;
  /** With {@link ownerUid}: whether another keeper may read them too. @default `false` */
  keepersRead?: boolean;
  /** A keeper whose files the script needs; they are in its server's place for them. @default none */
  secrets?: Keeper | undefined;
}

/**
 * A small resident container that puts rendered files into a volume and has them read, so that an
 * edit of a file never touches the server. See docs/adr/0003.
 */
export class Keeper extends pulumi.ComponentResource {
  /** Name of the volume; the files in force are below `current/` in it. */
  public readonly volumeName: pulumi.Output<string>;
  public readonly nodes: { volume: docker.Volume; container: docker.Container };

  constructor(name: string, args: KeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:container:Keeper", name, {}, opts);
    const child = { parent: this, provider: args.host.provider };
    const { settings, service, role } = args;

    const volume = new docker.Volume(
      `${name}-volume`,
      {
        name: containerName(settings, `${service}-${role}`),
        labels: [{ label: STACK_LABEL, value: settings.prefix }],
      },
      child,
    );
    const container = new docker.Container(
      `${name}-container`,
      keeperContainer(args, volume.name),
      {
        ...child,
        ...replacedWhole,
        // Its script logs in with what is in force then.
        ...(args.secrets ? { dependsOn: [args.secrets.nodes.container] } : {}),
      },
    );

    this.nodes = { volume, container };
    this.volumeName = volume.name;
    this.registerOutputs({ volumeName: this.volumeName });
  }
}

function keeperContainer(
  args: KeeperArgs,
  volumeName: pulumi.Output<string>,
): docker.ContainerArgs {
  const { settings, host, service, role, files, reloadUrl, reloadScript, ownerUid } = args;
  const { keepersRead, secrets } = args;
  const name = `${service}-${role}-keeper`;
  const defaults = hardened({
    health: {
      command: ["CMD", "grep", "-qxE", "live|absent", "/tmp/status"],
      startPeriodMs: 10_000,
    },
    memoryMegabytes: 32,
    stopGraceSeconds: 2,
  });
  return {
    ...defaults,
    name: containerName(settings, name),
    image: host.keeperImage,
    // Root without capabilities: it owns the volume's folders, which Docker makes for root.
    user: "0:0",
    ...(ownerUid ? { capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN"] } } : {}),
    entrypoints: ["sh", KEEPER_SCRIPT_PATH],
    envs: [
      ...(keepersRead ? ["GROUP_READS=yes"] : []),
      `OWNER_UID=${ownerUid ?? ""}`,
      `RELOAD_URL=${reloadUrl ?? ""}`,
    ],
    labels: labelsOf(settings, { name }),
    networksAdvanced: [{ name: host.network("data") }],
    volumes: [
      { volumeName, containerPath: VOLUME_PATH },
      ...(secrets ? [secretsMount(secrets)] : []),
    ],
    uploads: pulumi.output(files).apply((all) => toUploads(all, reloadScript)),
    waitTimeout: 60,
  };
}

function secretsMount({ volumeName }: Keeper) {
  return { volumeName, containerPath: dirname(SECRETS_PATH), readOnly: true };
}

function toUploads(files: Readonly<Record<string, string>>, reloadScript: string | undefined) {
  return [
    { file: KEEPER_SCRIPT_PATH, content: SCRIPT },
    ...(reloadScript ? [{ file: RELOAD_SCRIPT_PATH, content: reloadScript }] : []),
    ...Object.keys(files)
      .sort()
      .map((path) => ({ file: `${INCOMING_PATH}/${path}`, content: files[path] })),
  ];
}
