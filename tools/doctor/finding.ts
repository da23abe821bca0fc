import type { Problem } from "../../configs/errors";

/** `unneeded` is what the settings do not ask for. */
export type State = "fine" | "problem" | "unknown" | "unneeded";

/** What a check concludes of one thing. */
export interface Finding {
  readonly state: State;
  /** The setting it is about, or what else: the first word of its line. */
  readonly subject: string;
  readonly says: string;
  /** What to do about it; absent where nothing is to be done. */
  readonly fix?: string;
}

export function fine(subject: string, says: string): Finding {
  return { state: "fine", subject, says };
}

export function problem({ path, rule, got, fix }: Problem): Finding {
  const says = got === undefined ? rule : `${rule}; got ${got}`;
  return { state: "problem", subject: path, says, fix };
}

/** What could not be asked, and why. */
export function unknown(subject: string, why: string, fix: string): Finding {
  return { state: "unknown", subject, says: why, fix };
}

export function unneeded(subject: string, why: string): Finding {
  return { state: "unneeded", subject, says: why };
}
