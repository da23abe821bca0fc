// A program of nothing but what is Google's, as plan.json asks for it.
import { readFileSync } from "node:fs";
import path from "node:path";

import { require } from "tsx/cjs/api";

const { repositoryRoot, logBucket, outsideWatch } = JSON.parse(readFileSync("plan.json", "utf8"));
const component = (file) => require(path.join(repositoryRoot, "components", file), import.meta.url);
const { LogBucket } = component("log-bucket.ts");
const { OutsideWatch } = component("outside-watch.ts");

const bucket = logBucket ? new LogBucket("logs", logBucket) : undefined;
if (outsideWatch) new OutsideWatch("outside-watch", outsideWatch);
export const bucketName = bucket?.bucketName;
export const keyFile = bucket?.secrets["gcs-key.json"];
