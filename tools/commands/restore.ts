import path from "node:path";

import { Command } from "commander";

import { interruptible } from "../backup/interruption";
import { checkFiles, type Manifest, MANIFEST_FILE, readManifest } from "../backup/manifest";
import { settingsOfStack } from "../backup/named-stack";
import { chosenVolumes, keptVolumes } from "../backup/plan";
import { restore } from "../backup/restore";
import { checkVersions, type Restored, restoredVolumes } from "../backup/restore-plan";
import { serversThere } from "../backup/servers-there";
import { confirmByName } from "../lib/confirm";
import { elapsed } from "../lib/duration";

interface Options {
  readonly stack?: string;
  readonly only?: string;
  readonly yes?: true;
}

const HELP = `
The stack must be deployed, with servers of the same major versions. All files are checked before anything
is touched. What the servers have now is kept until all of them answer with the data of the backup, and is
put back where one does not.

  npm run restore -- .sightline/backups/sightline-backup-dev-20261127T051507Z
  npm run restore -- <folder> --stack prod --only grafana`;

/** `npm run restore`: puts a backup into the place of what the servers of a stack have. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("put the data of a backup in the place of what a stack's servers have")
    .argument("<folder>", "what npm run backup made")
    .option("--stack <name>", "whose servers (default: dev)")
    .option("--only <services>", "some of them, with commas between them")
    .option("--yes", "ask nobody")
    .addHelpText("after", HELP)
    .action(restoreBackup);
}

async function restoreBackup(words: string, { stack, only, yes }: Options): Promise<void> {
  const folder = path.resolve(path.basename(words) === MANIFEST_FILE ? path.dirname(words) : words);
  const settings = await settingsOfStack(stack);
  const manifest = await readManifest(folder);
  const kept = keptVolumes(settings);
  const wanted = chosenVolumes(kept, only).map(({ service }) => service);
  const restored = restoredVolumes(
    kept,
    manifest.volumes.filter(({ service }) => only === undefined || wanted.includes(service)),
  );
  const from = restored.map((one) => one.from);
  console.log(`Reading ${from.length} files …`);
  await checkFiles(folder, from);
  const volumes = restored.map(({ volume }) => volume);
  checkVersions(restored, await serversThere(settings, volumes, { mustRun: false }));
  const name = settings.prefix;
  const warning = warningOf(manifest, restored, name);
  if (yes) console.log(warning);
  else await confirmByName(name, warning, "--yes");
  const startMs = Date.now();
  const say = (line: string) => {
    console.log(line);
  };
  await interruptible("what was there before is put back", async (signal) => {
    await restore({ settings, folder, restored, say, signal });
    say(`\nRestored after ${elapsed(Date.now() - startMs)}.`);
  });
}

function warningOf({ stack, time }: Manifest, restored: readonly Restored[], name: string): string {
  const services = restored.map(({ from }) => from.service).sort();
  const whose = stack === name ? "its own backup" : `a backup of ${stack}`;
  return `What ${services.join(", ")} of ${name} have now is replaced by ${whose} of ${time}.`;
}
