import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { quiet } from "./quiet";

const SERVER = [
  `process.once("SIGTERM", () => process.exit());`,
  `require("node:http").createServer(({ url }, answer) => {`,
  // No metrics are fine with Prometheus, and JSON is none.
  `if (url === "/metrics") answer.setHeader("Content-Type", "text/plain; version=0.0.4").end();`,
  `else answer.end("{}");`,
  `}).listen(3000);`,
].join(" ");

/**
 * A stand-in for Grafana's image where that cannot be had: it is healthy, has a data folder, and answers
 * everything that it is asked with success. Nothing else of it is Grafana's.
 *
 * @param tag what it is called; {@link removeImage} takes it away
 */
export async function grafanaStandIn(tag: string): Promise<void> {
  const { images } = await lastSetup();
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-grafana-"));
  const id =
    await quiet`docker create ${images["mail-catcher"] ?? OFFICIAL_IMAGES["mail-catcher"]}`;
  try {
    const data = path.join(folder, "var", "lib", "grafana");
    await mkdir(data, { recursive: true });
    // A new volume has the mode of the folder in whose place it comes.
    await chmod(data, 0o777);
    const bin = path.join(folder, "usr", "bin");
    await mkdir(bin, { recursive: true });
    await program(path.join(folder, "run.sh"), `exec /usr/local/bin/node -e '${SERVER}'`);
    await program(path.join(bin, "curl"), "exec wget -q -O /dev/null http://127.0.0.1:3000/");
    await quiet`docker cp ${`${folder}/.`} ${`${id}:/`}`;
    const changes = ['ENTRYPOINT ["/run.sh"]', "CMD []", "WORKDIR /"];
    await quiet`docker commit ${changes.flatMap((one) => ["--change", one])} ${id} ${tag}`;
  } finally {
    await quiet`docker rm ${id}`;
    await rm(folder, { recursive: true, force: true });
  }
}

export async function removeImage(tag: string): Promise<void> {
  await quiet`docker rmi ${tag}`;
}

async function program(file: string, line: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${line}\n`);
  await chmod(file, 0o755);
}
