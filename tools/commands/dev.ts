import path from "node:path";

import { siteFolder, startSite, stopSite } from "../../examples/website/lifecycle";
import { lastSetup, type Setup, setUp } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { changesInWords } from "../stack/changes-in-words";
import { lastWordsOfKeepers } from "../stack/keeper-logs";
import { checkPorts } from "../stack/preflight";
import { recover } from "../stack/recover";
import { LocalStack, stackFile } from "../stack/stack";
import { update } from "../stack/update";
import { wantedImages } from "../stack/wanted-images";
import { fetchCommunityDashboards } from "./dashboards";

/** The stack that these commands drive, and the Compose project of the site it watches. */
export const STACK = "dev";
export const SITE_PROJECT = "website";
const SITE = { project: SITE_PROJECT, port: 8080, bind: "127.0.0.1" };
const siteLogs = path.join(siteFolder, "data", "logs");

/** Everything it needs, then the example site, then the stack. */
export async function up(): Promise<void> {
  const setup = await setUp(await wantedImages(stackFile(STACK)));
  const stack = await devStack(setup);
  await stack.prepare(setup);
  for (const line of await recover(stack)) console.log(line);
  await checkPorts(STACK, stack.file);
  await fetchCommunityDashboards(stack.file);
  console.log("\nStarting the example site …");
  await startSite({
    ...SITE,
    logDir: siteLogs,
    images: setup.websiteImages,
    composeCommand: [...setup.compose],
  });
  console.log(`\n${await changesInWords(stack)}\n`);
  try {
    await update(stack);
  } catch (error) {
    console.error(await lastWordsOfKeepers(STACK));
    throw error;
  }
  console.log(await whatNext(stack));
}

/** What `up` would change, by the engine and in words; changes nothing but the local settings. */
export async function preview(words: readonly string[]): Promise<void> {
  const setup = await setUp(await wantedImages(stackFile(STACK)));
  const stack = await devStack(setup);
  await stack.prepare(setup);
  await stack.run(["preview", ...words]);
  // What a program reads has no place for sentences.
  if (!words.includes("--json") && !words.includes("-j")) {
    console.log(`\n${await changesInWords(stack)}`);
  }
}

/** Takes everything away that `up` made: stack, state, volumes, site, local settings. */
export async function down(): Promise<void> {
  const setup = await lastSetup();
  const stack = await devStack(setup);
  if (await stack.exists()) {
    await stack.run(["destroy", "--yes", "--skip-preview"]);
    await stack.remove();
  }
  await stopSite({ project: SITE.project, logDir: siteLogs });
  console.log("\nNothing is left: no container, volume, network or state of the dev stack.");
}

/** Shell lines that make plain `pulumi` commands work in this checkout. */
export async function env(): Promise<void> {
  const environment = await devEnvironment();
  for (const [key, value] of Object.entries(environment)) {
    console.log(`export ${key}='${value.replaceAll("'", "'\\''")}'`);
  }
}

/** The environment in which pulumi drives the dev stack. */
export async function devEnvironment(): Promise<Readonly<Record<string, string>>> {
  return (await devStack(await lastSetup())).environment;
}

/** A stack of this checkout by its name. Only dev has a backend of its own; for others it is as the shell has it. */
export async function stackNamed(name: string): Promise<LocalStack> {
  return new LocalStack(name, name === STACK ? await devEnvironment() : {});
}

async function devStack(setup: Setup): Promise<LocalStack> {
  return new LocalStack(STACK, { ...setup.environment, ...(await localBackend()) });
}

async function whatNext(stack: LocalStack): Promise<string> {
  const { urls } = (await stack.outputs()) as { urls: Record<string, string> };
  const password = await stack.grafanaPassword();
  const pages = { site: `http://${SITE.bind}:${SITE.port}`, ...urls };
  const width = Math.max(...Object.keys(pages).map((name) => name.length));
  return [
    "",
    "The example site is being watched. Open:",
    ...Object.entries(pages).map(([name, url]) => `  ${name.padEnd(width)}  ${url}`),
    ...(password ? [`  Grafana's login is admin, password ${password}`] : []),
    "",
    "Try next:",
    "  npm run site -- stop nginx     two probes later a mail is in the mail catcher",
    "  npm run site -- start nginx    and one more says that it is over",
    "  npm run traffic                some visitors, for the logs",
    '  eval "$(npm run -s env)"       then plain pulumi preview / up / destroy --stack dev work',
    "  npm run down                   takes everything away",
  ].join("\n");
}
