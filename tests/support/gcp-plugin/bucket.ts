import type { Properties } from "../command-plugin/wire";
import { ApiError, ask, find, takeAway } from "./api";
import type { Resource } from "./resource";
import type { BucketInputs } from "./schema";

/** A bucket as Google tells it. */
export interface ApiBucket {
  readonly name: string;
  readonly location: string;
  readonly storageClass: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly lifecycle?: { readonly rule: readonly ApiRule[] };
  readonly iamConfiguration: {
    readonly publicAccessPrevention: string;
    readonly uniformBucketLevelAccess: { readonly enabled: boolean };
  };
  readonly softDeletePolicy: { readonly retentionDurationSeconds: string };
}

interface ApiRule {
  readonly action: { readonly type: string };
  readonly condition: { readonly age?: number; readonly matchesPrefix?: readonly string[] };
}

const pathOf = (name: string) => `/storage/v1/b/${encodeURIComponent(name)}`;

export const bucketResource: Resource<BucketInputs> = {
  fixed: ["location", "name", "project"],

  compared: ({ softDeletePolicy, ...inputs }) => {
    const seconds = softDeletePolicy?.retentionDurationSeconds;
    return {
      name: inputs.name,
      project: inputs.project,
      location: inputs.location?.toUpperCase(),
      forceDestroy: inputs.forceDestroy ?? false,
      labels: inputs.labels ?? {},
      lifecycleRules: inputs.lifecycleRules ?? [],
      publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
      storageClass: inputs.storageClass ?? "STANDARD",
      uniformBucketLevelAccess: inputs.uniformBucketLevelAccess ?? false,
      // Where the program says nothing, what Google has is kept.
      ...(seconds === undefined ? {} : { softDeletePolicy: seconds }),
    };
  },

  create: async (inputs) => {
    const query = `project=${encodeURIComponent(inputs.project)}`;
    const body = { name: inputs.name, location: inputs.location, ...changeable(inputs) };
    const made = await ask<ApiBucket>("POST", `/storage/v1/b?${query}`, body);
    return { id: made.name, outs: stateOf(made, inputs) };
  },

  read: async (id, state) => {
    const found = await find<ApiBucket>(pathOf(id));
    return found && stateOf(found, state);
  },

  update: async (id, inputs) =>
    stateOf(await ask<ApiBucket>("PATCH", pathOf(id), changeable(inputs)), inputs),

  delete: async (id, { forceDestroy }) => {
    const objects = await objectsOf(id);
    if (objects.length > 0 && forceDestroy !== true) {
      throw new ApiError(409, `bucket ${id} has objects, and force_destroy is not set to true`);
    }
    for (const object of objects) {
      await takeAway(`${pathOf(id)}/o/${encodeURIComponent(object)}`);
    }
    await takeAway(pathOf(id));
  },
};

async function objectsOf(name: string): Promise<readonly string[]> {
  const found = await find<{ items?: readonly { name: string }[] }>(`${pathOf(name)}/o`);
  return (found?.items ?? []).map((object) => object.name);
}

function changeable(inputs: BucketInputs): Omit<ApiBucket, "name" | "location"> {
  const rules = inputs.lifecycleRules ?? [];
  return {
    storageClass: inputs.storageClass ?? "STANDARD",
    labels: inputs.labels ?? {},
    lifecycle: {
      rule: rules.map(({ action, condition: { matchesPrefixes, age } }) => ({
        action,
        condition: {
          ...(age === undefined ? {} : { age }),
          ...(matchesPrefixes ? { matchesPrefix: matchesPrefixes } : {}),
        },
      })),
    },
    iamConfiguration: {
      publicAccessPrevention: inputs.publicAccessPrevention ?? "inherited",
      uniformBucketLevelAccess: { enabled: inputs.uniformBucketLevelAccess ?? false },
    },
    // A week is what Google does by itself.
    softDeletePolicy: {
      retentionDurationSeconds: String(
        inputs.softDeletePolicy?.retentionDurationSeconds ?? 7 * 24 * 3_600,
      ),
    },
  };
}

/** @param known what Google does not say: only the program and the state before have it */
function stateOf(bucket: ApiBucket, known: Properties | BucketInputs): Properties {
  const { name, location, storageClass, labels = {}, iamConfiguration, softDeletePolicy } = bucket;
  return {
    name,
    location,
    storageClass,
    labels,
    project: known.project,
    forceDestroy: known.forceDestroy ?? false,
    lifecycleRules: (bucket.lifecycle?.rule ?? []).map(({ action, condition }) => ({
      action,
      condition: {
        ...(condition.age === undefined ? {} : { age: condition.age }),
        ...(condition.matchesPrefix ? { matchesPrefixes: condition.matchesPrefix } : {}),
      },
    })),
    publicAccessPrevention: iamConfiguration.publicAccessPrevention,
    uniformBucketLevelAccess: iamConfiguration.uniformBucketLevelAccess.enabled,
    softDeletePolicy: {
      retentionDurationSeconds: Number(softDeletePolicy.retentionDurationSeconds),
    },
    url: `gs://${name}`,
  };
}
