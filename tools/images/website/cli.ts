import { elapsed } from "../../lib/duration";
import { ensureWebsiteImages } from "./website-images";

const HELP = `Usage: npx tsx tools/images/website/cli.ts [--offline] [--help]

Makes or finds the images of the example website and prints them.
  --offline   do not try the official images
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help")) return void process.stdout.write(HELP);
  const unknown = args.find((argument) => argument !== "--offline");
  if (unknown !== undefined) {
    throw new Error(`argument: must be --offline or --help; got "${unknown}". Fix: see --help`);
  }
  const start = Date.now();
  const images = await ensureWebsiteImages({
    skipOfficial: args.includes("--offline"),
    onProgress: (line) => process.stdout.write(`${line}\n`),
  });
  const lines = Object.entries(images).map(([name, reference]) => `${name}  ${reference}`);
  process.stdout.write(`${lines.join("\n")}\n${elapsed(Date.now() - start)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
