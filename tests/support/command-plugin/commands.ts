import { kept, type Output, previousOutput, run } from "./run";
import type { LocalCommand, RemoteCommand } from "./schema";
import { SshSession } from "./ssh-session";

const SHELL = ["/bin/sh", "-c"];

/** Runs one command of a `command:local:Command` on this machine. */
export async function runLocally(
  command: string,
  inputs: LocalCommand,
  before: Partial<Output>,
): Promise<Output> {
  const { interpreter = [], dir, environment, stdin, addPreviousOutputInEnv } = inputs;
  const words = [...(interpreter.length > 0 ? interpreter : SHELL), command];
  const env = { ...environment, ...previousOutput(before, addPreviousOutputInEnv) };
  return kept(await run({ words, env, cwd: dir, input: stdin }), command);
}

/** Runs one command of a `command:remote:Command` on its host. */
export async function runRemotely(
  command: string,
  inputs: RemoteCommand,
  before: Partial<Output>,
): Promise<Output> {
  const { connection, environment = {}, stdin, addPreviousOutputInEnv } = inputs;
  return SshSession.with(connection, async (session) => {
    for (const [name, value] of Object.entries(environment)) {
      await checkAccepted(session, name, value);
    }
    const env = { ...environment, ...previousOutput(before, addPreviousOutputInEnv) };
    return kept(await session.exec(command, { input: stdin, env }), command);
  });
}

/** The ssh client is not told what the server refuses; the published plugin fails with it. */
async function checkAccepted(session: SshSession, name: string, value: string): Promise<void> {
  const { stdout } = await session.exec(`printenv ${name}`, { env: { [name]: value } });
  if (stdout.replace(/\n$/, "") === value) return;
  throw new Error(
    `could not set environment variable "${name}": the ssh server does not accept it (AcceptEnv)`,
  );
}
