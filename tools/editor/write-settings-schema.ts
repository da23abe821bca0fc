import { writeFileSync } from "node:fs";
import path from "node:path";

import { repositoryRoot } from "../lib/paths";
import { SCHEMA_FILE, stackFileSchemaText } from "./settings-schema";

writeFileSync(path.join(repositoryRoot, SCHEMA_FILE), stackFileSchemaText());
