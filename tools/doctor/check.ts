import type { HostName } from "../../configs/placement";
import type { Answer } from "../../configs/preflight/reach";
import type { Settings } from "../../configs/settings/settings";
import type { Finding } from "./finding";

/** A stack whose settings are looked at, and by what it is asked. */
export interface Examined {
  readonly settings: Settings;
  /** Runs a POSIX shell script on the machine of a host; how that ended is for the check to judge. */
  readonly onHost: (host: HostName, script: string, signal: AbortSignal) => Promise<Answer>;
  /** A secret of the settings in plain text; undefined where it is not set. */
  readonly secret: (key: string) => Promise<string | undefined>;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Whether a mail is sent, too. */
  readonly sendsMail: boolean;
}

export interface Check {
  readonly name: string;
  /** What it looks at, as docs/doctor.md says it. */
  readonly looksAt: string;
  readonly limitSeconds: number;
  /** Asks and concludes. What it throws is a question that could not be asked. */
  readonly run: (examined: Examined, signal: AbortSignal) => Promise<readonly Finding[]>;
}
