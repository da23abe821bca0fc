import { z } from "zod";

import {
  byteSize,
  duration,
  flag,
  group,
  integer,
  oneOf,
  pattern,
  ruleAndFix,
  text,
} from "./fields";

/**
 * The stack's settings, key by key. `Pulumi.yaml` declares the same top-level keys to the engine, and
 * a test holds the two together.
 */

const httpUrl = (exampleUrl: string) =>
  text({
    rule: "must be an absolute http(s) URL without credentials",
    example: exampleUrl,
    read: (value) => {
      const url = /\s/.test(value) || !URL.canParse(value) ? undefined : new URL(value);
      const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
      return isHttp && url.username === "" && url.password === "" ? value : undefined;
    },
  });

const mailAddress = pattern(
  /^[^\s@<>,;:"]+@[^\s@<>,;:"]+\.[^\s@<>,;:".]+$/,
  "must be one mail address",
  "ops@your-domain.org",
);

const absolutePath = (examplePath: string) =>
  pattern(/^\/(?!.*\/\.\.(\/|$))[^\0\n]*$/, "must be an absolute path without ..", examplePath);

const hostAddress = pattern(
  /^(?!0\.0\.0\.0$)(?!::$)(\d{1,3}(\.\d{1,3}){3}|[a-fA-F0-9:]*:[a-fA-F0-9:]+)$/,
  "must be one IP address of the host, never 0.0.0.0 (Docker's published ports go round the firewall)",
  "127.0.0.1",
);

const imageReference = pattern(
  /^(?!.*:latest$)[a-z0-9][\w.\-/:]*?:[\w][\w.-]{0,127}(@sha256:[a-f0-9]{64})?$/,
  "must be an image with an exact tag (not latest)",
  "prom/prometheus:v3.15.0",
);

const port = (examplePort: number) => integer({ min: 1, max: 65_535, example: examplePort });

const site = group({
  name: pattern(
    /^[a-z][a-z0-9-]{0,40}$/,
    "must be a short name of a-z, 0-9 and -",
    "shop",
  ).prefault("website"),
  pageUrl: httpUrl("http://application:80"),
  apiUrl: httpUrl("http://application:80/api/health"),
  dockerNetwork: pattern(
    /^[a-zA-Z0-9][\w.-]*$/,
    "must be the name of a Docker network",
    "website_default",
  ).optional(),
});

const intervals = group({
  probe: duration({ example: "60s", atLeast: "1s" }).prefault("60s"),
  probeTimeout: duration({ example: "10s", atLeast: "100ms" }).prefault("10s"),
  scrape: duration({ example: "15s", atLeast: "1s" }).prefault("15s"),
  evaluation: duration({ example: "15s", atLeast: "1s" }).prefault("15s"),
}).superRefine((value, context) => {
  if (value.probeTimeout < value.probe) return;
  context.addIssue({
    code: "custom",
    path: ["probeTimeout"],
    message: ruleAndFix(
      "must be shorter than intervals.probe",
      'for example "10s" with probe "60s"',
    ),
    input: value.probeTimeout,
  });
});

const host = group({
  endpoint: pattern(
    /^(local|ssh:\/\/[a-z_][\w-]*@[\w.-]+(:\d{1,5})?)$/,
    "must be local or ssh://user@host[:port]",
    "ssh://deploy@10.0.0.2",
  ).prefault("local"),
  address: hostAddress.prefault("127.0.0.1"),
  hostKey: pattern(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+$/,
    "must be the host's public key as in /etc/ssh/ssh_host_ed25519_key.pub, without the comment",
    "ssh-ed25519 AAAA…",
  ).optional(),
  dockerDataRoot: absolutePath("/var/lib/docker").prefault("/var/lib/docker"),
});

const storage = z.discriminatedUnion(
  "kind",
  [
    group({ kind: z.literal("filesystem") }),
    group({
      kind: z.literal("gcs"),
      project: pattern(
        /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
        "must be a Google Cloud project id",
        "my-project-123",
      ),
      location: pattern(/^[a-z]+-[a-z]+\d$/, "must be one Google Cloud region", "europe-west1"),
      bucket: pattern(
        /^(?!goog)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9_.-]{1,61}[a-z0-9]$/,
        "must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog",
        "my-project-website-logs",
      ),
    }),
  ],
  {
    error: ruleAndFix(
      "must have a kind: filesystem or gcs",
      'for example { "kind": "filesystem" }',
    ),
  },
);

const logs = group({
  retention: duration({ example: "7d", atLeast: "1d" }).prefault("7d"),
  storage: storage.prefault({ kind: "filesystem" }),
  route: oneOf(["agent", "nfs"]).prefault("agent"),
  directories: group({
    nginx: pattern(/^\.{0,2}\/.+$/, "must be a folder", "/srv/app/data/logs/nginx"),
    app: pattern(/^\.{0,2}\/.+$/, "must be a folder", "/srv/app/data/logs/app"),
    redis: pattern(/^\.{0,2}\/.+$/, "must be a folder", "/srv/app/data/logs/redis"),
  }),
  nfs: group({
    server: pattern(/^[\w.-]+$/, "must be a host name or address", "nfs-server").prefault(
      "nfs-server",
    ),
    exportRoot: absolutePath("/data/logs").prefault("/data/logs"),
  }).prefault({}),
});

const mail = z.discriminatedUnion(
  "kind",
  [
    group({ kind: z.literal("catcher"), to: z.array(mailAddress).min(1) }),
    group({
      kind: z.literal("smtp"),
      smarthost: pattern(
        /^[\w.-]+:\d{1,5}$/,
        "must be host:port of a mail server (the port is usually 587)",
        "mail.your-domain.org:587",
      ),
      from: mailAddress,
      to: z
        .array(mailAddress, {
          error: ruleAndFix(
            "must be a list of mail addresses",
            'for example ["ops@your-domain.org"]',
          ),
        })
        .min(
          1,
          ruleAndFix("must have at least one address", 'for example ["ops@your-domain.org"]'),
        ),
      username: text({
        rule: "must be the mail account's user name",
        example: "sightline",
        read: (value) => (value.trim() === "" ? undefined : value),
      }).optional(),
      requireTls: flag().prefault(true),
    }),
  ],
  { error: ruleAndFix("must have a kind: catcher or smtp", 'for example { "kind": "catcher" }') },
);

const publish = group({
  address: hostAddress.prefault("127.0.0.1"),
  grafana: port(3000).prefault(3000),
  prometheus: port(9090).prefault(9090),
  alertmanager: port(9093).prefault(9093),
  mail: port(1080).prefault(1080),
  loki: port(3100).prefault(3100),
}).superRefine((value, context) => {
  const seen = new Map<number, string>();
  for (const [name, number] of Object.entries(value)) {
    if (typeof number !== "number") continue;
    const other = seen.get(number);
    if (other) {
      context.addIssue({
        code: "custom",
        path: [name],
        message: ruleAndFix(`must differ from publish.${other}`, `for example ${number + 1}`),
        input: number,
      });
    }
    seen.set(number, name);
  }
});

export const settingsSchema = group({
  environment: pattern(/^[a-z][a-z0-9-]{0,30}$/, "must be a short name of a-z, 0-9 and -", "dev"),
  site,
  intervals: intervals.prefault({}),
  hosts: group({ monitoring: host.prefault({}), app: host.prefault({}) }).prefault({}),
  logs,
  metrics: group({
    retention: duration({ example: "7d", atLeast: "1h" }).prefault("7d"),
    retentionSize: byteSize("4GB").prefault("4GB"),
  }).prefault({}),
  mail,
  publish: publish.prefault({}),
  grafana: group({ enabled: flag().prefault(true) }).prefault({}),
  images: z
    .record(z.string(), imageReference, {
      error: ruleAndFix(
        "must map a service to its image",
        'for example { "loki": "grafana/loki:3.7.8" }',
      ),
    })
    .prefault({}),
  protectData: flag().prefault(false),
  allowPlaceholders: flag().prefault(false),
});
