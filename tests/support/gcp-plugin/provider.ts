import { isDeepStrictEqual } from "node:util";

import type * as provider from "@pulumi/pulumi/provider";
import { z } from "zod";

import { hasUnknown, type Properties } from "../command-plugin/wire";
import { plainOf, refusalsOf, typeOf } from "../plugin-inputs";
import { bucketResource } from "./bucket";
import { accountResource, keyResource, memberResource } from "./identity";
import { channelResource, policyResource, uptimeCheckResource } from "./monitoring";
import type { Resource } from "./resource";
import { NOT_HERE, SCHEMAS, type TypeName } from "./schema";

const RESOURCES = {
  "gcp:storage/bucket:Bucket": bucketResource,
  "gcp:serviceaccount/account:Account": accountResource,
  "gcp:serviceaccount/key:Key": keyResource,
  "gcp:storage/bucketIAMMember:BucketIAMMember": memberResource,
  "gcp:monitoring/alertPolicy:AlertPolicy": policyResource,
  "gcp:monitoring/notificationChannel:NotificationChannel": channelResource,
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": uptimeCheckResource,
} as const;

/** Stand-in for the published gcp plugin: the types that we use, over Google's HTTP interfaces. */
export const gcpProvider: provider.Provider = {
  version: "9.37.0",

  check: (urn, _olds, news: Properties) => {
    const type = knownType(urn);
    const failures = [...refusalsOf(publishedInputs(type), plainOf(news))];
    return Promise.resolve({ inputs: news, failures });
  },

  diff: (_id, urn, olds: Properties, news: Properties) => {
    const { compared, fixed } = resourceOf(urn);
    const [before, after] = [compared(plainOf(olds)), compared(plainOf(news))];
    const changed = Object.keys(after).filter(
      (name) => hasUnknown(after[name]) || !isDeepStrictEqual(before[name], after[name]),
    );
    const replaces = changed.filter((name) => fixed.includes(name));
    return Promise.resolve({ changes: changed.length > 0, replaces });
  },

  create: (urn, inputs: Properties) => resourceOf(urn).create(plainOf(inputs)),

  read: async (id, urn, props: Properties) => {
    const found = await resourceOf(urn).read(id, plainOf(props));
    return found ? { id, props: found } : { id: "", props: {} };
  },

  update: async (id, urn, _olds: Properties, news: Properties) => {
    const { update } = resourceOf(urn);
    if (!update) throw new Error(`${typeOf(urn)} cannot be changed in place`);
    return { outs: await update(id, plainOf(news)) };
  },

  delete: (id, urn, props: Properties) => resourceOf(urn).delete(id, plainOf(props)),
};

/** What the published plugin takes of a type; the schema leaves out what the stand-in cannot do. */
function publishedInputs(type: TypeName) {
  const notHere = NOT_HERE[type];
  const others = Object.fromEntries(notHere.map((name) => [name, z.unknown().optional()]));
  return { type, schema: SCHEMAS[type].extend(others), notHere };
}

function knownType(urn: string): TypeName {
  const type = typeOf(urn);
  if (type in SCHEMAS) return type as TypeName;
  throw new Error(`the stand-in for the gcp plugin does not know ${type}`);
}

/** Its inputs were looked at by `check`. */
function resourceOf(urn: string): Resource<Properties> {
  return RESOURCES[knownType(urn)] as unknown as Resource<Properties>;
}
