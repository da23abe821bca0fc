import { type ChildProcess } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { HTTP_CHALLENGE_PORT } from "../../configs/acme/challenge";
import { makeCertificates } from "../../tools/gateway/certificates";
import { spawnHeld } from "./lab/network";
import { pebbleConfig, pebbleProgram } from "./pebble";
import { quiet } from "./quiet";
import { waitFor } from "./wait";
import { writeFiles } from "./write-files";

/**
 * Pebble on an address of this machine's, and the DNS that it and the machines of a lab ask, on port 53
 * there: every name leads to one address. The kernel ends both with the test.
 */
export class AcmeAuthority {
  private constructor(
    private readonly folder: string,
    private readonly programs: readonly ChildProcess[],
    /** What a stack's settings say of it, below `gateway.tls`. */
    readonly settings: {
      readonly directoryUrl: string;
      readonly directoryAuthority: string;
    },
    /** Whom visitors of a gateway must trust: another one each time. */
    readonly root: string,
  ) {}

  /**
   * @param address where both listen
   * @param target where every name leads
   */
  static async start(address: string, target: string): Promise<AcmeAuthority> {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-authority-"));
    const made = await makeCertificates(address, 2);
    const challengePort = HTTP_CHALLENGE_PORT;
    const config = { address, folder, challengePort, lifetimeSeconds: 90 * 24 * 3_600 };
    await writeFiles(folder, {
      "key.pem": made.key,
      "cert.pem": made.certificate,
      "pebble.json": pebbleConfig(config),
    });
    const dns = ["-dnsserver", `${address}:53`, "-defaultIPv4", target, "-defaultIPv6", ""];
    const nothing = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
    const management = ["-management", `${address}:8055`];
    const log = await open(path.join(folder, "log"), "a");
    const programs = [
      spawnHeld(
        [await pebbleProgram("pebble-challtestsrv"), ...dns, ...nothing, ...management],
        log.fd,
      ),
      spawnHeld(
        [
          ...["env", "PEBBLE_VA_NOSLEEP=1", await pebbleProgram("pebble")],
          ...["-config", path.join(folder, "pebble.json"), "-dnsserver", `${address}:53`],
        ],
        log.fd,
      ),
    ];
    await log.close();
    const root = await waitFor(
      { what: "pebble answers", deadlineMs: 20_000, everyMs: 200 },
      () => quiet`curl --silent --fail --insecure https://${address}:15000/roots/0`,
      (text) => text.startsWith("-----BEGIN CERTIFICATE-----"),
    );
    const directoryUrl = `https://${address}:14000/dir`;
    const asked = { directoryUrl, directoryAuthority: made.authority };
    return new AcmeAuthority(folder, programs, asked, root);
  }

  /** What both have logged. */
  async log(): Promise<string> {
    return readFile(path.join(this.folder, "log"), "utf8");
  }

  async remove(): Promise<void> {
    for (const program of this.programs) program.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}
