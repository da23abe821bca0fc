import { readFileSync } from "node:fs";

import * as docker from "@pulumi/docker";

const { container } = JSON.parse(readFileSync("plan.json", "utf8"));

new docker.Container("tried", container);
