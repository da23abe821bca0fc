import { type HostName, hostOf } from "../../../configs/placement";
import { machineNeeds } from "../../../configs/preflight/needs";
import { isLocal } from "../../../configs/settings/host-rules";
import { CannotAsk } from "../cannot-ask";
import type { Check, Examined } from "../check";
import { type Finding, fine, problem, unknown, unneeded } from "../finding";

/** Beyond this, lines and samples of two hosts stand beside each other wrongly. */
const LIMIT_SECONDS = 2;
const SCRIPT = "date +%s.%N\n";

/** How far a host's clock is before that of this machine, give or take. */
export interface Skew {
  readonly host: HostName;
  readonly seconds: number;
  readonly giveOrTakeSeconds: number;
}

export const clock: Check = {
  name: "clock",
  looksAt: `whether the clocks of all hosts and of this machine are within ${LIMIT_SECONDS} s of each other`,
  limitSeconds: 20,
  run: async (examined, signal) => {
    const { settings } = examined;
    const others = machineNeeds(settings)
      .map(({ host }) => host)
      .filter((host) => !isLocal(hostOf(settings, host)));
    if (others.length === 0) return [unneeded("clock", "all hosts are this machine")];
    const asked = others.map(async (host) => {
      try {
        return await skewOf(examined, host, signal);
      } catch (error) {
        if (!(error instanceof CannotAsk)) throw error;
        return unknown(`sightline:hosts.${host}`, error.message, error.fix);
      }
    });
    const answers = await Promise.all(asked);
    const skews = answers.filter((answer): answer is Skew => "seconds" in answer);
    const silent = answers.filter((answer): answer is Finding => "state" in answer);
    return [...clockFindings(skews), ...silent];
  },
};

async function skewOf({ onHost, nowMs }: Examined, host: HostName, signal: AbortSignal) {
  const before = nowMs();
  const { stdout, stderr } = await onHost(host, SCRIPT, signal);
  const after = nowMs();
  // Some shells' date knows no nanoseconds.
  const time = /^\d{9,}(\.\d+)?/m.exec(stdout)?.[0];
  if (time === undefined) {
    const said = stderr.trim().split("\n").at(-1) || "nothing";
    throw new CannotAsk(
      `${host} did not say its time, but: ${said}`,
      "see what the check hosts says",
    );
  }
  const precision = time.includes(".") ? 0 : 0.5;
  return {
    host,
    seconds: Number(time) + precision - (before + after) / 2000,
    giveOrTakeSeconds: (after - before) / 2000 + precision,
  };
}

/** A problem only where it is one whatever the way there took. */
export function clockFindings(skews: readonly Skew[]): readonly Finding[] {
  return skews.map(({ host, seconds, giveOrTakeSeconds }) => {
    const path = `sightline:hosts.${host}`;
    const size = `${Math.abs(seconds).toFixed(1)} s (give or take ${giveOrTakeSeconds.toFixed(1)} s)`;
    const skew = `${size} ${seconds < 0 ? "behind" : "before"} this machine`;
    if (Math.abs(seconds) - giveOrTakeSeconds <= LIMIT_SECONDS)
      return fine(path, `its clock is ${skew}`);
    return problem({
      path,
      rule: `must have a clock within ${LIMIT_SECONDS} s of this machine's`,
      got: skew,
      fix: "on the one that is wrong: timedatectl set-ntp true, or start chrony",
    });
  });
}
