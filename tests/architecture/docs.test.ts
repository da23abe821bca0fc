import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { SECRET_KEYS } from "../../configs/secrets";
import { settingsSchema } from "../../configs/settings/schema";
import { parseSettings } from "../../configs/settings/settings";
import { makeCertificates } from "../../tools/gateway/certificates";
import {
  devRaw,
  EXPORTERS_RAW,
  merged,
  prodRaw,
  type Raw,
  repositoryRoot,
} from "../support/fixtures";

type Scalar = string | number | boolean;

/** The part of a JSON schema that says which keys there are and what they default to. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly default?: Scalar | Readonly<Record<string, Scalar>>;
}

/** Every setting with what docs/settings.md must say its default is. */
function settingsOf(
  schema: Schema,
  path = "",
  groupDefault?: Schema["default"],
): Map<string, string> {
  const settings = new Map<string, string>();
  for (const variant of schema.oneOf ?? [schema]) {
    for (const [key, value] of Object.entries(variant.properties ?? {})) {
      const at = path === "" ? key : `${path}.${key}`;
      const isGroup = value.properties ?? value.oneOf;
      const inner =
        key === "hosts"
          ? settingsOf(value.additionalProperties as Schema, `${at}.<name>`)
          : isGroup
            ? settingsOf(value, at, value.default)
            : leaf(value, at);
      for (const [name, text] of inner) {
        const isRequired = variant.required?.includes(key) && text === "*none*";
        const fromGroup = typeof groupDefault === "object" ? groupDefault[key] : undefined;
        if (fromGroup !== undefined) settings.set(name, `\`${String(fromGroup)}\``);
        else settings.set(name, isRequired && !isGroup ? "*required*" : text);
      }
    }
  }
  return settings;
}

function leaf(schema: Schema, path: string): ReadonlyMap<string, string> {
  // A map from names to values, such as `images`.
  if (typeof schema.additionalProperties === "object") {
    return new Map([[`${path}.<service>`, "*none*"]]);
  }
  const { default: value } = schema;
  const isPlain = value !== undefined && typeof value !== "object";
  return new Map([[path, isPlain ? `\`${String(value)}\`` : "*none*"]]);
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly default: string;
  readonly example: string;
  readonly meaning: string;
}

const documented: readonly Row[] = readFileSync(join(repositoryRoot, "docs/settings.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => cells.length === 7 && cells[1]?.startsWith("`"))
  .map(([, key = "", type = "", default_ = "", example = "", meaning = ""]) => ({
    key: key.replaceAll("`", ""),
    type,
    default: default_,
    example: example.replace(/^`(.*)`$/, "$1"),
    meaning,
  }));

/** The numbers of each alert are in docs/alerts.md, with a test of their own. */
const settings = new Map(
  [...settingsOf(z.toJSONSchema(settingsSchema, { io: "input" }) as Schema)].filter(
    ([key]) => !key.startsWith("alerts."),
  ),
);

describe("docs/settings.md", () => {
  it("lists every setting once, and nothing else", () => {
    expect(documented.map(({ key }) => key).sort()).toEqual([...settings.keys()].sort());
  });

  it.each(documented)("says the right default of $key", ({ key, default: written }) => {
    expect(written).toBe(settings.get(key));
  });

  it.each(documented)("says of $key what it is and which type", ({ type, meaning }) => {
    expect(type).not.toBe("");
    expect(meaning.length).toBeGreaterThan(3);
  });

  it.each(documented)("has an example of $key that is accepted", async ({ key, example }) => {
    const named = key.replace("routes.<service>", "routes.nginx").replace("<service>", "loki");
    const path = named.replace("<name>", "app").split(".");
    const change = path.reduceRight<unknown>((value, part) => ({ [part]: value }), read(example));
    expect(example).not.toBe("");
    // Some settings make sense on one host only, between two, or beside others.
    const raws = key.startsWith("gateway.")
      ? [await withGateway(key, example)]
      : key.endsWith(".metrics")
        ? [await withPush(change as Raw)]
        : [devRaw, prodRaw, withWebhook, withExporters, withRegion, withCompose, withS3].map(
            (raw) => raw(change as Raw),
          );
    expect(raws.some((raw) => isAccepted(raw, key))).toBe(true);
  });

  it("lists every secret", () => {
    const text = readFileSync(join(repositoryRoot, "docs/settings.md"), "utf8");
    for (const key of SECRET_KEYS) expect(text).toContain(`| \`${key}\` |`);
  });
});

describe("Pulumi.yaml", () => {
  const project = parse(readFileSync(join(repositoryRoot, "Pulumi.yaml"), "utf8")) as {
    readonly config: Readonly<
      Record<string, { readonly type: string; readonly description: string }>
    >;
  };

  it("declares exactly the keys that every stack must set", () => {
    const groups = Object.entries(settingsSchema.shape);
    const required = groups.filter(([, schema]) => !schema.safeParse(undefined).success);
    expect(Object.keys(project.config).sort()).toEqual(
      required.map(([key]) => `sightline:${key}`).sort(),
    );
  });

  it.each(Object.entries(project.config))("describes %s", (_, { type, description }) => {
    expect(["string", "object"]).toContain(type);
    expect(description.length).toBeGreaterThan(20);
  });
});

function withWebhook(change: Raw): Raw {
  return devRaw({ ...change, alerting: { webhook: {}, ...(change.alerting as Raw | undefined) } });
}

/** A certificate is too long for a table: the beginning of one stands for it. */
async function withGateway(key: string, example: string): Promise<Raw> {
  const change = { [key.replace("gateway.", "")]: read(example) };
  const { serverName = "10.0.0.2", address = "10.0.0.2", ...rest } = change;
  const { certificate, authority } = await makeCertificates(String(serverName), 1);
  const isPem = example.startsWith("-----BEGIN CERTIFICATE-----");
  const own = { enabled: true, certificate, certificateAuthority: authority };
  return prodRaw({ gateway: { ...own, serverName, address, ...(isPem ? {} : rest) } });
}

async function withPush(change: Raw): Promise<Raw> {
  const gateway = (await withGateway("gateway.port", "8443")).gateway as Raw;
  return merged(prodRaw({ gateway, logs: { route: "agent", agent: "alloy" } }), change);
}

function withExporters(change: Raw): Raw {
  return merged(devRaw({ hosts: { app: { exporters: EXPORTERS_RAW } } }), change);
}

function withS3(change: Raw): Raw {
  const storage = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };
  return merged(devRaw({ logs: { storage } }), change);
}

function withRegion(change: Raw): Raw {
  const { ec2 } = (change.discovery ?? {}) as { readonly ec2?: Raw };
  return devRaw({ ...change, discovery: { ec2: { region: "eu-central-1", ...ec2 } } });
}

function withCompose(change: Raw): Raw {
  const scriptTag = { file: "index.html", url: "https://monitoring.shop.test/logger.js" };
  const compose = { directory: "/srv/shop", services: { nginx: "nginx" }, scriptTag };
  return prodRaw(merged({ hosts: { app: { compose } } }, change));
}

/** Examples are written as on a command line; lists and numbers as JSON. */
function read(example: string): unknown {
  try {
    return JSON.parse(example);
  } catch {
    return example;
  }
}

function isAccepted(raw: Raw, key: string): boolean {
  try {
    parseSettings(raw, "test");
    return true;
  } catch (error) {
    // A `kind` alone is not enough, so its own line must be the one that is not in the report.
    return key.endsWith(".kind") && !String(error).includes(`sightline:${key}:`);
  }
}
