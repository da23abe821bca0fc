import type * as pulumi from "@pulumi/pulumi";

import type { Links, ServiceSpec } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";
import type { DockerHost } from "./docker-host";

/** Secret file contents by file name, as specs name them in `secretFiles`. */
export type Secrets = Readonly<Record<string, pulumi.Output<string>>>;

export interface ContainerServiceArgs {
  /** What to run. Built by `configs/services/*`. */
  spec: ServiceSpec;
  settings: Settings;
  /** Daemon and networks. */
  host: DockerHost;
  /** What the rendered files refer to. */
  links: pulumi.Input<Links>;
  /** Contents of the spec's secret files. @default `{}` */
  secrets?: Secrets;
  /** What must be there before the container is. @default nothing */
  after?: readonly pulumi.Resource[];
}
