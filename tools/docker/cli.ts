import { ensureCompose } from "./ensure-compose";
import { ensureDocker } from "./ensure-docker";

const HELP = `Usage: npx tsx tools/docker/cli.ts [--help]

Makes sure that a Docker daemon answers and that Docker Compose is there.
As root on Debian or Ubuntu it installs what is missing; elsewhere it says what to run.
`;

async function main(): Promise<void> {
  if (process.argv.includes("--help")) return void process.stdout.write(HELP);
  const unknown = process.argv[2];
  if (unknown !== undefined) {
    throw new Error(`argument: must be --help; got "${unknown}". Fix: leave it out`);
  }
  const started = Date.now();
  const report = (line: string) => process.stdout.write(`${line}\n`);
  const version = await ensureDocker(report);
  const compose = await ensureCompose(report);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  report(`Docker ${version}, Compose by "${compose.join(" ")}" (${seconds} s)`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
