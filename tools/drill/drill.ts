/** What a drill does to a stack and its site, and how it looks. */
export interface Stage {
  readonly breakTarget: () => Promise<void>;
  readonly heal: () => Promise<void>;
  /** Whether the alert fires. */
  readonly isFiring: () => Promise<boolean>;
  /** When the mail was handed over, as Unix milliseconds; undefined while it was not. */
  readonly mailedMs: (status: MailStatus) => Promise<number | undefined>;
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Takes a line about how far it is. */
  readonly report: (line: string) => void;
}

export type MailStatus = "FIRING" | "RESOLVED";

/** In seconds; the first two since the target broke, the last since it was healed. */
export interface Figures {
  readonly detect: number;
  readonly notify: number;
  readonly resolve: number;
}

/** How long each step may take, in milliseconds. */
export interface Limits {
  readonly detectMs: number;
  readonly notifyMs: number;
  readonly resolveMs: number;
}

const POLL_MS = 500;
const PROGRESS_MS = 15_000;

/**
 * Breaks the target, waits for the alert and its mail, heals it, and waits for the mail that says so. It is
 * healed whatever happens.
 *
 * @throws Error with the step that took longer than its limit
 */
export async function runDrill(stage: Stage, limits: Limits): Promise<Figures> {
  const { nowMs } = stage;
  const brokenMs = nowMs();
  const since = (startMs: number, endMs: number) => Math.max(0, endMs - startMs) / 1000;
  let detect: number;
  let notify: number;
  try {
    await stage.breakTarget();
    const firingMs = await waitFor(stage, "the alert", limits.detectMs, async () =>
      (await stage.isFiring()) ? nowMs() : undefined,
    );
    detect = since(brokenMs, firingMs);
    stage.report(`the alert fires after ${detect.toFixed(1)} s`);
    const mailedMs = await waitFor(stage, "its mail", limits.notifyMs, () =>
      stage.mailedMs("FIRING"),
    );
    notify = since(brokenMs, mailedMs);
    stage.report(`its mail is handed over after ${notify.toFixed(1)} s`);
  } finally {
    await stage.heal();
  }
  const healedMs = nowMs();
  stage.report("the target is healed");
  const resolvedMs = await waitFor(stage, "the mail that it is over", limits.resolveMs, () =>
    stage.mailedMs("RESOLVED"),
  );
  return { detect, notify, resolve: since(healedMs, resolvedMs) };
}

/** Polls until there is a time; says now and then what it waits for. */
async function waitFor(
  { nowMs, sleep, report }: Stage,
  what: string,
  limitMs: number,
  look: () => Promise<number | undefined>,
): Promise<number> {
  const startMs = nowMs();
  for (let saidMs = startMs; ;) {
    const found = await look();
    if (found !== undefined) return found;
    const now = nowMs();
    if (now - startMs > limitMs) {
      throw new Error(`${what} did not come within ${Math.round(limitMs / 1000)} s`);
    }
    if (now - saidMs >= PROGRESS_MS) {
      report(`waiting for ${what} for ${Math.round((now - startMs) / 1000)} s …`);
      saidMs = now;
    }
    await sleep(POLL_MS);
  }
}

/** What a drill prints at its end. */
export function figuresText({ detect, notify, resolve }: Figures): string {
  const line = (what: string, seconds: number, from: string) =>
    `${what.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${from}`;
  return [
    line("detect", detect, "from the break to the alert that fires"),
    line("notify", notify, "from the break to the mail handed over"),
    line("resolve", resolve, "from the repair to the mail that it is over"),
  ].join("\n");
}
