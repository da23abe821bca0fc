import type { z } from "zod";

import { type ExporterKey, EXPORTERS } from "../../exporters/registry";
import { group } from "../fields";

type Schemas = {
  readonly [Key in ExporterKey]: z.ZodOptional<(typeof EXPORTERS)[Key]["settings"]>;
};

const schemas = Object.fromEntries(
  Object.entries(EXPORTERS).map(([key, { settings }]) => [key, settings.optional()]),
) as unknown as Schemas;

/** `hosts.<name>.exporters`: the exporters of a host by key, none by default. */
export const exporters = group(schemas);
