import { placedSpecs } from "../../configs/hosts";
import { nfsDirectories } from "../../configs/logs/routes";
import { exportLines, exportScript, unexportScript } from "../../configs/nfs/exports";
import { fstabLines, mountScript, unmountScript } from "../../configs/nfs/mounts";
import type { Files, Links } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";
import { devSettings, prodSettings } from "./fixtures";

/** The two stacks that the repository ships, as tests see them. */
export const stacks = {
  dev: devSettings(),
  prod: prodSettings(),
} as const satisfies Record<string, Settings>;

export type StackName = keyof typeof stacks;

/** The same two, as `describe.each` and `it.each` want them. */
export const stackCases: readonly (readonly [StackName, Settings])[] = [
  ["dev", stacks.dev],
  ["prod", stacks.prod],
];

/** What Pulumi outputs would bring. */
export const LINKS: Links = {
  lokiPushUrl: "http://loki:3100/loki/api/v1/push",
  logBucket: "shop-website-logs",
};

/** Every file of a stack that a server reads, by `<service>/<path>`. */
export function renderStack(settings: Settings): Files {
  const files = placedSpecs(settings).flatMap(({ spec }) =>
    Object.entries(spec.configuration?.files(LINKS) ?? {}).map(
      ([path, text]) => [`${spec.name}/${path}`, text] as const,
    ),
  );
  return { ...Object.fromEntries(files), ...nfsFiles(settings) };
}

/** What is written to hosts outside of containers, and the scripts that do it and take it back. */
function nfsFiles(settings: Settings): Files {
  if (nfsDirectories(settings.logs).length === 0) return {};
  return {
    "nfs/exports": exportLines(settings),
    "nfs/export.sh": `${exportScript}\n`,
    "nfs/unexport.sh": `${unexportScript}\n`,
    "nfs/fstab": fstabLines(settings),
    "nfs/mount.sh": `${mountScript}\n`,
    "nfs/unmount.sh": `${unmountScript}\n`,
  };
}

/**
 * The files kept under tests/golden, for people to read and review. Dashboards are left out: a page
 * of Grafana's JSON tells a reader less than the tests that go through the panels.
 */
export function goldenFiles(settings: Settings): Files {
  const kept = Object.entries(renderStack(settings)).filter(
    ([path]) => !path.startsWith("grafana/dashboards/"),
  );
  return Object.fromEntries(kept);
}

/** The files of one service, by their path below its configuration folder. */
export function filesOf(settings: Settings, service: string): Files {
  const spec = placedSpecs(settings).find((entry) => entry.spec.name === service)?.spec;
  if (!spec?.configuration) throw new Error(`no service "${service}" with files`);
  return spec.configuration.files(LINKS);
}

/** The only file of that path, or an error that says which there are. */
export function renderedFile(settings: Settings, path: string): string {
  const files = renderStack(settings);
  const text = files[path];
  if (text === undefined) {
    throw new Error(`no file "${path}"; there are ${Object.keys(files).join(", ")}`);
  }
  return text;
}
