import type { Properties } from "../command-plugin/wire";
import { ask, find, takeAway } from "./api";
import type { Resource } from "./resource";
import type { ChannelInputs, PolicyInputs, UptimeCheckInputs } from "./schema-monitoring";

interface Named {
  readonly name: string;
}

/**
 * A type of Google's monitoring, whose inputs have the names of Google's own interface.
 *
 * @param collection its folder in a project
 */
function monitoringResource<Inputs extends { readonly project: string }>({
  collection,
  fixed,
  compared = (inputs) => inputs,
  outs = () => ({}),
}: {
  readonly collection: string;
  readonly fixed: readonly (keyof Inputs & string)[];
  readonly compared?: (inputs: Partial<Inputs>) => Properties;
  /** What the plugin tells besides. */
  readonly outs?: (made: Named) => Properties;
}): Resource<Inputs> {
  const stateOf = (found: Named, project: unknown): Properties => ({
    ...found,
    project,
    ...outs(found),
  });
  return {
    fixed,
    compared,

    create: async ({ project, ...body }) => {
      const made = await ask<Named>("POST", `/v3/projects/${project}/${collection}`, body);
      return { id: made.name, outs: stateOf(made, project) };
    },

    read: async (id, state) => {
      const found = await find<Named>(`/v3/${id}`);
      return found && stateOf(found, state.project);
    },

    update: async (id, { project, ...body }) => {
      const mask = Object.keys(body).sort().join(",");
      return stateOf(await ask<Named>("PATCH", `/v3/${id}?updateMask=${mask}`, body), project);
    },

    delete: (id) => takeAway(`/v3/${id}`),
  };
}

export const uptimeCheckResource = monitoringResource<UptimeCheckInputs>({
  collection: "uptimeCheckConfigs",
  fixed: ["monitoredResource", "project"],
  outs: ({ name }) => ({ uptimeCheckId: name.split("/").at(-1) }),
});

export const channelResource = monitoringResource<ChannelInputs>({
  collection: "notificationChannels",
  fixed: ["project"],
});

export const policyResource = monitoringResource<PolicyInputs>({
  collection: "alertPolicies",
  fixed: ["project"],
  // Google gives conditions names.
  compared: ({ conditions, ...others }) => ({
    ...others,
    conditions: conditions?.map(({ conditionThreshold, displayName }) => ({
      conditionThreshold,
      displayName,
    })),
  }),
});
