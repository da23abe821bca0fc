import { secret } from "../command-plugin/wire";
import { ask, find, takeAway } from "./api";
import type { Resource } from "./resource";
import type { AccountInputs, KeyInputs, MemberInputs } from "./schema";

interface ApiAccount {
  readonly name: string;
  readonly email: string;
  readonly projectId: string;
  readonly uniqueId: string;
  readonly displayName?: string;
}

interface ApiKey {
  readonly name: string;
  readonly privateKeyData: string;
}

interface Policy {
  readonly etag: string;
  readonly bindings: readonly { readonly role: string; readonly members: readonly string[] }[];
}

const stateOfAccount = ({ name, email, projectId, uniqueId, displayName }: ApiAccount) => ({
  ...{ name, email, uniqueId },
  project: projectId,
  accountId: email.split("@")[0],
  displayName: displayName ?? "",
  member: `serviceAccount:${email}`,
});

export const accountResource: Resource<AccountInputs> = {
  fixed: ["accountId", "project"],
  compared: ({ displayName = "", ...others }) => ({ ...others, displayName }),

  create: async ({ project, accountId, displayName = "" }) => {
    const path = `/v1/projects/${project}/serviceAccounts`;
    const body = { accountId, serviceAccount: { displayName } };
    const made = await ask<ApiAccount>("POST", path, body);
    return { id: made.name, outs: stateOfAccount(made) };
  },

  read: async (id) => {
    const found = await find<ApiAccount>(`/v1/${id}`);
    return found && stateOfAccount(found);
  },

  update: async (id, { displayName = "" }) => {
    const body = { serviceAccount: { displayName }, updateMask: "displayName" };
    return stateOfAccount(await ask<ApiAccount>("PATCH", `/v1/${id}`, body));
  },

  delete: (id) => takeAway(`/v1/${id}`),
};

export const keyResource: Resource<KeyInputs> = {
  fixed: ["serviceAccountId"],
  compared: (inputs) => inputs,

  create: async ({ serviceAccountId }) => {
    const made = await ask<ApiKey>("POST", `/v1/${serviceAccountId}/keys`, {});
    const privateKey = secret(made.privateKeyData);
    return { id: made.name, outs: { serviceAccountId, name: made.name, privateKey } };
  },

  // Google tells the private part once.
  read: async (id, state) => {
    const found = await find<object>(`/v1/${id}`);
    return found && { ...state, privateKey: secret(state.privateKey) };
  },

  delete: (id) => takeAway(`/v1/${id}`),
};

export const memberResource: Resource<MemberInputs> = {
  fixed: ["bucket", "member", "role"],
  compared: (inputs) => inputs,

  create: async (inputs) => {
    const { bucket, role, member } = inputs;
    const { etag, bindings } = await ask<Policy>("GET", policyPath(bucket));
    const changed = [...withoutMember(bindings, inputs), { role, members: [member] }];
    const body = { etag, bindings: changed };
    const { etag: next } = await ask<Policy>("PUT", policyPath(bucket), body);
    return { id: `b/${bucket}/${role}/${member}`, outs: { ...inputs, etag: next } };
  },

  read: async (_id, state) => {
    const { bucket, role, member } = state as unknown as MemberInputs;
    const policy = await find<Policy>(policyPath(bucket));
    const isThere = policy?.bindings.some(
      (binding) => binding.role === role && binding.members.includes(member),
    );
    return isThere ? { ...state, etag: policy?.etag } : undefined;
  },

  delete: async (_id, state) => {
    const inputs = state as unknown as MemberInputs;
    const policy = await find<Policy>(policyPath(inputs.bucket));
    if (!policy) return;
    const body = { etag: policy.etag, bindings: withoutMember(policy.bindings, inputs) };
    await ask("PUT", policyPath(inputs.bucket), body);
  },
};

function policyPath(bucket: string): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/iam`;
}

function withoutMember(bindings: Policy["bindings"], { role, member }: MemberInputs) {
  return bindings
    .map((binding) =>
      binding.role === role
        ? { ...binding, members: binding.members.filter((name) => name !== member) }
        : binding,
    )
    .filter(({ members }) => members.length > 0);
}
