import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  confirmedKey,
  fingerprint,
  preferredKey,
  withoutComment,
} from "../../../../tools/hosts/host-key";

/** Made for this test and thrown away; the fingerprint is what `ssh-keygen -lf` prints for it. */
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICczjCol9iOImiKpDaY0I6IJvhN+0BR04NGDrErvnhi7";
const SCAN = [
  "# 10.0.0.4:22 SSH-2.0-OpenSSH",
  "10.0.0.4 ssh-rsa AAAArsa",
  "10.0.0.4 ecdsa-sha2-nistp256 AAAAecdsa",
  `10.0.0.4 ${KEY}`,
  "",
].join("\n");
const SETTING = "sightline:hosts.web-2.hostKey";

let folder: string;
const before = process.env.PATH;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-host-key-"));
});

afterEach(async () => {
  process.env.PATH = before;
  await rm(folder, { recursive: true, force: true });
});

/** Puts a stand-in of ssh-keyscan in the way, which prints its words into a file. */
async function scanPrints(text: string, complaint = ""): Promise<void> {
  const program = path.join(folder, "ssh-keyscan");
  const script = [
    "#!/bin/sh",
    `echo "$@" >${folder}/words`,
    `printf '%s\\n' '${complaint}' >&2`,
    `cat <<'END'\n${text}\nEND`,
  ].join("\n");
  await writeFile(program, script);
  await chmod(program, 0o755);
  process.env.PATH = `${folder}:${before ?? ""}`;
}

test("a fingerprint is written as ssh-keygen writes it", () => {
  expect(fingerprint(KEY)).toBe("SHA256:NVgt+hR7FOmR6LJFyxD7Wl3eTwPNVQC9VaPXuXGmVHg");
});

test("the best key of a scan is taken", () => {
  expect(preferredKey(SCAN)).toBe(KEY);
  expect(preferredKey(SCAN.replace(/^.*ed25519.*$/m, ""))).toBe("ecdsa-sha2-nistp256 AAAAecdsa");
  expect(preferredKey("# nothing\n")).toBeUndefined();
});

test("a line of a .pub file loses its comment", () => {
  expect(withoutComment(` ${KEY} root@web-2\n`)).toBe(KEY);
});

test("a key that a person confirms is taken, after its fingerprint was shown", async () => {
  await scanPrints(SCAN);
  const questions: string[] = [];
  const key = await confirmedKey(SETTING, "ssh://deploy@10.0.0.4:2222", (question) => {
    questions.push(question);
    return Promise.resolve(true);
  });
  expect(key).toBe(KEY);
  expect(questions).toEqual([expect.stringContaining(fingerprint(KEY))]);
  expect(questions[0]).toContain("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
});

test("a key that is not confirmed is refused", async () => {
  await scanPrints(SCAN);
  await expect(
    confirmedKey(SETTING, "ssh://deploy@10.0.0.4", () => Promise.resolve(false)),
  ).rejects.toThrow(`${SETTING}: was not confirmed; got ${fingerprint(KEY)}`);
});

test("where nobody can be asked the key must be given, and the host is not asked", async () => {
  await scanPrints(SCAN);
  await expect(confirmedKey(SETTING, "ssh://deploy@10.0.0.4", undefined)).rejects.toThrow(
    `${SETTING}: must be given by --host-key where nobody can be asked`,
  );
});

test("a host that shows no key is an error with what ssh-keyscan said", async () => {
  await scanPrints("", "getaddrinfo web-2: Name or service not known");
  await expect(
    confirmedKey(SETTING, "ssh://deploy@web-2", () => Promise.resolve(true)),
  ).rejects.toThrow("must be shown by the host; got getaddrinfo web-2: Name or service not known");
});
