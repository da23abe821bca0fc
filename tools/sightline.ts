import { Command } from "commander";

import { backupCommand } from "./commands/backup";
import { benchCommand } from "./commands/bench";
import { changes } from "./commands/changes";
import { ciCommand } from "./commands/ci";
import { credentials } from "./commands/credentials";
import { dashboards } from "./commands/dashboards";
import { down, env, preview, up } from "./commands/dev";
import { doctorCommand } from "./commands/doctor";
import { drillCommand } from "./commands/drill";
import { ephemeralCommand } from "./commands/ephemeral";
import { nodeCommand } from "./commands/node";
import { noiseCommand } from "./commands/noise";
import { restoreCommand } from "./commands/restore";
import { runTests } from "./commands/test";
import { wireguard } from "./commands/wireguard";
import { reasonOf } from "./lib/setup-error";
import { setUp } from "./setup/setup";

const program = new Command("sightline")
  .description("Commands around the Pulumi program. Each makes ready what it needs.")
  // What follows the name of a command that runs another one belongs to that.
  .enablePositionalOptions()
  .showHelpAfterError();

program.command("up").description("deploy the dev stack and the example site").action(up);
program
  .command("preview")
  .description("show what `up` would change; further words go to pulumi preview")
  .argument("[words...]")
  .allowUnknownOption()
  .action(preview);
program
  .command("changes")
  .description("say in words what a stack's settings change of those that are deployed")
  .option("--stack <name>", "whose settings", "dev")
  .action(changes);
program.command("down").description("take everything away that `up` made").action(down);
program
  .command("setup")
  .description("only make ready what the others need")
  .action(async () => {
    await setUp();
  });
program
  .command("dashboards")
  .description("fetch the community dashboards that a stack's settings name")
  .option("--stack <name>", "whose settings", "dev")
  .action(dashboards);
program
  .command("credentials")
  .description(
    "make a certificate and a secret for the gateway, and put them into a stack's settings",
  )
  .option("--stack <name>", "whose settings", "dev")
  .option("--new-secret", "give every agent a new password as well")
  .action(credentials);
program
  .command("wireguard")
  .description("make the tunnel's secret, and a file for everybody who comes in by it")
  .option("--stack <name>", "whose settings", "dev")
  .option("--out <folder>", "where the files go (default: .sightline/wireguard/<stack>)")
  .option("--qr <name>", "also print that peer's file as a code for a phone's camera")
  .action(wireguard);
program.command("env").description("print the environment for plain pulumi commands").action(env);
program.addCommand(nodeCommand());
program.addCommand(doctorCommand());
program.addCommand(drillCommand());
program.addCommand(noiseCommand());
program.addCommand(backupCommand());
program.addCommand(restoreCommand());
program.addCommand(benchCommand());
program.addCommand(ephemeralCommand());
program.addCommand(ciCommand());
program
  .command("test")
  .description("run tests; further words go to jest")
  .argument("[words...]")
  .allowUnknownOption()
  .action(runTests);

program.parseAsync().catch((error: unknown) => {
  console.error(`\n${reasonOf(error)}`);
  process.exitCode = 1;
});
