import type { z } from "zod";

import type { Row } from "../dashboards/dashboard";
import type { HostName } from "../placement";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";

/** An exporter that a host may have: what can be set of it, its container, and how it is drawn. */
export interface Exporter<Options> {
  /** Scrape job, and key in `sightline:images`; the container is called like it. */
  readonly tool: string;
  /** What stands in `hosts.<name>.exporters` under the exporter's key. */
  readonly settings: z.ZodType<Options>;
  /** Its container on a host. Rules come with it. */
  spec(settings: Settings, host: HostName, options: Options): ServiceSpec;
  /** Its line of the dashboard "Resources". */
  row(settings: Settings): Row;
}
