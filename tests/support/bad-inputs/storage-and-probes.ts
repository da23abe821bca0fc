import { type BadInput, DURATION, refused, SPELT } from "./bad-input";

const RETENTION = `logs.retention: ${DURATION} 1d, ${SPELT}`;
const URL = "must be an absolute http(s) URL without credentials";
const PAGE_FIX = 'Fix: for example "http://application:80"';
const PORT = "must be a whole number from 1 to 65535";
const gcs = {
  kind: "gcs",
  project: "shop-monitoring-42",
  location: "europe-west1",
  bucket: "shop-website-logs",
};

const storage: readonly BadInput[] = [
  {
    row: 1,
    input: "a duration in words",
    refused: [
      refused({ logs: { retention: "7days" } }, `${RETENTION}; got "7days". Fix: for example "7d"`),
    ],
  },
  {
    row: 2,
    input: "a duration that is a number",
    refused: [refused({ logs: { retention: 7 } }, `${RETENTION}; got 7. Fix: for example "7d"`)],
  },
  {
    row: 3,
    input: "a duration of nothing, and a negative one",
    refused: ["0d", "-1d"].map((retention) =>
      refused(
        { metrics: { retention } },
        `metrics.retention: ${DURATION} 1h, ${SPELT}; got "${retention}". Fix: for example "7d"`,
      ),
    ),
  },
  {
    row: 4,
    input: "metrics kept for less than rules look back on",
    refused: [
      refused(
        { metrics: { retention: "1h" } },
        "metrics.retention: must hold what the alert AvailabilityBurnSlow looks back on (6h); got 1h. Fix: for example \"7d\", or pulumi config set --path 'sightline:alerts.AvailabilityBurnSlow.enabled' false",
      ),
    ],
  },
  {
    row: 5,
    input: "logs kept for less than Loki's index period of a day",
    refused: [
      refused({ logs: { retention: "12h" } }, `${RETENTION}; got "12h". Fix: for example "7d"`),
    ],
  },
  {
    row: 6,
    input: "a bucket that deletes before Loki does",
    otherwise:
      "The bucket's rule is made from logs.retention; there is no second number to be wrong.",
  },
  {
    row: 7,
    input: "no bucket",
    refused: [
      refused(
        { logs: { storage: { ...gcs, bucket: undefined } } },
        'logs.storage.bucket: must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog; got nothing. Fix: for example "my-project-website-logs"',
      ),
    ],
  },
  {
    row: 8,
    input: "no project",
    refused: [
      refused(
        { logs: { storage: { ...gcs, project: undefined } } },
        'logs.storage.project: must be a Google Cloud project id; got nothing. Fix: for example "my-project-123"',
      ),
    ],
  },
  {
    row: 9,
    input: "a bucket's name with capitals",
    refused: [
      refused(
        { logs: { storage: { ...gcs, bucket: "My_Bucket!" } } },
        'logs.storage.bucket: must be a bucket name: 3 to 63 of a-z 0-9 - _ ., not an IP address, not starting with goog; got "My_Bucket!". Fix: for example "my-project-website-logs"',
      ),
    ],
  },
  {
    row: 10,
    input: "an unknown storage",
    refused: [
      refused(
        { logs: { storage: { kind: "azure" } } },
        'logs.storage.kind: must be filesystem, gcs or s3; got "azure". Fix: for example { "kind": "filesystem" }',
      ),
    ],
  },
  {
    row: 52,
    input: "the day from which Loki's schema holds",
    otherwise: "It is no setting: nobody can change it.",
  },
];

const forms: readonly BadInput[] = [
  {
    row: 11,
    input: "a misspelt key",
    refused: [
      refused(
        { logs: { retentoin: "7d" } },
        'logs.retentoin: is not a setting. Fix: did you mean "retention"?',
      ),
    ],
  },
  {
    row: 12,
    input: "a word in the place of a group",
    refused: [
      refused(
        { grafana: "yes" },
        'grafana: must be a group of keys; got "yes". Fix: use one of enabled',
      ),
    ],
  },
  {
    row: 48,
    input: "an environment's name",
    refused: [
      refused(
        { environment: "Prod!" },
        'environment: must be a short name of a-z, 0-9 and -; got "Prod!". Fix: for example "dev"',
      ),
    ],
    otherwise: "Names are free: production is one like any other.",
  },
  {
    row: 50,
    input: "a file of settings that is no YAML",
    shownBy: [
      [
        "tests/e2e/dev-stack.test.ts",
        "a file of settings that is no YAML is refused in the engine's words",
      ],
    ],
  },
];

const probes: readonly BadInput[] = [
  {
    row: 13,
    input: "a URL without scheme",
    refused: [
      refused(
        { site: { pageUrl: "application:80" } },
        `site.pageUrl: ${URL}; got "application:80". ${PAGE_FIX}`,
      ),
    ],
  },
  {
    row: 14,
    input: "a URL of another scheme, with credentials, with a space, and none",
    refused: [
      refused({ site: { pageUrl: "ftp://x" } }, `site.pageUrl: ${URL}; got "ftp://x". ${PAGE_FIX}`),
      refused(
        { site: { pageUrl: "http://admin:hunter2@x" } },
        `site.pageUrl: ${URL}; got "http://***@x". ${PAGE_FIX}`,
      ),
      refused(
        { site: { pageUrl: "http://x y" } },
        `site.pageUrl: ${URL}; got "http://x y". ${PAGE_FIX}`,
      ),
      refused({ site: { pageUrl: undefined } }, `site.pageUrl: ${URL}; got nothing. ${PAGE_FIX}`),
    ],
  },
  {
    row: 15,
    input: "one URL twice",
    refused: [
      refused(
        { site: { pageUrl: "http://a", apiUrl: "http://a" } },
        'site.apiUrl: must not be pageUrl again: a single-page app answers 200 with its backend dead; got "http://a". Fix: a path that the backend answers, for example "http://application:80/api/health"',
      ),
    ],
  },
  {
    row: 16,
    input: "a probe that may take longer than its interval",
    refused: [
      refused(
        { intervals: { probe: "5s", probeTimeout: "10s" } },
        'intervals.probeTimeout: must be shorter than intervals.probe (5s); got 10s. Fix: for example "10s" with probe "60s"',
      ),
    ],
  },
  {
    row: 17,
    input: "a URL in the place of host:port",
    refused: [
      refused(
        { hosts: { app: { exporters: { rabbitmq: { address: "http://x:1/metrics" } } } } },
        'hosts.app.exporters.rabbitmq.address: must be host:port of the server; got "http://x:1/metrics". Fix: for example "rabbitmq:15692"',
      ),
    ],
  },
  {
    row: 51,
    input: "a prober or a method that there is not",
    otherwise: "The modules of the prober are ours; no setting names one.",
  },
];

const ports: readonly BadInput[] = [
  {
    row: 18,
    input: "a port that is none",
    refused: [70_000, -1, "3000a"].map((grafana) =>
      refused(
        { publish: { grafana } },
        `publish.grafana: ${PORT}; got ${JSON.stringify(grafana)}. Fix: for example 3000`,
      ),
    ),
  },
  {
    row: 19,
    input: "one port for two pages",
    refused: [
      refused(
        { publish: { grafana: 9090, prometheus: 9090 } },
        "publish: must give every page a port of its own; got 9090 for publish.grafana and publish.prometheus. Fix: pulumi config set --path 'sightline:publish.prometheus' <a free port>",
      ),
    ],
  },
  {
    row: 20,
    input: "a port that something else has",
    shownBy: [["tests/e2e/hosts-check-lab.test.ts", "ports that a container has, and a process"]],
  },
];

export const STORAGE_AND_PROBES: readonly BadInput[] = [...storage, ...forms, ...probes, ...ports];
