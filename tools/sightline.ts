import { Command } from "commander";

import { credentials } from "./commands/credentials";
import { dashboards } from "./commands/dashboards";
import { down, env, preview, up } from "./commands/dev";
import { nodeCommand } from "./commands/node";
import { runTests } from "./commands/test";
import { reasonOf } from "./lib/setup-error";
import { setUp } from "./setup/setup";

const program = new Command("sightline")
  .description("Commands around the Pulumi program. Each makes ready what it needs.")
  .showHelpAfterError();

program.command("up").description("deploy the dev stack and the example site").action(up);
program
  .command("preview")
  .description("show what `up` would change; further words go to pulumi preview")
  .argument("[words...]")
  .allowUnknownOption()
  .action(preview);
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
program.command("env").description("print the environment for plain pulumi commands").action(env);
program.addCommand(nodeCommand());
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
