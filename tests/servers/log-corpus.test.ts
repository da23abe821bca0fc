import { alloySpec } from "../../configs/services/alloy";
import { promtailSpec } from "../../configs/services/promtail";
import type { Settings } from "../../configs/settings/settings";
import { prodSettings } from "../support/fixtures";
import {
  CORPUS_NAMES,
  type CorpusEntry,
  type CorpusName,
  readCorpus,
} from "../support/log-corpus/read-corpus";
import { LogLab, type StoredEntry } from "../support/log-lab";
import { waitFor } from "../support/wait";

/** The day of every line that has a time; those without have today's. */
const DAY = "2026-03-14";
const MINUTE = 60_000;

/** Where each file of the corpus is read, and with which labels. */
const PLACES: Readonly<
  Record<CorpusName, readonly [path: string, labels: Record<string, string>]>
> = {
  app: ["/mnt/app-logs/app.log", { job: "app", service: "fastapi" }],
  auth: ["/mnt/system-logs/auth.log", { job: "system", service: "system" }],
  "nginx-access": ["/mnt/nginx-logs/access.log", { job: "nginx", service: "nginx" }],
  "nginx-error": ["/mnt/nginx-logs/error.log", { job: "nginx", service: "nginx" }],
  redis: ["/mnt/redis-logs/redis.log", { job: "redis", service: "redis" }],
  syslog: ["/mnt/system-logs/syslog", { job: "system", service: "system" }],
  titan: ["/mnt/titan-logs/info.log", { job: "titan", service: "shop", team: "orders" }],
};

/** Two hosts, so that one agent reads it all. */
function settingsOf(agent: Settings["logs"]["agent"]): Settings {
  return prodSettings({
    environment: agent,
    logs: {
      agent,
      route: "agent",
      system: true,
      sources: {
        titan: { path: "/var/log/titan/*.log", service: "shop", labels: { team: "orders" } },
      },
    },
  });
}

/** What Loki must have of an entry, comparable with what it has. */
function expectedOf(name: CorpusName, entry: CorpusEntry, env: string) {
  const [, labels] = PLACES[name];
  return {
    labels: { env, host: "app", ...labels, ...entry.labels },
    fields: entry.fields,
    line: entry.kept,
    ...(entry.time ? { time: `${DAY}T${entry.time}Z` } : {}),
  };
}

const corpus = CORPUS_NAMES.flatMap((name) => readCorpus(name).map((entry) => ({ name, entry })));
const timed = new Set(corpus.filter(({ entry }) => entry.time).map(({ entry }) => entry.kept));

/** Without the time of those that have none of their own: it is the time of the test. */
function comparable({ time, ...rest }: StoredEntry) {
  // The year of a system log's old form is the one in which it is read.
  const written = time.replace(/^\d{4}/, DAY.slice(0, 4));
  return timed.has(rest.line) ? { ...rest, time: written } : rest;
}

/** Files are read in order: when these are stored, so is the rest. */
const lastLines = CORPUS_NAMES.map((name) => readCorpus(name).at(-1)?.kept);

const byLine = (one: { line: string }, other: { line: string }) =>
  one.line < other.line ? -1 : one.line > other.line ? 1 : 0;

describe("the corpus of log lines, through the real agents into a real Loki", () => {
  let lab: LogLab;

  beforeAll(async () => {
    lab = await LogLab.create("corpus");
    for (const name of CORPUS_NAMES) {
      const lines = readCorpus(name).map(({ written }) => `${written}\n`);
      await lab.write(PLACES[name][0], lines.join(""));
    }
  }, 2 * MINUTE);

  afterAll(() => lab.remove(), MINUTE);

  test.each([
    ["promtail", promtailSpec],
    ["alloy", alloySpec],
  ] as const)(
    "%s gives every line its labels, fields, text and time",
    async (agent, specOf) => {
      await lab.start(specOf(settingsOf(agent), "app"));
      const selector = `{env="${agent}"}`;
      const year = new Date().getUTCFullYear();
      const windows = [
        ["2026-03-14T00:00:00Z", "2026-03-15T00:00:00Z"],
        [
          new Date(Date.now() - 10 * MINUTE).toISOString(),
          new Date(Date.now() + 10 * MINUTE).toISOString(),
        ],
        ...(year === 2026 ? [] : [[`${year}-03-14T00:00:00Z`, `${year}-03-15T00:00:00Z`]]),
      ] as const;
      const stored = await waitFor(
        { what: `the last line of each file by ${agent}`, deadlineMs: 90_000, everyMs: 1_000 },
        async () => {
          const parts = await Promise.all(
            windows.map(([from = "", to = ""]) => lab.entries(selector, from, to)),
          );
          return parts.flat();
        },
        (entries) => lastLines.every((last) => entries.some(({ line }) => line === last)),
      );
      expect(stored.map(comparable).sort(byLine)).toEqual(
        corpus.map(({ name, entry }) => expectedOf(name, entry, agent)).sort(byLine),
      );
    },
    3 * MINUTE,
  );
});
