import { renderOverride } from "../../../../configs/site-files/override";
import { scriptTagLine } from "../../../../configs/site-files/script-tag";
import { scriptVariables } from "../../../../configs/site-files/variables";
import { exampleSite } from "../../../support/site-copy";

const BANNER = "# Written by Sightline: change the stack's settings, not this file.\n";

describe("the override", () => {
  it("gives each service its log folder, and limits to what Docker keeps", () => {
    expect(renderOverride(exampleSite("/srv/shop"))).toBe(`${BANNER}services:
  backend:
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: '3'
    volumes:
      - ./data/logs/app:/app/backend/logs
  nginx:
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: '3'
    volumes:
      - ./data/logs/nginx:/var/log/nginx
  redis:
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: '3'
    volumes:
      - ./data/logs/redis:/data/logs
  worker:
    logging:
      driver: json-file
      options:
        max-size: 10m
        max-file: '3'
    volumes:
      - ./data/logs/app:/app/backend/logs
`);
  });

  it("says nothing of logging where the site keeps its own limits", () => {
    const mounts = [{ service: "web", folder: "/var/log/shop", inside: "/var/log/nginx" }];
    const site = exampleSite("/srv/shop", { mounts, rotation: undefined });
    expect(renderOverride(site)).toBe(`${BANNER}services:
  web:
    volumes:
      - /var/log/shop:/var/log/nginx
`);
  });

  it("mounts the log format read-only where nginx reads more of its configuration", () => {
    const mounts = [{ service: "web", folder: "./logs", inside: "/var/log/nginx" }];
    const site = exampleSite("/srv/shop", { mounts, rotation: undefined, nginxFormat: "web" });
    expect(renderOverride(site)).toBe(`${BANNER}services:
  web:
    volumes:
      - ./logs:/var/log/nginx
      - ./.sightline/nginx-log-format.conf:/etc/nginx/conf.d/sightline-log-format.conf:ro
`);
  });

  it("keeps a Loki that does not answer from holding the site up", () => {
    const mounts = [{ service: "web", folder: "./logs", inside: "/var/log/nginx" }];
    const lokiDriverUrl = "http://10.0.0.2:3100/loki/api/v1/push";
    expect(renderOverride(exampleSite("/srv/shop", { mounts, lokiDriverUrl })))
      .toBe(`${BANNER}services:
  web:
    logging:
      driver: loki
      options:
        loki-url: http://10.0.0.2:3100/loki/api/v1/push
        loki-external-labels: job=docker
        mode: non-blocking
        max-buffer-size: 4m
        loki-batch-size: '102400'
        loki-retries: '2'
        loki-timeout: 1s
        loki-max-backoff: 800ms
        keep-file: 'true'
        max-size: 10m
        max-file: '3'
    volumes:
      - ./logs:/var/log/nginx
`);
  });
});

describe("the script tag", () => {
  it("is loaded beside the page, and can be told from others", () => {
    const url = "https://m.test/logger.js";
    expect(scriptTagLine({ url })).toBe(
      '<script async src="https://m.test/logger.js" data-sightline></script>',
    );
  });

  it("of ours holds back nothing, names the script's hash, and is one line without < or > inside", () => {
    const line = scriptTagLine({ url: "https://m.test/logger.js", integrity: "sha384-AAAA" });
    expect(line).toMatch(/^<script data-sightline>[^<>\n]+<\/script>$/);
    expect(line).toContain('l.rel="preload";l.as="script";l.href="https://m.test/logger.js"');
    expect(line).toContain('l.integrity="sha384-AAAA";l.crossOrigin="anonymous"');
  });
});

describe("the scripts' variables", () => {
  it("are single words, whatever is in them", () => {
    const text = scriptVariables(exampleSite("/srv/o'brien's $(shop)"));
    expect(text).toContain("DIRECTORY='/srv/o'\\''brien'\\''s $(shop)'\n");
  });

  it("name each service once, and each mount", () => {
    const text = scriptVariables(exampleSite("/srv/shop", { nginxFormat: "nginx" }));
    expect(text).toContain("SERVICES='backend nginx redis worker'\n");
    expect(text).toContain("redis|./data/logs/redis|/data/logs\n");
  });
});
