// A program of nothing but the command plugin's resources, as plan.json lists them.
import { readFileSync } from "node:fs";

import { local, remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

const CLASSES = { local: local.Command, remote: remote.Command, copy: remote.CopyToRemote };

const plan = JSON.parse(readFileSync("plan.json", "utf8"), (_key, value) => {
  if (value?.secret !== undefined) return pulumi.secret(value.secret);
  return value?.text === undefined ? value : new pulumi.asset.StringAsset(value.text);
});

/** What the classes would leave out of the inputs reaches the plugin only under its bare type. */
function place({ kind, name, inputs }) {
  return kind in CLASSES
    ? new CLASSES[kind](name, inputs)
    : new pulumi.CustomResource(kind, name, inputs, { version: "1.2.1" });
}

export const stdout = Object.fromEntries(plan.map((entry) => [entry.name, place(entry).stdout]));
