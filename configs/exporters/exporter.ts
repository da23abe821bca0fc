import type { z } from "zod";

import type { Row } from "../dashboards/dashboard";
import type { HostName } from "../placement";
import type { RuleGroup } from "../rules/rule";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { ServerDownName } from "./server-down";

interface Asked<Options> {
  /** Scrape job, and key in `sightline:images`; the container is called like it. */
  readonly tool: string;
  /** What stands in `hosts.<name>.exporters` under the exporter's key. */
  readonly settings: z.ZodType<Options>;
  /** Its line of the dashboard "Resources". */
  row(settings: Settings): Row;
}

/** A container of ours that asks a server, or the host. */
export interface ContainerExporter<Options> extends Asked<Options> {
  /** Its container on a host. Rules come with it. */
  spec(settings: Settings, host: HostName, options: Options): ServiceSpec;
}

/** A server that tells about itself: Prometheus reads it where it is. */
export interface OwnMetrics<Options> extends Asked<Options> {
  target(options: Options): Target;
  rules(settings: Settings): RuleGroup;
  /** Tells that it does not answer, in the place of TargetDown. */
  readonly downAlert: ServerDownName;
}

/** What Prometheus reads. */
export interface Target {
  /** `host:port`, as Prometheus' container reaches it. */
  readonly address: string;
  /** @default `"/metrics"` */
  readonly metricsPath?: string;
  /** @default `"http"` */
  readonly scheme?: "https";
}

/** Something that a host may be asked: what can be set of it, how it is read, and how it is drawn. */
export type Exporter<Options> = ContainerExporter<Options> | OwnMetrics<Options>;
