import { readFileSync } from "node:fs";

import {
  failureCondition,
  failurePolicy,
  mailChannel,
  type OutsideWatchPlan,
  uptimeCheck,
} from "../../../configs/outside-watch/google";
import { gcpProvider } from "../../support/gcp-plugin/provider";
import { NOT_HERE, SCHEMAS, type TypeName } from "../../support/gcp-plugin/schema";

const BUCKET = "gcp:storage/bucket:Bucket";
const ACCOUNT = "gcp:serviceaccount/account:Account";
const KEY = "gcp:serviceaccount/key:Key";
const MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember";

const POLICY = "gcp:monitoring/alertPolicy:AlertPolicy";
const CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel";
const CHECK = "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig";

const WATCH: OutsideWatchPlan = {
  watch: { project: "shop", to: ["ops@shop.test"], every: 60_000, url: undefined },
  page: { url: "https://door.shop.test/", status: 401, isTrusted: true },
  prefix: "shop",
};

const VALID: Readonly<Record<TypeName, object>> = {
  [BUCKET]: { name: "logs", project: "shop", location: "europe-west1" },
  [ACCOUNT]: { accountId: "shop-loki", project: "shop" },
  [KEY]: { serviceAccountId: "projects/shop/serviceAccounts/loki" },
  [MEMBER]: { bucket: "logs", role: "roles/storage.objectUser", member: "serviceAccount:loki" },
  [POLICY]: {
    ...failurePolicy(WATCH),
    conditions: [failureCondition(WATCH, "check-1")],
    notificationChannels: ["projects/shop/notificationChannels/1"],
  },
  [CHANNEL]: mailChannel(WATCH, "ops@shop.test"),
  [CHECK]: uptimeCheck(WATCH),
};
const CONDITION = SCHEMAS[POLICY].shape.conditions.element;
const THRESHOLD = CONDITION.shape.conditionThreshold;
const TYPES = Object.keys(VALID) as readonly TypeName[];

/** What the stand-in says about a resource's inputs. */
async function refusals(type: TypeName, inputs: object) {
  const urn = `urn:pulumi:s::p::${type}::name`;
  return (await gcpProvider.check?.(urn, {}, inputs))?.failures;
}

/** Whether a change of inputs is one, and what of it makes a new resource. */
async function diff(type: TypeName, before: object, after: object) {
  return gcpProvider.diff?.("id", `urn:pulumi:s::p::${type}::name`, before, after);
}

/** Names in an interface of the published SDK's typings, those that must be given first. */
function published(name: string): { readonly all: readonly string[]; readonly required: string[] } {
  const typings = readFileSync(require.resolve("@pulumi/gcp/types/input.d.ts"), "utf8");
  const [, body = ""] = new RegExp(`interface ${name} \\{([^]*?)\\n {4}\\}`).exec(typings) ?? [];
  const found = [...body.matchAll(/^ {8}(\w+)(\??):/gm)];
  return {
    all: found.map(([, key]) => key ?? "").sort(),
    required: found.filter(([, , mark]) => mark === "").map(([, key]) => key ?? ""),
  };
}

describe("the stand-in for the gcp plugin", () => {
  test.each(TYPES)("%s has the inputs of the published SDK and no others", (type) => {
    const file = `@pulumi/gcp/${type.split(":")[1]}.js`;
    const text = readFileSync(require.resolve(file), "utf8");
    const names = [...text.matchAll(/resourceInputs\["(\w+)"\] = args/g)].map(([, name]) => name);
    const own = [...Object.keys(SCHEMAS[type].shape), ...NOT_HERE[type]];
    expect(own.sort()).toEqual(names.sort());
  });

  test.each(TYPES)("%s must be told what the published SDK must be told", async (type) => {
    const file = `@pulumi/gcp/${type.split(":")[1]}.js`;
    const text = readFileSync(require.resolve(file), "utf8");
    const required = [...text.matchAll(/Missing required property '(\w+)'/g)];
    for (const [, name = ""] of required) {
      const others = Object.entries(VALID[type]).filter(([key]) => key !== name);
      expect(await refusals(type, Object.fromEntries(others))).toEqual([
        expect.objectContaining({ property: name }),
      ]);
    }
  });

  test("parts of a bucket have keys of the published SDK", () => {
    const { lifecycleRules, softDeletePolicy } = SCHEMAS[BUCKET].shape;
    const rule = lifecycleRules.unwrap().element.shape;
    expect(Object.keys(rule).sort()).toEqual(published("BucketLifecycleRule").all);
    for (const [name, part] of [
      ["BucketLifecycleRuleAction", rule.action],
      ["BucketLifecycleRuleCondition", rule.condition],
      ["BucketSoftDeletePolicy", softDeletePolicy.unwrap()],
    ] as const) {
      const own = Object.keys(part.shape);
      expect(published(name).all).toEqual(expect.arrayContaining(own));
      expect(own).toEqual(expect.arrayContaining(published(name).required));
    }
  });

  test.each([
    ["UptimeCheckConfigHttpCheck", SCHEMAS[CHECK].shape.httpCheck],
    [
      "UptimeCheckConfigHttpCheckAcceptedResponseStatusCode",
      SCHEMAS[CHECK].shape.httpCheck.shape.acceptedResponseStatusCodes.element,
    ],
    ["UptimeCheckConfigMonitoredResource", SCHEMAS[CHECK].shape.monitoredResource],
    ["AlertPolicyAlertStrategy", SCHEMAS[POLICY].shape.alertStrategy],
    ["AlertPolicyCondition", CONDITION],
    ["AlertPolicyConditionConditionThreshold", THRESHOLD],
    ["AlertPolicyConditionConditionThresholdAggregation", THRESHOLD.shape.aggregations.element],
    ["AlertPolicyConditionConditionThresholdTrigger", THRESHOLD.shape.trigger],
    ["AlertPolicyDocumentation", SCHEMAS[POLICY].shape.documentation],
  ])("%s has no keys but the published SDK's", (name, part) => {
    const own = Object.keys(part.shape);
    expect(published(name).all).toEqual(expect.arrayContaining(own));
    expect(own).toEqual(expect.arrayContaining(published(name).required));
  });

  test.each(TYPES)("%s takes valid inputs", async (type) => {
    expect(await refusals(type, VALID[type])).toEqual([]);
  });

  test.each(TYPES)("%s refuses an input that the published SDK does not have", async (type) => {
    expect(await refusals(type, { ...VALID[type], surprise: 1 })).toEqual([
      { property: "surprise", reason: `${type} has no input "surprise"` },
    ]);
  });

  test.each(TYPES.flatMap((type) => NOT_HERE[type].map((name) => [type, name] as const)))(
    "%s refuses %s, which it cannot do",
    async (type, name) => {
      expect(await refusals(type, { ...VALID[type], [name]: "x" })).toEqual([
        { property: name, reason: "the published plugin has it, this stand-in does not" },
      ]);
    },
  );

  test.each([
    [BUCKET, { name: "logs", project: "shop" }, "location"],
    [BUCKET, { ...VALID[BUCKET], storageClass: "REGIONAL" }, "storageClass"],
    [KEY, {}, "serviceAccountId"],
    [MEMBER, { bucket: "logs", role: "r" }, "member"],
  ] as const)("%s refuses %j for %s", async (type, inputs, property) => {
    expect(await refusals(type, inputs)).toEqual([expect.objectContaining({ property })]);
  });

  test("what a preview does not know yet is not refused", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await refusals(MEMBER, { ...VALID[MEMBER], member: unknown })).toEqual([]);
  });

  test.each([
    [BUCKET, { location: "EUROPE-WEST1" }, false, []],
    [BUCKET, { location: "europe-west3" }, true, ["location"]],
    [BUCKET, { labels: { team: "shop" } }, true, []],
    [ACCOUNT, { displayName: "Loki" }, true, []],
    [ACCOUNT, { accountId: "other-loki" }, true, ["accountId"]],
    [KEY, { serviceAccountId: "projects/shop/serviceAccounts/other" }, true, ["serviceAccountId"]],
    [MEMBER, { role: "roles/storage.admin" }, true, ["role"]],
    [CHECK, { period: "300s" }, true, []],
    [CHECK, { monitoredResource: { type: "uptime_url" } }, true, ["monitoredResource"]],
    [CHANNEL, { displayName: "other" }, true, []],
    [POLICY, { notificationChannels: [] }, true, []],
    [POLICY, { project: "other" }, true, ["project"]],
  ] as const)("%s with %j: changed %s, replaced by %j", async (type, edit, changes, replaces) => {
    const after = { ...VALID[type], ...edit };
    expect(await diff(type, VALID[type], after)).toEqual({ changes, replaces });
  });
});
