import { SECRET_KEYS } from "../../../configs/secrets";
import { devRaw, HOST_KEY, prodRaw, type Raw, shippedSettings } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";

type Case = readonly [name: string, overrides: Raw, message: string];

const duration = "must be a duration of at least 1d, written like 500ms, 60s, 1m30s or 7d";
const url = "must be an absolute http(s) URL without credentials";
const port = "must be a whole number from 1 to 65535";
const bucket =
  "must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog";
const address =
  "must be private or one IPv4 address of the host, never 0.0.0.0 (Docker's published ports go round the firewall)";
const hostKeyFix = "ask a trusted shell on that host: cat /etc/ssh/ssh_host_ed25519_key.pub";

const devCases: readonly Case[] = [
  [
    "a duration in words",
    { logs: { retention: "7days" } },
    `logs.retention: ${duration}; got "7days". Fix: for example "7d"`,
  ],
  [
    "a duration without unit",
    { logs: { retention: 7 } },
    `logs.retention: ${duration}; got 7. Fix: for example "7d"`,
  ],
  [
    "a duration of nothing",
    { logs: { retention: "0d" } },
    `logs.retention: ${duration}; got "0d". Fix: for example "7d"`,
  ],
  [
    "a negative duration",
    { metrics: { retention: "-1d" } },
    'metrics.retention: must be a duration of at least 1h, written like 500ms, 60s, 1m30s or 7d; got "-1d". Fix: for example "7d"',
  ],
  [
    "logs kept for less than Loki's index period of a day",
    { logs: { retention: "12h" } },
    `logs.retention: ${duration}; got "12h". Fix: for example "7d"`,
  ],
  [
    "metrics kept for less than ten probes",
    { metrics: { retention: "1h" }, intervals: { probe: "10m" } },
    'metrics.retention: must hold at least ten probes (1h40m), or the alert rules have nothing to look back on; got 1h. Fix: for example "7d"',
  ],
  [
    "a size with a space",
    { metrics: { retentionSize: "4 GB" } },
    'metrics.retentionSize: must be a size in KB, MB, GB or TB; got "4 GB". Fix: for example "4GB"',
  ],
  [
    "a probe that may take longer than its interval",
    { intervals: { probe: "5s" } },
    'intervals.probeTimeout: must be shorter than intervals.probe (5s); got 10s. Fix: for example "10s" with probe "60s"',
  ],
  [
    "an unknown storage",
    { logs: { storage: { kind: "azure" } } },
    'logs.storage.kind: must be filesystem, gcs or s3; got "azure". Fix: for example { "kind": "filesystem" }',
  ],
  [
    "a misspelt kind",
    { mail: { kind: "smpt" } },
    'mail.kind: must be catcher or smtp; got "smpt". Fix: did you mean "smtp"?',
  ],
  [
    "a word where a group with a kind belongs",
    { logs: { storage: "gcs" } },
    'logs.storage: must be a group with a kind: filesystem, gcs or s3; got "gcs". Fix: for example { "kind": "filesystem" }',
  ],
  [
    "a misspelt key",
    { logs: { retentoin: "7d" } },
    'logs.retentoin: is not a setting. Fix: did you mean "retention"?',
  ],
  [
    "a key that resembles none",
    { publish: { zzzzzzzz: 1 } },
    "publish.zzzzzzzz: is not a setting. Fix: use one of address, grafana, prometheus, alertmanager, mail, loki",
  ],
  [
    "a misspelt secret, whose value is not shown",
    { smtpPasword: "hunter2" },
    'smtpPasword: is not a setting. Fix: did you mean "smtpPassword"?',
  ],
  [
    "a password inside a group, whose value is not shown",
    { grafana: { adminPassword: "hunter2" } },
    `grafana.adminPassword: is not a setting. Fix: remove it (it has been seen), change it, and keep it as one of the secrets ${SECRET_KEYS.join(", ")}: pulumi config set --secret sightline:<secret>`,
  ],
  [
    "a word where a group belongs",
    { grafana: "yes" },
    'grafana: must be a group of keys; got "yes". Fix: use one of enabled',
  ],
  [
    "a group left empty",
    { site: null },
    "site: must be a group of keys; got null. Fix: use one of name, pageUrl, apiUrl, pages, dockerNetwork",
  ],
  [
    "a boolean in words",
    { grafana: { enabled: "yes" } },
    'grafana.enabled: must be true or false; got "yes". Fix: for example true',
  ],
  [
    "a URL without scheme",
    { site: { pageUrl: "application:80" } },
    `site.pageUrl: ${url}; got "application:80". Fix: for example "http://application:80"`,
  ],
  [
    "a URL of another scheme",
    { site: { apiUrl: "ftp://application/api" } },
    `site.apiUrl: ${url}; got "ftp://application/api". Fix: for example "http://application:80/api/health"`,
  ],
  [
    "a URL with a space",
    { site: { pageUrl: "http://appli cation" } },
    `site.pageUrl: ${url}; got "http://appli cation". Fix: for example "http://application:80"`,
  ],
  [
    "a URL with a password, which is not shown",
    { site: { pageUrl: "http://admin:hunter2@application" } },
    `site.pageUrl: ${url}; got "http://***@application". Fix: for example "http://application:80"`,
  ],
  [
    "a missing URL",
    { site: { apiUrl: undefined } },
    `site.apiUrl: ${url}; got nothing. Fix: for example "http://application:80/api/health"`,
  ],
  [
    "the same URL twice",
    { site: { apiUrl: "http://application:80" } },
    'site.apiUrl: must not be pageUrl again: a single-page app answers 200 with its backend dead; got "http://application:80". Fix: a path that the backend answers, for example "http://application:80/api/health"',
  ],
  [
    "a page with capitals",
    { site: { pages: { Checkout: "http://application:80/checkout" } } },
    'site.pages.Checkout: must have a short name of a-z, 0-9 and -; got "http://application:80/checkout". Fix: for example "checkout"',
  ],
  [
    "a page by the name of the site's own",
    { site: { pages: { api: "http://application:80/checkout" } } },
    'site.pages.api: must have another name: checks of site.apiUrl are called that; got "api". Fix: for example "api-2"',
  ],
  [
    "a page that is checked already, spelt otherwise",
    { site: { pages: { home: "http://application/" } } },
    "site.pages.home: must be a URL that is not checked already: site.pageUrl is the same; got \"http://application/\". Fix: another URL, or pulumi config rm --path 'sightline:site.pages.home'",
  ],
  [
    "two pages with one URL",
    { site: { pages: { b: "http://application/x", a: "http://application:80/x" } } },
    "site.pages.b: must be a URL that is not checked already: site.pages.a is the same; got \"http://application/x\". Fix: another URL, or pulumi config rm --path 'sightline:site.pages.b'",
  ],
  [
    "a page of another scheme",
    { site: { pages: { shop: "ftp://application/shop" } } },
    `site.pages.shop: ${url}; got "ftp://application/shop". Fix: for example "https://shop.your-domain.org/checkout"`,
  ],
  [
    "a site name with capitals",
    { site: { name: "My Shop" } },
    'site.name: must be a short name of a-z, 0-9 and -; got "My Shop". Fix: for example "shop"',
  ],
  [
    "a network name that Docker refuses",
    { site: { dockerNetwork: "-x" } },
    'site.dockerNetwork: must be the name of a Docker network; got "-x". Fix: for example "website_default"',
  ],
  [
    "a port past the last one",
    { publish: { grafana: 70_000 } },
    `publish.grafana: ${port}; got 70000. Fix: for example 3000`,
  ],
  [
    "a negative port",
    { publish: { loki: -1 } },
    `publish.loki: ${port}; got -1. Fix: for example 3100`,
  ],
  [
    "a port with a letter",
    { publish: { mail: "3000a" } },
    `publish.mail: ${port}; got "3000a". Fix: for example 1080`,
  ],
  [
    "half a port",
    { publish: { prometheus: 1.5 } },
    `publish.prometheus: ${port}; got 1.5. Fix: for example 9090`,
  ],
  [
    "one port for two pages",
    { publish: { grafana: 9090 } },
    "publish: must give every page a port of its own; got 9090 for publish.grafana and publish.prometheus. Fix: pulumi config set --path 'sightline:publish.prometheus' <a free port>",
  ],
  [
    "pages open to everybody",
    { publish: { address: "0.0.0.0" } },
    `publish.address: ${address}; got "0.0.0.0". Fix: for example "127.0.0.1"`,
  ],
  [
    "an address that is none",
    { publish: { address: "999.1.1.1" } },
    `publish.address: ${address}; got "999.1.1.1". Fix: for example "127.0.0.1"`,
  ],
  [
    "nobody to mail to",
    { mail: { to: [] } },
    'mail.to: must have at least one address; got []. Fix: for example ["ops@your-domain.org"]',
  ],
  [
    "one recipient that is no list",
    { mail: { to: "ops@shop.test" } },
    'mail.to: must be a list of mail addresses; got "ops@shop.test". Fix: for example ["ops@your-domain.org"]',
  ],
  [
    "a recipient that is no address",
    { mail: { to: ["ops@shop.test", "not an email"] } },
    'mail.to[1]: must be one mail address; got "not an email". Fix: for example "ops@your-domain.org"',
  ],
  [
    "an image without exact tag",
    { images: { loki: "grafana/loki:latest" } },
    'images.loki: must be an image with an exact tag (not latest); got "grafana/loki:latest". Fix: for example "prom/prometheus:v3.15.0"',
  ],
  [
    "an image without any tag",
    { images: { loki: "grafana/loki" } },
    'images.loki: must be an image with an exact tag (not latest); got "grafana/loki". Fix: for example "prom/prometheus:v3.15.0"',
  ],
  [
    "an image of a misspelt service",
    { images: { lokii: "grafana/loki:3.7.8" } },
    'images.lokii: is not an image of this stack. Fix: did you mean "loki"?',
  ],
  [
    "images as a list",
    { images: ["grafana/loki:3.7.8"] },
    'images: must map a service to its image; got ["grafana/loki:3.7.8"]. Fix: for example { "loki": "grafana/loki:3.7.8" }',
  ],
  [
    "an environment with capitals",
    { environment: "Prod!" },
    'environment: must be a short name of a-z, 0-9 and -; got "Prod!". Fix: for example "dev"',
  ],
  [
    "a log folder that could mean anything",
    { logs: { directories: { nginx: "logs/nginx" } } },
    'logs.directories.nginx: must be a folder that starts with / (or ./ where the site runs on this machine); got "logs/nginx". Fix: for example "/srv/app/data/logs/nginx"',
  ],
  [
    "a misspelt route",
    { logs: { route: "nsf" } },
    'logs.route: must be one of agent, nfs; got "nsf". Fix: did you mean "nfs"?',
  ],
  [
    "a misspelt route of one log",
    { logs: { routes: { nginx: "nsf" } } },
    'logs.routes.nginx: must be one of agent, nfs; got "nsf". Fix: did you mean "nfs"?',
  ],
  [
    "NFS on one machine",
    { logs: { route: "nfs" } },
    "logs.route: can be nfs only between hosts reached over ssh; got \"nfs\" with app and monitoring local. Fix: pulumi config set --path 'sightline:logs.route' agent",
  ],
];

const prodCases: readonly Case[] = [
  [
    "a Docker host that is neither local nor ssh",
    { hosts: { app: { endpoint: "tcp://10.0.0.3:2375" } } },
    'hosts.app.endpoint: must be local or ssh://user@host[:port]; got "tcp://10.0.0.3:2375". Fix: for example "ssh://deploy@10.0.0.2"',
  ],
  [
    "an ssh port past the last one",
    { hosts: { app: { endpoint: "ssh://deploy@application:70000" } } },
    'hosts.app.endpoint: must be local or ssh://user@host[:port]; got "ssh://deploy@application:70000". Fix: for example "ssh://deploy@10.0.0.2"',
  ],
  [
    "a host key that is none",
    { hosts: { app: { hostKey: "AAAA" } } },
    'hosts.app.hostKey: must be the host\'s public key as in /etc/ssh/ssh_host_ed25519_key.pub, without the comment; got "AAAA". Fix: for example "ssh-ed25519 AAAA…"',
  ],
  [
    "a missing host key",
    { hosts: { app: { hostKey: undefined } } },
    `hosts.app.hostKey: must be set for a host that is reached over ssh: its key is checked, never accepted blindly; got nothing. Fix: ${hostKeyFix}`,
  ],
  [
    "a host that the other one cannot reach",
    { hosts: { monitoring: { address: "127.0.0.1" } } },
    "hosts.monitoring.address: must be the private or VPN address at which the other hosts reach this one; got \"127.0.0.1\". Fix: pulumi config set --path 'sightline:hosts.monitoring.address' 10.0.0.2",
  ],
  [
    "a relative Docker folder",
    { hosts: { app: { dockerDataRoot: "docker" } } },
    'hosts.app.dockerDataRoot: must be an absolute path without ..; got "docker". Fix: for example "/var/lib/docker"',
  ],
  [
    "the site's Docker network on another host",
    { site: { dockerNetwork: "website_default" } },
    'site.dockerNetwork: only makes sense where the site and its monitoring share one Docker host; got "website_default". Fix: remove it, and probe the site by its public URL',
  ],
  [
    "NFS with two app hosts",
    {
      hosts: {
        "web-2": { endpoint: "ssh://deploy@web-2", address: "10.0.0.4", hostKey: HOST_KEY },
      },
    },
    "logs.route: can be nfs only with one app host; got \"nfs\" with app and web-2. Fix: pulumi config set --path 'sightline:logs.route' agent",
  ],
  [
    "NFS between two names of one machine",
    { hosts: { app: { endpoint: "ssh://deploy@monitoring-host", address: "10.0.0.2" } } },
    "logs.route: can be nfs only between two machines; got \"nfs\" with app and monitoring on one. Fix: pulumi config set --path 'sightline:logs.route' agent",
  ],
  [
    "NFS of one folder and a log in another",
    { logs: { directories: { nginx: "/srv/app/data/logs/nginx" } } },
    "logs.directories.nginx: must be the folder of that name in logs.nfs.exportRoot with route nfs, which exports no other; got \"/srv/app/data/logs/nginx\". Fix: pulumi config set --path 'sightline:logs.directories.nginx' /data/logs/nginx, or correct logs.nfs.exportRoot",
  ],
  [
    "a relative log folder on another host",
    { logs: { route: "agent", directories: { app: "./logs/app" } } },
    'logs.directories.app: must be an absolute path on an app host that is reached over ssh; got "./logs/app". Fix: for example "/srv/app/data/logs/app"',
  ],
  [
    "a bucket name with capitals",
    { logs: { storage: { bucket: "My_Bucket!" } } },
    `logs.storage.bucket: ${bucket}; got "My_Bucket!". Fix: for example "my-project-website-logs"`,
  ],
  [
    "a bucket without name",
    { logs: { storage: { bucket: undefined } } },
    `logs.storage.bucket: ${bucket}; got nothing. Fix: for example "my-project-website-logs"`,
  ],
  [
    "a project number with capitals",
    { logs: { storage: { project: "P" } } },
    'logs.storage.project: must be a Google Cloud project id; got "P". Fix: for example "my-project-123"',
  ],
  [
    "a multi-region",
    { logs: { storage: { location: "EU" } } },
    'logs.storage.location: must be one Google Cloud region; got "EU". Fix: for example "europe-west1"',
  ],
  [
    "an export that climbs up",
    { logs: { nfs: { exportRoot: "/../etc" } } },
    'logs.nfs.exportRoot: must be an absolute path without .., of letters, digits and . _ - /; got "/../etc". Fix: for example "/data/logs"',
  ],
  [
    "an export that would be two words in /etc/fstab",
    { logs: { nfs: { exportRoot: "/data/my logs" } } },
    'logs.nfs.exportRoot: must be an absolute path without .., of letters, digits and . _ - /; got "/data/my logs". Fix: for example "/data/logs"',
  ],
  [
    "no NFS server",
    { logs: { nfs: { server: "" } } },
    'logs.nfs.server: must be a host name or address; got "". Fix: for example "nfs-server"',
  ],
  [
    "a mail server without port",
    { mail: { smarthost: "mail.shop.test" } },
    'mail.smarthost: must be host:port of a mail server (the port is usually 587); got "mail.shop.test". Fix: for example "mail.your-domain.org:587"',
  ],
  [
    "a mail server with an impossible port",
    { mail: { smarthost: "mail.shop.test:99999" } },
    'mail.smarthost: must be host:port of a mail server (the port is usually 587); got "mail.shop.test:99999". Fix: for example "mail.your-domain.org:587"',
  ],
  [
    "a sender that is no address",
    { mail: { from: "sightline" } },
    'mail.from: must be one mail address; got "sightline". Fix: for example "ops@your-domain.org"',
  ],
  [
    "an empty user name",
    { mail: { username: " " } },
    'mail.username: must be the mail account\'s user name, in one line; got " ". Fix: for example "sightline"',
  ],
  [
    "a placeholder for a mail server",
    { mail: { smarthost: "smtp.example.com:587" } },
    "mail.smarthost: is still the placeholder of the sample settings; got \"smtp.example.com:587\". Fix: pulumi config set --path 'sightline:mail.smarthost' <your own>",
  ],
  [
    "a placeholder for the site",
    { site: { pageUrl: "https://www.example.com" } },
    "site.pageUrl: is still the placeholder of the sample settings; got \"https://www.example.com\". Fix: pulumi config set --path 'sightline:site.pageUrl' <your own>",
  ],
];

describe("one wrong setting gives one message that names key, value, rule and fix", () => {
  it.each(devCases)("dev: %s", (_, overrides, message) => {
    expect(problemsOf(devRaw(overrides))).toEqual([message]);
  });

  it.each(prodCases)("prod: %s", (_, overrides, message) => {
    expect(problemsOf(prodRaw(overrides))).toEqual([message]);
  });
});

describe("several wrong settings", () => {
  it("are all in one report, rules between settings included", () => {
    const raw = devRaw({
      environment: "X",
      lgos: {},
      intervals: { probe: "5s" },
      mail: { to: ["ops"] },
    });
    expect(problemsOf(raw)).toEqual([
      'environment: must be a short name of a-z, 0-9 and -; got "X". Fix: for example "dev"',
      'mail.to[0]: must be one mail address; got "ops". Fix: for example "ops@your-domain.org"',
      'lgos: is not a setting. Fix: did you mean "logs"?',
      'intervals.probeTimeout: must be shorter than intervals.probe (5s); got 10s. Fix: for example "10s" with probe "60s"',
    ]);
  });

  it("name what is missing when nothing is set at all", () => {
    expect(problemsOf({})).toEqual([
      'environment: must be a short name of a-z, 0-9 and -; got nothing. Fix: for example "dev"',
      "site: must be a group of keys; got nothing. Fix: use one of name, pageUrl, apiUrl, pages, dockerNetwork",
      "logs: must be a group of keys; got nothing. Fix: use one of retention, storage, storageBefore, agent, route, routes, directories, timezone, sources, docker, system, personalData, filters, nfs",
      'mail: must be a group with a kind: catcher or smtp; got nothing. Fix: for example { "kind": "catcher" }',
    ]);
  });

  it("name every placeholder of the shipped prod settings and both missing host keys", () => {
    const keys = problemsOf(shippedSettings("prod")).map((line) => line.split(": ")[0]);
    expect(keys).toEqual([
      "site.pageUrl",
      "site.apiUrl",
      "mail.smarthost",
      "mail.from",
      "mail.to[0]",
      "logs.storage.project",
      "logs.storage.bucket",
      "hosts.monitoring.hostKey",
      "hosts.app.hostKey",
    ]);
  });

  it("ask for both addresses where only one of two hosts is remote", () => {
    const monitoring = { endpoint: "ssh://deploy@monitoring", hostKey: HOST_KEY };
    const lines = problemsOf(devRaw({ hosts: { monitoring }, site: { dockerNetwork: undefined } }));
    expect(lines.map((line) => line.split(": ")[0])).toEqual([
      "hosts.monitoring.address",
      "hosts.app.address",
    ]);
  });
});

describe("a secret in the wrong place", () => {
  it.each([
    ["in a URL", { mail: "smtp://sightline:hunter2@mail.shop.test" }],
    [
      "in a group of the wrong kind",
      { logs: { storage: [{ kind: "gcs", secretKey: "hunter2" }] } },
    ],
    ["under an unknown key", { mail: { kind: "smtp", password: "hunter2" } }],
    ["under a misspelt key", { smtpPassword2: "hunter2" }],
  ])("is never printed: %s", (_, overrides: Raw) => {
    const report = problemsOf(devRaw(overrides)).join("\n");
    expect(report).not.toBe("");
    expect(report).not.toContain("hunter2");
  });
});

describe("a very long value", () => {
  it("is cut to one readable line", () => {
    const [line = ""] = problemsOf(devRaw({ site: { name: "x".repeat(500) } }));
    expect(line).toBe(
      `site.name: must be a short name of a-z, 0-9 and -; got "${"x".repeat(76)}…. Fix: for example "shop"`,
    );
  });
});
