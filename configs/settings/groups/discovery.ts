import { z } from "zod";

import { group, oneOf, pattern, ruleAndFix } from "../fields";
import { httpUrl, port } from "../formats";

const tagsExample = 'for example ["Scrape=true"]';
const portsExample = 'for example { "node-exporter": 9100 }';

/** Machines of Amazon EC2, found by their tags: nothing is deployed on them. */
const ec2 = group({
  region: pattern(
    /^[a-z]{2}(-[a-z]+)+-\d$/,
    "must be one AWS region as it stands: Prometheus reads no variables here",
    "eu-central-1",
  ),
  /** What listens on each machine, by tool. */
  ports: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,40}$/), port(9100), {
      error: ruleAndFix("must map the name of a tool to its port", portsExample),
    })
    .refine(
      (ports) => Object.keys(ports).length > 0,
      ruleAndFix("must name at least one tool", portsExample),
    )
    .prefault({ "node-exporter": 9100 }),
  /** Tags that a machine must have, all of them. */
  tags: z
    .array(pattern(/^[^=\s][^=]*=.+$/, "must be a tag and its value", "Scrape=true"), {
      error: ruleAndFix("must be a list of tags with their values", tagsExample),
    })
    .min(1, ruleAndFix("must have at least one tag: not every machine is meant", tagsExample))
    .prefault(["Scrape=true"]),
  /** How Prometheus shows who it is: as the machine it runs on, or by the secret `awsCredentials`. */
  credentials: oneOf(["instance", "file"]).prefault("instance"),
  /** Role to take on, where the machines are in another account. */
  roleArn: pattern(
    /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "must be the ARN of an IAM role",
    "arn:aws:iam::123456789012:role/sightline",
  ).optional(),
  /** Another address of the API, for example of a VPC endpoint. */
  endpoint: httpUrl("https://ec2.eu-central-1.amazonaws.com").optional(),
});

/** Where Prometheus finds machines that are not in the settings. */
export const discovery = group({ ec2: ec2.optional() });
