import { load } from "js-yaml";

import { placedSpecs } from "../../../configs/hosts";
import { requiredSecrets } from "../../../configs/secrets";
import type { Settings } from "../../../configs/settings/settings";
import { devRaw, devSettings, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const REGION = { region: "eu-central-1" };
const withEc2 = (ec2: Raw) => devSettings({ discovery: { ec2 } });
const refused = (ec2: Raw) => problemsOf(devRaw({ discovery: { ec2 } }));

function ec2JobsOf(settings: Settings): readonly unknown[] {
  const file = load(renderedFile(settings, "prometheus/prometheus.yml"));
  const { scrape_configs } = file as { readonly scrape_configs: readonly { job_name: string }[] };
  return scrape_configs.filter(({ job_name }) => job_name.startsWith("ec2-"));
}

function prometheus(settings: Settings) {
  return placedSpecs(settings).find(({ spec }) => spec.name === "prometheus")?.spec;
}

describe("machines of Amazon EC2", () => {
  it("are not asked for by default, and Prometheus has no way out", () => {
    expect(ec2JobsOf(devSettings())).toEqual([]);
    expect(prometheus(devSettings())?.networks).toEqual(["data"]);
  });

  it("are one job for node-exporter by default, under the names that the rules know", () => {
    const rename = (source: string, label: string) => ({
      source_labels: [source],
      target_label: label,
    });
    const named = (label: string) => [
      rename("__meta_ec2_instance_id", label),
      { ...rename("__meta_ec2_tag_Name", label), regex: "(.+)" },
    ];
    expect(ec2JobsOf(withEc2(REGION))).toEqual([
      {
        job_name: "ec2-node-exporter",
        ec2_sd_configs: [
          {
            region: "eu-central-1",
            port: 9100,
            refresh_interval: "60s",
            filters: [
              { name: "instance-state-name", values: ["running"] },
              { name: "tag:Scrape", values: ["true"] },
            ],
          },
        ],
        relabel_configs: [
          ...named("host"),
          ...named("instance"),
          { target_label: "job", replacement: "node-exporter" },
          { target_label: "service", replacement: "node-exporter" },
          { target_label: "env", replacement: "dev" },
        ],
      },
    ]);
  });

  it("are scraped on each port as the tool of that name is scraped elsewhere", () => {
    const settings = withEc2({
      ...REGION,
      ports: { "node-exporter": 9100, cadvisor: 8080 },
      tags: ["Scrape=yes", "Team=a=b"],
      roleArn: "arn:aws:iam::123456789012:role/sightline",
      endpoint: "https://ec2.eu-central-1.amazonaws.com",
    });
    expect(ec2JobsOf(settings)).toMatchObject([
      {
        job_name: "ec2-cadvisor",
        track_timestamps_staleness: true,
        metric_relabel_configs: [{ action: "labeldrop" }],
        ec2_sd_configs: [
          {
            port: 8080,
            role_arn: "arn:aws:iam::123456789012:role/sightline",
            endpoint: "https://ec2.eu-central-1.amazonaws.com",
            filters: [
              { name: "instance-state-name" },
              { name: "tag:Scrape", values: ["yes"] },
              { name: "tag:Team", values: ["a=b"] },
            ],
          },
        ],
      },
      { job_name: "ec2-node-exporter" },
    ]);
  });

  it("are asked for as the machine itself: no variable, no secret, but a way out", () => {
    const { environment, secretFiles, networks } = prometheus(withEc2(REGION)) ?? {};
    expect({ environment, secretFiles, networks }).toEqual({
      environment: {},
      secretFiles: [],
      networks: ["data", "egress"],
    });
  });

  it("are asked for with a key pair that is a file, named by a variable", () => {
    const settings = withEc2({ ...REGION, credentials: "file" });
    expect(prometheus(settings)).toMatchObject({
      environment: { AWS_SHARED_CREDENTIALS_FILE: "/run/sightline/current/aws-credentials" },
      secretFiles: ["aws-credentials"],
    });
  });

  it.each([
    [{}, "discovery.ec2.region: must be one AWS region as it stands"],
    [{ region: "${AWS_REGION}" }, "discovery.ec2.region: must be one AWS region as it stands"],
    [{ ...REGION, tags: [] }, "discovery.ec2.tags: must have at least one tag"],
    [{ ...REGION, tags: ["Scrape"] }, "discovery.ec2.tags[0]: must be a tag and its value"],
    [{ ...REGION, ports: {} }, "discovery.ec2.ports: must name at least one tool"],
    [{ ...REGION, ports: { "node-exporter": 0 } }, "discovery.ec2.ports.node-exporter: must be"],
    [{ ...REGION, roleArn: "sightline" }, "discovery.ec2.roleArn: must be the ARN of an IAM role"],
    [{ ...REGION, credentials: "env" }, "discovery.ec2.credentials: must be one of instance, file"],
    [
      { ...REGION, regoin: "x" },
      'discovery.ec2.regoin: is not a setting. Fix: did you mean "region"',
    ],
  ])("refuse %j", (ec2, problem) => {
    expect(refused(ec2)).toEqual([expect.stringContaining(problem)]);
  });
});

describe("the secret awsCredentials", () => {
  const settings = withEc2({ ...REGION, credentials: "file" });
  const accepts = (value: string) =>
    requiredSecrets(settings)
      .find(({ key }) => key === "awsCredentials")
      ?.form.accepts(value, settings);
  const file = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = abc/+=\n";

  it("is needed with the file alone", () => {
    expect(requiredSecrets(withEc2(REGION)).map(({ key }) => key)).not.toContain("awsCredentials");
  });

  it("is a credentials file as Amazon's command line reads it", () => {
    expect(accepts(file)).toBe(true);
    expect(accepts("AKIA:abc")).toBe(false);
    expect(accepts(file.replace("default", "work"))).toBe(false);
    expect(accepts(file.replace(/^aws_secret.*$/m, ""))).toBe(false);
  });

  it("is no key of a session: it would end after hours, without a word", () => {
    expect(accepts(`${file}aws_session_token = x\n`)).toBe(false);
  });
});
