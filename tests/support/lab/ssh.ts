import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { quiet } from "../quiet";

/** What Debian's own file allows and no more: no password, no other variables than the language's. */
const SSHD_CONFIG = `HostKey /etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile /etc/ssh/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
`;

/** Makes a key pair without a passphrase. @returns the public key's type and value */
export async function makeKey(file: string): Promise<string> {
  await quiet`ssh-keygen -q -t ed25519 -N ${""} -C lab -f ${file}`;
  const [type = "", value = ""] = (await readFile(`${file}.pub`, "utf8")).split(" ");
  return `${type} ${value}`;
}

/**
 * Fills the folder that becomes part of a machine's `/etc/ssh`; whoever has the identity may log in
 * as any user of it.
 *
 * @returns the machine's public host key
 */
export async function writeServerFiles(folder: string, identityFile: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const hostKey = await makeKey(path.join(folder, "ssh_host_ed25519_key"));
  await writeFile(path.join(folder, "sshd_config"), SSHD_CONFIG);
  const authorized = path.join(folder, "authorized_keys");
  await copyFile(`${identityFile}.pub`, authorized);
  await chmod(authorized, 0o644);
  return hostKey;
}
