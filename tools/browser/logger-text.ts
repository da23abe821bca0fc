import path from "node:path";

import { build } from "esbuild";

import { repositoryRoot } from "../lib/paths";

/** Where the text of the browser's script is kept for the program, which reads no files. */
export const LOGGER_TEXT_FILE = path.join(repositoryRoot, "configs", "browser", "logger-text.ts");

/** Makes that file from configs/browser/page: bundled and made small, in the JavaScript of 2017. */
export async function loggerTextFile(): Promise<string> {
  const page = path.join(repositoryRoot, "configs", "browser", "page");
  const { outputFiles } = await build({
    entryPoints: [path.join(page, "logger.ts")],
    tsconfig: path.join(page, "tsconfig.json"),
    bundle: true,
    minify: true,
    target: "es2017",
    charset: "ascii",
    write: false,
  });
  const text = outputFiles[0]?.text.trim() ?? "";
  return (
    "/** Made by `npm run logger` from the folder page; the free name in it is OPTIONS. */\n" +
    `export const LOGGER_TEXT = ${JSON.stringify(text)};\n`
  );
}
