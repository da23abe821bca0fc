import { imageOf } from "../../../configs/docker-spec";
import { specsOn } from "../../../configs/hosts";
import { KEEPER_IMAGE } from "../../../configs/keeper";
import { type HostName, machineOf } from "../../../configs/placement";
import { quoted } from "../../../configs/preflight/fact-script";
import { machineNeeds } from "../../../configs/preflight/needs";
import type { Settings } from "../../../configs/settings/settings";
import { CannotAsk } from "../cannot-ask";
import type { Check } from "../check";
import { type Finding, fine, problem } from "../finding";

/** How long a registry may take to answer. */
const PATIENCE_SECONDS = 15;
const END = "sightline-images-end";

/** Whether a machine has an image, or could have it. */
export interface ImageThere {
  readonly image: string;
  readonly state: "here" | "pullable" | "refused";
  /** What the registry's answer was, where it refuses. */
  readonly words?: string;
}

export const images: Check = {
  name: "images",
  looksAt:
    "whether each host has the images of its containers, or can get them from their registry",
  limitSeconds: 30,
  run: async ({ settings, onHost }, signal) => {
    const findings = machineNeeds(settings).map(async ({ host }) => {
      const script = imageScript(imagesOn(settings, host));
      const { stdout, stderr } = await onHost(host, script, signal);
      if (!stdout.includes(END)) {
        const said = stderr.trim().split("\n").at(-1) || "nothing";
        throw new CannotAsk(`${host} says: ${said}`, "see what the check hosts says");
      }
      return imageFindings(settings, host, readImages(stdout));
    });
    return (await Promise.all(findings)).flat();
  },
};

/** The images of all containers of a machine, each once. */
export function imagesOn(settings: Settings, host: HostName): readonly string[] {
  const specs = machineOf(settings, host).flatMap((name) => specsOn(settings, name));
  const keeper = settings.images.keeper ?? KEEPER_IMAGE;
  return [...new Set([keeper, ...specs.map((spec) => imageOf(settings, spec))])].sort();
}

export function imageFindings(
  settings: Settings,
  host: HostName,
  there: readonly ImageThere[],
): readonly Finding[] {
  const path = `sightline:hosts.${host}`;
  const missing = there.filter(({ state }) => state === "refused");
  if (missing.length === 0) {
    const absent = there.filter(({ state }) => state === "pullable").length;
    const others = absent === 0 ? "" : `, and ${absent} more can be pulled`;
    return [fine(path, `${there.length - absent} images are there${others}`)];
  }
  return missing.map(({ image, words = "" }) =>
    problem({
      path,
      rule: `needs ${image}, which is neither there nor to be had`,
      got: words,
      fix: isMadeByUp(settings)
        ? "npm run up gets it, or builds a stand-in"
        : `try it on that host: docker pull ${image}; or name another place for it in sightline:images`,
    }),
  );
}

/** The set-up of the dev stack looks for images by itself. */
function isMadeByUp({ prefix }: Settings): boolean {
  return prefix === "dev";
}

/** Asks for all at once; a registry is asked for what is not there, and nothing is pulled. */
function imageScript(references: readonly string[]): string {
  return [
    'PATH="$PATH:/usr/local/bin"',
    "docker version >/dev/null </dev/null || exit 1",
    "look() {",
    '  if docker image inspect "$1" >/dev/null 2>&1; then echo "image $1 here"; return; fi',
    `  words=$(timeout ${PATIENCE_SECONDS} docker manifest inspect "$1" 2>&1 >/dev/null) && { echo "image $1 pullable"; return; }`,
    `  words=$(printf '%s' "$words" | tail -n 1)`,
    `  echo "image $1 refused \${words:-no answer within ${PATIENCE_SECONDS} s}"`,
    "}",
    ...references.map((image) => `look ${quoted(image)} </dev/null &`),
    "wait",
    `echo ${END}`,
    "",
  ].join("\n");
}

export function readImages(output: string): readonly ImageThere[] {
  const found = [...output.matchAll(/^image (\S+) (here|pullable|refused)(?: (.+))?$/gm)];
  return found
    .map(([, image = "", state, words]) => ({
      image,
      state: state as ImageThere["state"],
      ...(words === undefined ? {} : { words }),
    }))
    .sort((one, other) => (one.image < other.image ? -1 : 1));
}
