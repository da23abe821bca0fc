/** Writes the text of the browser's script anew: `npm run logger`, after a change of its source. */
import { writeFile } from "node:fs/promises";

import { LOGGER_TEXT_FILE, loggerTextFile } from "./logger-text";

void loggerTextFile().then((text) => writeFile(LOGGER_TEXT_FILE, text));
