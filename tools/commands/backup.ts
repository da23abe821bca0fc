import path from "node:path";

import { Command } from "commander";

import { backUp } from "../backup/back-up";
import { interruptible } from "../backup/interruption";
import { settingsOfStack } from "../backup/named-stack";
import { chosenVolumes, keptVolumes } from "../backup/plan";
import { elapsed } from "../lib/duration";
import { checkoutState } from "../lib/paths";

interface Options {
  readonly stack?: string;
  readonly out?: string;
  readonly only?: string;
  readonly direct?: true;
}

const HELP = `
Each server is stopped while its data is copied on its own host, one after the other, and started again also
when the command fails or is interrupted. What is in the folder is as secret as the servers' data.

  npm run backup                                        dev's, into .sightline/backups
  npm run backup -- --stack prod --out /srv/backups
  npm run backup -- --stack prod --only grafana,alertmanager`;

/** `npm run backup`: a copy of what the servers of a stack keep. */
export function backupCommand(): Command {
  return new Command("backup")
    .description("copy the data of a stack's servers into a folder")
    .option("--stack <name>", "whose (default: dev)")
    .option("--out <folder>", "where the new folder goes (default: .sightline/backups)")
    .option("--only <services>", "some of them, with commas between them")
    .option("--direct", "send while the server is stopped: needs no room on its host, and longer")
    .addHelpText("after", HELP)
    .action(backup);
}

async function backup({ stack, only, direct, ...options }: Options): Promise<void> {
  const out = options.out ?? path.join(checkoutState, "backups");
  const settings = await settingsOfStack(stack);
  const volumes = chosenVolumes(keptVolumes(settings), only);
  const nowMs = Date.now();
  const say = (line: string) => {
    console.log(line);
  };
  await interruptible("what was stopped is started, and the backup given up", async (signal) => {
    const folder = await backUp({
      settings,
      volumes,
      out,
      direct: direct ?? false,
      say,
      signal,
      nowMs,
    });
    say(`\nThe backup is whole after ${elapsed(Date.now() - nowMs)}: ${folder}`);
    say(`To put it back: npm run restore -- ${folder} --stack ${settings.prefix}`);
  });
}
