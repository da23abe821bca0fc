import type { Problem } from "../errors";
import type { HostName } from "../placement";
import type { HostSettings } from "../settings/settings";

/** How a command on a host ended. */
export interface Answer {
  /** Nothing where it had to be ended at its deadline. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface Host {
  readonly name: HostName;
  readonly host: HostSettings;
}

type Reason = (of: Host & { readonly answer: Answer }) => Omit<Problem, "path"> & {
  readonly key: keyof HostSettings;
};

/** What ssh says, and what it means; the first that fits. */
const REASONS: readonly (readonly [said: RegExp, reason: Reason])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED/, otherHostKey],
  [/No \S+ host key is known for/, otherHostKey],
  [/Permission denied \(|Too many authentication failures/, notLetIn],
  [/Connection refused/, endpoint("start sshd there, or correct the port")],
  [
    /timed out|No route to host|Network is unreachable/,
    endpoint("is it up, and does its firewall let this machine in?"),
  ],
  [/Could not resolve hostname/, endpoint("correct the name, or use the address")],
  [/Bad configuration option|ssh: (command )?not found|ssh: No such file/, noClient],
  [/unix_listener|control_path|ControlPath/i, noSocket],
];

/** Why a host did not answer with facts: always one problem. */
export function reachProblem(name: HostName, host: HostSettings, answer: Answer): Problem {
  const [, reason = silent] = REASONS.find(([said]) => said.test(answer.stderr)) ?? [];
  const { key, ...problem } = reason({ name, host, answer });
  return { path: `sightline:hosts.${name}.${key}`, ...problem };
}

function endpoint(fix: string): Reason {
  return ({ host, answer }) => ({
    key: "endpoint",
    rule: "must be reachable over ssh",
    got: `${host.endpoint}: ${lastLine(answer.stderr)}`,
    fix,
  });
}

function otherHostKey({ host, answer: { stderr } }: Parameters<Reason>[0]) {
  const kind = /fingerprint for the (\S+) key/.exec(stderr)?.[1];
  const fingerprint = /^(SHA256:\S+?)\.?$/m.exec(stderr)?.[1];
  const offered = /No (\S+) host key is known/.exec(stderr)?.[1];
  return {
    key: "hostKey" as const,
    rule: `must be the key that ${host.endpoint} shows`,
    got: fingerprint
      ? `another one, ${kind ?? ""} ${fingerprint}`
      : `one of another kind; the host shows ${offered ?? "another"}`,
    fix: "ask a trusted shell on that host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub; only if that is the key shown, set this to the line in that file",
  };
}

function notLetIn({ host, answer: { stderr } }: Parameters<Reason>[0]) {
  const { username, host: place } = new URL(host.endpoint);
  const isMissing = /Identity file \S+ not accessible/.test(stderr);
  const own = host.identityFile;
  return {
    key: "identityFile" as const,
    rule: `must be a private key that lets ${username} in at ${place}`,
    got: own
      ? `${own}${isMissing ? ", which is not on this machine" : ", which is refused"}`
      : "none of the ssh agent's keys",
    fix: isMissing
      ? "put the key there, or name the file where it is"
      : `add its public key to .ssh/authorized_keys of ${username} on that host`,
  };
}

function noClient({ answer }: Parameters<Reason>[0]) {
  return {
    key: "endpoint" as const,
    rule: "needs OpenSSH's client, 8.5 or later, on the machine that runs Pulumi",
    got: lastLine(answer.stderr),
    fix: "install it",
  };
}

function noSocket({ answer }: Parameters<Reason>[0]) {
  return {
    key: "endpoint" as const,
    rule: "needs a home folder that can be written to on the machine that runs Pulumi: connections are shared there",
    got: lastLine(answer.stderr),
    fix: "run it as a user that has one",
  };
}

function silent({ host, answer }: Parameters<Reason>[0]) {
  const { exitCode, stderr, stdout } = answer;
  const rule = "must let commands run over ssh";
  if (exitCode === undefined) {
    const fix = "is it still up? If so, see what keeps its login shell or `docker version` waiting";
    return { key: "endpoint" as const, rule, got: `${host.endpoint}: no answer in time`, fix };
  }
  const said = lastLine(stderr) || lastLine(stdout) || "nothing";
  return {
    key: "endpoint" as const,
    rule,
    got: `${host.endpoint}: exit status ${exitCode}, and it says: ${said}`,
    fix: "give the user a login shell that needs no terminal",
  };
}

function lastLine(text: string): string {
  return (
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean)
      .at(-1) ?? ""
  );
}
