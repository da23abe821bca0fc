import { z } from "zod";

import { SECRET_KEYS } from "../secrets";
import {
  byteSize,
  duration,
  flag,
  group,
  oneOf,
  pattern,
  ruleAndFix,
  text,
  variants,
} from "./fields";
import {
  absolutePath,
  dockerEndpoint,
  exportPath,
  hostAddress,
  httpUrl,
  imageReference,
  logFolder,
  mailAddress,
  port,
  recipients,
  shortName,
  smarthost,
} from "./formats";

/**
 * The stack's settings, key by key. `Pulumi.yaml` declares the same top-level keys to the engine, and
 * a test holds the two together.
 */

const site = group({
  name: shortName(/^[a-z][a-z0-9-]{0,40}$/, "shop").prefault("website"),
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
});

const host = group({
  endpoint: dockerEndpoint.prefault("local"),
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
  variants(["filesystem", "gcs"]),
);

const logs = group({
  retention: duration({ example: "7d", atLeast: "1d" }).prefault("7d"),
  storage: storage.prefault({ kind: "filesystem" }),
  route: oneOf(["agent", "nfs"]).prefault("agent"),
  directories: group({
    nginx: logFolder("/srv/app/data/logs/nginx"),
    app: logFolder("/srv/app/data/logs/app"),
    redis: logFolder("/srv/app/data/logs/redis"),
  }),
  nfs: group({
    server: pattern(/^[\w.-]+$/, "must be a host name or address", "nfs-server").prefault(
      "nfs-server",
    ),
    exportRoot: exportPath("/data/logs").prefault("/data/logs"),
  }).prefault({}),
});

const mail = z.discriminatedUnion(
  "kind",
  [
    group({ kind: z.literal("catcher"), to: recipients }),
    group({
      kind: z.literal("smtp"),
      smarthost,
      from: mailAddress,
      to: recipients,
      username: text({
        rule: "must be the mail account's user name",
        example: "sightline",
        read: (value) => (value.trim() === "" ? undefined : value),
      }).optional(),
      requireTls: flag().prefault(true),
    }),
  ],
  variants(["catcher", "smtp"]),
);

const publish = group({
  address: hostAddress.prefault("127.0.0.1"),
  grafana: port(3000).prefault(3000),
  prometheus: port(9090).prefault(9090),
  alertmanager: port(9093).prefault(9093),
  mail: port(1080).prefault(1080),
  loki: port(3100).prefault(3100),
});

export const settingsSchema = group(
  {
    environment: shortName(/^[a-z][a-z0-9-]{0,30}$/, "dev"),
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
  },
  // Secrets travel apart, but whoever misspells one is told its name.
  SECRET_KEYS,
);
