import { PROBE_JOB } from "../../../configs/rules/probes";
import type { BenchStack } from "../bench-stack";
import { EDIT, EDITED_SETTING } from "../contenders/pulumi";
import { type Deployed, deployedOf } from "../deployed";
import type { Row, Section } from "../figures";
import { PlainPrometheus } from "../plain-prometheus";
import { loadedRule, untilRuleChanges } from "../rules-in-force";
import { scrapesLost } from "../scrapes";

const ALERT = "WebsiteDown";
/** Samples before an edit and after it, so that a gap has two ends. */
const AROUND = 2;
/** Probes are read at an interval of their own. */
const OWN_INTERVAL = `{job!="${PROBE_JOB}"}`;

interface Edited {
  readonly seconds: number;
  readonly lost: number;
}

/** What an edit is watched by. */
interface Watched {
  readonly runs: number;
  readonly intervalMs: number;
  /** Address of the Prometheus. */
  readonly origin: () => Promise<string>;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly report: (run: number, edited: Edited) => void;
  /** Edits it to one of the two values. */
  readonly edit: (which: keyof typeof EDIT) => Promise<unknown>;
}

/** One edit of a rule, until Prometheus judges by it: by a keeper, and by a restart as with Compose. */
export async function benchEdit(stack: BenchStack, runs: number): Promise<Section> {
  await stack.upToDate();
  const intervalMs = (await stack.settings()).intervals.scrape;
  const report =
    (how: string) =>
    (run: number, { seconds, lost }: Edited) => {
      const figures = `${seconds.toFixed(1)} s, ${lost} scrapes lost`;
      stack.commands.report(`run ${run} of ${runs}, ${how}: ${figures}`);
    };
  const pause = (milliseconds: number) => stack.commands.pause(milliseconds);
  const change = async (which: keyof typeof EDIT) => {
    await stack.edit({ [EDITED_SETTING]: EDIT[which] });
    await stack.up();
  };
  const deployed = new Map<keyof typeof EDIT, readonly Deployed[]>();
  deployed.set("before", deployedOf(await stack.exported()));
  const ours = await edits({
    ...{ runs, intervalMs, pause, report: report("by a keeper") },
    origin: () => Promise.resolve(process.env.SIGHTLINE_PROMETHEUS_URL ?? ""),
    edit: change,
  });
  await change("after");
  deployed.set("after", deployedOf(await stack.exported()));
  const plain = await PlainPrometheus.start(stack, deployed.get("before") ?? []);
  try {
    const theirs = await edits({
      ...{ runs, intervalMs, pause, report: report("by a restart") },
      origin: () => plain.origin(),
      edit: (which) => plain.replace(deployed.get(which) ?? []),
    });
    await stack.edit({ [EDITED_SETTING]: EDIT.before });
    return section(ours, theirs, intervalMs);
  } finally {
    await plain.remove();
  }
}

async function edits(watched: Watched): Promise<readonly Edited[]> {
  const all: Edited[] = [];
  // Every later edit has before it what was waited for after the one of before.
  await watched.pause(AROUND * watched.intervalMs);
  for (let run = 1; run <= watched.runs; run += 1) {
    const edited = await oneEdit(watched, run % 2 === 1 ? "after" : "before");
    watched.report(run, edited);
    all.push(edited);
  }
  return all;
}

async function oneEdit(watched: Watched, which: keyof typeof EDIT): Promise<Edited> {
  const { intervalMs, origin, edit } = watched;
  const address = await origin();
  const before = await loadedRule(address, ALERT);
  const startMs = Date.now();
  const changed = untilRuleChanges(address, ALERT, before);
  const [changedMs] = await Promise.all([changed, edit(which)]);
  await watched.pause(AROUND * intervalMs);
  const sinceMs = startMs - AROUND * intervalMs;
  const lost = await scrapesLost(address, { selector: OWN_INTERVAL, sinceMs, intervalMs });
  return { seconds: (changedMs - startMs) / 1_000, lost };
}

function section(ours: readonly Edited[], theirs: readonly Edited[], intervalMs: number): Section {
  const pair = (what: string, unit: Row["unit"], of: (one: Edited) => number): Row => ({
    what,
    unit,
    samples: ours.map(of),
    versus: { what: "Compose: files mounted, server restarted", samples: theirs.map(of) },
    evidence: "real",
  });
  return {
    rows: [
      pair("edit of a rule until Prometheus judges by it", "s", ({ seconds }) => seconds),
      pair("scrapes lost by it, of all targets", "scrapes", ({ lost }) => lost),
    ],
    notes: [
      `Every target is read each ${intervalMs / 1_000} s.`,
      "Our time is that of a whole `pulumi up`, which looks at every container. The other side is one " +
        "Prometheus in a Compose file, with the same files and targets, and its time is that of " +
        "writing the files and `restart`: nothing is checked, and a wrong file stops it.",
    ],
  };
}
