import { readFileSync } from "node:fs";
import path from "node:path";

import { NGINX_FORMAT_NAME, NGINX_LOG_FORMAT } from "../../../configs/logs/nginx-log-format";
import { repositoryRoot } from "../../support/fixtures";

const read = (...parts: readonly string[]) =>
  readFileSync(path.join(repositoryRoot, ...parts), "utf8");

describe("the log format with timing", () => {
  const site = read("examples", "website", "nginx", "site.conf");

  it("is what the example's nginx writes", () => {
    expect(site).toContain(NGINX_LOG_FORMAT);
    expect(site).toContain(`access_log /var/log/nginx/access.log ${NGINX_FORMAT_NAME};`);
  });

  it("is what the guide tells people to copy", () => {
    expect(read("docs", "logs.md")).toContain(NGINX_LOG_FORMAT);
  });
});
