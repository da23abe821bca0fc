import { $ } from "zx";

import { sshCommand } from "../../components/ssh";
import { hostOf } from "../../configs/placement";
import { isLocal } from "../../configs/settings/host-rules";
import type { HostSettings, Settings } from "../../configs/settings/settings";
import type { Examined } from "./check";

/** Runs scripts on the machines of a stack: here, or over ssh with the key that the settings have. */
export function shellOnHosts(settings: Settings): Examined["onHost"] {
  return async (name, script, signal) => {
    const host = hostOf(settings, name);
    const words = isLocal(host) ? ["sh", "-s"] : overSsh(host, ["sh", "-s"]);
    const run = $({ quiet: true, nothrow: true, input: script, signal });
    const { exitCode, stdout, stderr } = await run`${words}`;
    return { exitCode: exitCode ?? undefined, stdout, stderr };
  };
}

/**
 * A command line that runs a program on a host, for whoever waits for its output to end.
 *
 * A connection that others share would go on in the background with our pipes open, and be waited for;
 * one that is there already is used. The first of two options counts.
 */
export function overSsh(host: HostSettings, words: readonly string[]): readonly string[] {
  const [ssh = "ssh", ...rest] = sshCommand(host, words);
  return [ssh, "-o", "ControlMaster=no", ...rest];
}
