import { Command } from "commander";

import { drift, judgedStack, preview } from "../ci/judged-stack";
import { pagesIn, smoke } from "../ci/smoke";

interface Options {
  readonly stack?: string;
}

/** `npm run ci:…`: the steps of the workflows, for every CI and every desk. */
export function ciCommand(): Command {
  const ci = new Command("ci").description("steps of continuous integration");
  withStack(ci.command("preview"))
    .description("what an update would change, judged by the policy pack; changes nothing")
    .action(async ({ stack }: Options) => {
      process.exitCode = await preview(await judgedStack(stack));
    });
  withStack(ci.command("drift"))
    .description("fails when what is deployed is not what the program says; changes nothing")
    .action(async ({ stack }: Options) => {
      process.exitCode = await drift(await judgedStack(stack));
    });
  ci.command("smoke")
    .description("waits until the ephemeral stack beside which it runs watches its site")
    .action(async () => {
      console.log(await smoke(pagesIn(process.env)));
    });
  return ci;
}

function withStack(command: Command): Command {
  return command.option("--stack <name>", "default: the ephemeral stack around it, else dev");
}
