import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import { SECRET_KEYS } from "../../configs/secrets";
import { settingsSchema } from "../../configs/settings/schema";
import { parseSettings } from "../../configs/settings/settings";
import { documentedSettings } from "../../tools/editor/documented";
import { SCHEMA_FILE, stackFileSchemaText } from "../../tools/editor/settings-schema";
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
        key === "hosts" || key === "peers"
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
    const chosen = path === "site.pages" ? "<name>" : "<service>";
    return new Map([[`${path}.${chosen}`, "*none*"]]);
  }
  const { default: value } = schema;
  const isPlain = value !== undefined && typeof value !== "object";
  return new Map([[path, isPlain ? `\`${String(value)}\`` : "*none*"]]);
}

const documented = documentedSettings();

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
      : key.startsWith("browser.")
        ? [merged(await withGateway("gateway.port", "8443"), change as Raw)]
        : key.endsWith(".metrics")
          ? [await withPush(change as Raw)]
          : [
              devRaw,
              prodRaw,
              withWebhook,
              withExporters,
              withRegion,
              withCompose,
              withS3,
              withDisk,
              withTunnel,
              withWatch,
              withCopy,
            ].map((raw) => raw(change as Raw));
    expect(raws.some((raw) => isAccepted(raw, key))).toBe(true);
  });

  it("is what editors say: npm run schema was run after the last change", () => {
    expect(readFileSync(join(repositoryRoot, SCHEMA_FILE), "utf8")).toBe(stackFileSchemaText());
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
  const path = key.replace("gateway.", "");
  if (path.startsWith("tls.")) return withAcme(path.replace("tls.", ""), example);
  const change = { [path]: read(example) };
  const { serverName = "10.0.0.2", address = "10.0.0.2", ...rest } = change;
  const { certificate, authority } = await makeCertificates(String(serverName), 1);
  const isPem = example.startsWith("-----BEGIN CERTIFICATE-----");
  const own = { enabled: true, certificate, certificateAuthority: authority };
  return prodRaw({ gateway: { ...own, serverName, address, ...(isPem ? {} : rest) } });
}

function withAcme(key: string, example: string): Raw {
  const isPem = example.startsWith("-----BEGIN CERTIFICATE-----");
  const tls = { kind: "acme", email: "ops@shop.test", ...(isPem ? {} : { [key]: read(example) }) };
  return prodRaw({ gateway: { enabled: true, serverName: "door.shop.test", tls } });
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

function withDisk(change: Raw): Raw {
  const storageBefore = { kind: "filesystem", until: "2026-12-01" };
  return merged(withS3({ logs: { storageBefore } }), change);
}

function withWatch(change: Raw): Raw {
  const url = "https://monitoring.shop.test/";
  const outsideWatch = { project: "shop-monitoring-42", to: ["ops@shop.test"], url };
  return devRaw(merged({ outsideWatch }, change));
}

function withCopy(change: Raw): Raw {
  const remoteWrite = {
    url: "https://metrics.shop.test/api/v1/write",
    login: "basic",
    username: "anna",
  };
  return devRaw(merged({ metrics: { remoteWrite } }, change));
}

function withTunnel(change: Raw): Raw {
  return merged(prodRaw({ wireguard: { peers: { app: { address: "10.66.0.9" } } } }), change);
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
