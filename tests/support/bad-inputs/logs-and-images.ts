import { HOST_KEY } from "../fixtures";
import { type BadInput, refused } from "./bad-input";

const IMAGE = "must be an image with an exact tag (not latest)";
const IMAGE_FIX = 'Fix: for example "prom/prometheus:v3.15.0"';

const logs: readonly BadInput[] = [
  {
    row: 37,
    input: "a label that Loki does not take, too many of them, and one that is too long",
    refused: [
      refused(
        { logs: { sources: { titan: { container: "titan", labels: { "my-label": "x" } } } } },
        'logs.sources.titan.labels.my-label: must map names of letters, digits and _ to texts; got "x". Fix: for example { "team": "shop" }',
      ),
      refused(
        {
          logs: {
            sources: {
              titan: {
                container: "titan",
                labels: { a: "1", b: "1", c: "1", d: "1", e: "1", f: "1" },
              },
            },
          },
        },
        "logs.sources.titan.labels: must be at most 5: every combination of labels is a stream of its own; got 6. Fix: leave in the line what tells lines apart; queries find it there",
      ),
      refused(
        { logs: { sources: { titan: { container: "titan", labels: { a: "x".repeat(201) } } } } },
        'logs.sources.titan.labels.a: must be a text of 1 to 200 characters; got "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…. Fix: for example "shop"',
      ),
    ],
  },
  {
    row: 38,
    input: "one file by two ways",
    refused: [
      refused(
        {
          logs: {
            directories: { nginx: "/data/logs/nginx" },
            sources: { titan: { path: "/data/logs/nginx/*.log" } },
          },
        },
        'logs.sources.titan.path: must not read what the source nginx-access reads, or lines count twice; got "/data/logs/nginx/*.log". Fix: narrow one of the two, or remove it',
      ),
    ],
  },
  {
    row: 39,
    input: "a path that is relative, or no pattern",
    refused: [
      refused(
        { logs: { directories: { nginx: "logs/nginx" } } },
        'logs.directories.nginx: must be a folder that starts with / (or ./ where the site runs on this machine); got "logs/nginx". Fix: for example "/srv/app/data/logs/nginx"',
      ),
      refused(
        { logs: { sources: { titan: { path: "/data/[a" } } } },
        'logs.sources.titan.path: must be an absolute path in a folder, with * in the name of the file at most; got "/data/[a". Fix: for example "/var/log/titan/*.log"',
      ),
    ],
  },
  {
    row: 40,
    input: "an expression that is none, and one that RE2 does not know",
    refused: [
      refused(
        { logs: { filters: [{ source: "*", drop: "(abc" }] } },
        'logs.filters[0].drop: must be a regular expression by RE2\'s rules, without look-around and back-references: error parsing regexp: missing closing ): `(abc`; got "(abc". Fix: see https://github.com/google/re2/wiki/Syntax',
      ),
      refused(
        { logs: { filters: [{ source: "*", drop: "(?!abc)" }] } },
        'logs.filters[0].drop: must be a regular expression by RE2\'s rules, without look-around and back-references: error parsing regexp: invalid or unsupported Perl syntax: `(?!`; got "(?!abc)". Fix: see https://github.com/google/re2/wiki/Syntax',
      ),
    ],
  },
  {
    row: 42,
    input: "no NFS server, a relative export, and logs for everybody",
    refused: [
      refused(
        { logs: { nfs: { server: "" } } },
        'logs.nfs.server: must be a host name or address; got "". Fix: for example "nfs-server"',
      ),
      refused(
        { logs: { nfs: { exportRoot: "data/logs" } } },
        'logs.nfs.exportRoot: must be an absolute path without .., of letters, digits and . _ - /; got "data/logs". Fix: for example "/data/logs"',
      ),
      refused(
        { hosts: { monitoring: { address: "0.0.0.0" } } },
        'hosts.monitoring.address: must be one IPv4 address of the host, never 0.0.0.0 (Docker\'s published ports go round the firewall); got "0.0.0.0". Fix: for example "127.0.0.1"',
      ),
    ],
    otherwise: "Folders are exported to the address of the monitoring host and no other.",
  },
];

const rest: readonly BadInput[] = [
  {
    row: 41,
    input: "a dashboard twice, or with a checksum that is none",
    refused: [
      refused(
        {
          dashboards: {
            community: [
              { id: 1860, revision: 37 },
              { id: 1860, revision: 38 },
            ],
          },
        },
        'dashboards.community: must name each dashboard once; got [{"id":1860,"revision":37},{"id":1860,"revision":38}]. Fix: remove one of 1860',
      ),
      refused(
        { dashboards: { community: [{ id: 1860, revision: 37, sha256: "abc" }] } },
        'dashboards.community[0].sha256: must be the 64 hexadecimal digits of the file\'s SHA-256; got "abc". Fix: leave it out, and npm run dashboards prints the right one',
      ),
    ],
    otherwise: "Dashboards come by number or are code of this project; no file of them is read.",
  },
  {
    row: 43,
    input: "visitors of any origin",
    refused: ["*", "https://shop.test/page"].map((origin) =>
      refused(
        { browser: { origins: [origin] } },
        `browser.origins[0]: must be one exact origin: scheme and host, and the port where it is not the usual one; got "${origin}". Fix: for example "https://www.your-domain.org"`,
      ),
    ),
  },
  {
    row: 45,
    input: "an image without an exact tag",
    refused: ["prom/prometheus:latest", "prom/prometheus"].map((prometheus) =>
      refused(
        { images: { prometheus } },
        `images.prometheus: ${IMAGE}; got "${prometheus}". ${IMAGE_FIX}`,
      ),
    ),
  },
  {
    row: 46,
    input: "a server that is too old for its files",
    refused: [
      refused(
        { images: { loki: "grafana/loki:2.9.8" } },
        'images.loki: must be 3.7 or later; got "grafana/loki:2.9.8". Fix: for example "grafana/loki:3.7.8"',
      ),
      refused(
        { images: { cadvisor: "gcr.io/cadvisor/cadvisor:v0.49.1" } },
        'images.cadvisor: must be 0.53 or later; got "gcr.io/cadvisor/cadvisor:v0.49.1". Fix: for example "ghcr.io/google/cadvisor:0.60.6"',
      ),
    ],
  },
  {
    row: 47,
    input: "a size without unit",
    refused: [
      refused(
        { metrics: { retentionSize: "512" } },
        'metrics.retentionSize: must be a size in KB, MB, GB or TB; got "512". Fix: for example "4GB"',
      ),
    ],
    notBuilt: "What memory a container may take is no setting.",
  },
  {
    row: 49,
    input: "containers of another stack of the same name",
    notBuilt:
      "Containers are named by their stack, and what tells two of one name apart is their states, which the " +
      "program does not see. Docker's own refusal names the container.",
  },
  {
    row: 53,
    input: "a Docker that is not reached, or too old",
    shownBy: [
      ["tests/e2e/hosts-check.test.ts", "are all named in one refusal, and nothing is made"],
      ["tests/unit/configs/preflight/judge.test.ts", "may not be %s"],
    ],
  },
  {
    row: 54,
    input: "a tunnel without peers, or in a network of Docker's",
    refused: [
      refused(
        {
          hosts: {
            monitoring: {
              endpoint: "ssh://deploy@10.0.0.2",
              address: "10.0.0.2",
              hostKey: HOST_KEY,
            },
            app: { address: "10.0.0.3" },
          },
          wireguard: { enabled: true },
        },
        "wireguard.peers: must name somebody: nobody else comes in; got {}. Fix: pulumi config set --path 'sightline:wireguard.peers.anna.address' 10.66.0.2",
      ),
    ],
    shownBy: [
      ["tests/unit/configs/wireguard/scripts.test.ts", "refuse a network that is there already"],
    ],
  },
];

export const LOGS_AND_IMAGES: readonly BadInput[] = [...logs, ...rest];
