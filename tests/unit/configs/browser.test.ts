import { browserScript, loggerScript } from "../../../configs/browser/logger";
import { PUSH_FORMAT } from "../../../configs/browser/push-format";
import { agentWork } from "../../../configs/logs/agent-work";
import type { Settings } from "../../../configs/settings/settings";
import { siteComposeOf } from "../../../configs/site-files/from-settings";
import { browserSettings, devRaw, prodRaw, prodSettings, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

const settings = browserSettings();

describe("what browsers report", () => {
  it.each(["promtail", "alloy"])("is taken by the one %s beside the gateway", (agent) => {
    const own = browserSettings({}, { logs: { agent } });
    const takers = ["app", "monitoring"].filter((host) =>
      agentWork(own, host).jobs.some(({ kind }) => kind === "push"),
    );
    expect(takers).toEqual(["monitoring"]);
    expect(renderedFile(own, "gateway/nginx.conf")).toContain(
      `set $upstream ${agent}:3500/loki/api/v1/push;`,
    );
  });

  it("has our labels and no others, whatever it calls itself", () => {
    const job = agentWork(settings, "monitoring").jobs.find(({ name }) => name === "browser");
    expect(job).toMatchObject({
      port: 3500,
      labels: {
        app: "frontend",
        env: "prod",
        host: "app",
        job: "frontend",
        log_type: "other",
        service: "frontend",
      },
    });
    expect(job?.stages[0]).toEqual({
      kind: "labelKeep",
      names: ["app", "env", "host", "job", "log_type", "service"],
    });
  });

  it("goes nowhere unless it is asked for", () => {
    const { gateway } = settings;
    const off: Settings = { ...prodSettings({ logs: { route: "agent" } }), gateway };
    expect(agentWork(off, "monitoring").jobs.map(({ kind }) => kind)).not.toContain("push");
    expect(renderedFile(off, "gateway/nginx.conf")).not.toContain("browser");
    expect(browserScript(off)).toBeUndefined();
  });
});

describe("filters", () => {
  const drop = "ResizeObserver loop";
  const filtered = (source: string, agent = "promtail"): Settings => {
    const own = browserSettings({}, { logs: { agent } });
    return { ...own, logs: { ...own.logs, filters: [{ source, drop }] } };
  };
  const problems = (filter: Raw, enabled = true) =>
    problemsOf(
      prodRaw({ browser: { enabled }, logs: { route: "agent", filters: [filter] } }),
    ).filter((line) => line.startsWith("logs.filters"));

  it.each([
    ["browser", true],
    ["*", true],
    ["nginx-access", false],
  ])("of the source %s drop what browsers report: %s", (source, isDropped) => {
    const job = agentWork(filtered(source), "monitoring").jobs.find(({ kind }) => kind === "push");
    const dropped = job?.stages.filter(({ kind }) => kind === "drop");
    expect(dropped).toEqual(isDropped ? [{ kind: "drop", expression: drop }] : []);
  });

  it.each([
    ["promtail", "promtail/promtail.yml"],
    ["alloy", "alloy/config.alloy"],
  ])("of that source alone are once in the file of %s", (agent, file) => {
    expect(renderedFile(filtered("browser", agent), file).split(drop)).toHaveLength(2);
  });

  it("of that source are taken where browsers report, and refused where they do not", () => {
    expect(problems({ source: "browser", drop })).toEqual([]);
    expect(problems({ source: "browser", drop }, false)).toEqual([
      "logs.filters[0].source: is what people's browsers report, and they are not asked to; got \"browser\". Fix: pulumi config set --path 'sightline:browser.enabled' true, or remove the filter",
    ]);
  });

  it.each([
    ["app", "browser"],
    ["release", "browser"],
    ["release", "*"],
  ])("add no %s, which reports have already, to %s", (name, source) => {
    expect(problems({ source, add: { [name]: "x" } })).toEqual([
      `logs.filters[0].add.${name}: is the name of a label or of a field that lines have already. Fix: use another, for example "own_${name}"`,
    ]);
    expect(problems({ source: "nginx-access", add: { [name]: "x" } })).toEqual([]);
  });
});

describe("the origins", () => {
  const mapped = (own: Settings) =>
    /map \$http_origin[^}]+\}/.exec(renderedFile(own, "gateway/nginx.conf"))?.[0].split("\n    ");

  it("are that of the site's page, or those that are named", () => {
    expect(mapped(settings)?.slice(1)).toEqual([
      String.raw`~^https://www\.shop\.test$ https://www.shop.test;`,
      'default "";\n  }',
    ]);
    const origins = ["https://shop.test", "http://127.0.0.1:8080"];
    expect(mapped(browserSettings({ origins }))?.slice(1, -1)).toEqual([
      String.raw`~^https://shop\.test$ https://shop.test;`,
      String.raw`~^http://127\.0\.0\.1:8080$ http://127.0.0.1:8080;`,
    ]);
  });

  it.each([
    "*",
    "https://www.shop.test/",
    "https://www.shop.test:443",
    "www.shop.test",
    "null",
    "https://*.shop.test",
    "https://Shop.test",
  ])("are exact, not %j", (origin) => {
    expect(problemsOf(prodRaw({ browser: { origins: [origin] } }))).toEqual([
      `browser.origins[0]: must be one exact origin: scheme and host, and the port where it is not the usual one; got ${JSON.stringify(origin)}. Fix: for example "https://www.your-domain.org"`,
    ]);
  });
});

describe("settings that cannot work", () => {
  const compose = (more: Raw) =>
    prodRaw({
      logs: { route: "agent" },
      hosts: { app: { compose: { directory: "/srv/shop", scriptTag: more } } },
    });

  it("have browsers and no gateway", () => {
    expect(problemsOf(devRaw({ browser: { enabled: true, plainHttp: false } }))).toEqual([
      "browser.enabled: must be false without the gateway, by which browsers report; got true. Fix: npm run credentials -- --stack <stack>, which enables the gateway",
    ]);
  });

  it("have a source of logs with the name of what browsers report", () => {
    const sources = { browser: { path: "/var/log/browser/*.log" } };
    expect(problemsOf(prodRaw({ logs: { route: "agent", sources } }))).toEqual([]);
    const both = prodRaw({ browser: { enabled: true }, logs: { route: "agent", sources } });
    expect(problemsOf(both)).toContain(
      'logs.sources.browser: must have a name of its own: what browsers report is called that. Fix: rename it, for example "own-browser"',
    );
  });

  it("have a script tag and no script", () => {
    expect(problemsOf(compose({ file: "index.html" }))).toEqual([
      "hosts.app.compose.scriptTag.url: must be set without browser.enabled: there is no script of ours to name; got nothing. Fix: pulumi config set --path 'sightline:browser.enabled' true",
    ]);
  });
});

describe("the script", () => {
  it("is told where to report, for which share of sessions, and how much", () => {
    const own = browserSettings({ sessions: "12.5%", eventsPerPage: 5 });
    expect(loggerScript(own).split("})(").at(-1)).toBe(
      '{"url":"https://10.0.0.2:8443/browser/loki/api/v1/push","share":0.125,"most":5});\n',
    );
  });

  it("is the file that the gateway serves, and its hash is in the page's line", () => {
    const script = browserScript(settings);
    expect(renderedFile(settings, "gateway/logger.js")).toBe(loggerScript(settings));
    expect(script).toEqual({
      url: "https://10.0.0.2:8443/logger.js",
      integrity: expect.stringMatching(/^sha384-[\w+/]{64}$/) as string,
      tag: expect.stringContaining(
        `l.href="https://10.0.0.2:8443/logger.js";l.integrity="${script?.integrity}"`,
      ) as string,
    });
  });

  it("is what the site's page gets, unless it names another", () => {
    const tagOf = (url?: string) => {
      const scriptTag = { file: "index.html", url: "https://other.test/logger.js" };
      const compose = { directory: "/srv/shop", scriptTag };
      const own = browserSettings({}, { hosts: { app: { compose } } });
      return siteComposeOf(withUrl(own, url), "app")?.scriptTag;
    };
    const script = browserScript(settings);
    const ours = { file: "index.html", url: script?.url, integrity: script?.integrity };
    expect(tagOf()).toEqual(ours);
    expect(tagOf(script?.url)).toEqual(ours);
    expect(tagOf("https://other.test/logger.js")).toEqual({
      file: "index.html",
      url: "https://other.test/logger.js",
    });
  });
});

function withUrl(settings: Settings, url: string | undefined): Settings {
  const { app } = settings.hosts;
  const { compose } = app ?? {};
  if (!app || !compose?.scriptTag) throw new Error("no script tag");
  const scriptTag = { ...compose.scriptTag, url };
  return {
    ...settings,
    hosts: { ...settings.hosts, app: { ...app, compose: { ...compose, scriptTag } } },
  };
}

describe("the form of what is pushed", () => {
  // JavaScript knows no possessive quantifiers; what they match is the same.
  const form = new RegExp(PUSH_FORMAT.replace(/([*?])\+/g, "$1"), "s");
  const stream = { stream: { app: "frontend" }, values: [["1800000000000000000", "a"]] };
  const text = (value: unknown) => JSON.stringify(value);

  it.each([
    ["the script's own", text({ streams: [stream] })],
    [
      "lines with quotes, brackets and what looks like fields",
      text({
        streams: [
          {
            ...stream,
            values: [
              ["1", '"],{"a":"b"}]\\'],
              ["2", '\\"'],
            ],
          },
        ],
      }),
    ],
    [
      "several streams and labels",
      text({ streams: [stream, { ...stream, stream: { a: "b", c: "d" } }] }),
    ],
    ["no labels", text({ streams: [{ ...stream, stream: {} }] })],
    ["white space", JSON.stringify({ streams: [stream] }, undefined, 2)],
  ])("is %s", (_, body) => {
    expect(form.test(body)).toBe(true);
  });

  it.each([
    ["fields of a line", text({ streams: [{ ...stream, values: [["1", "a", { trace: "b" }]] }] })],
    ["another key", text({ streams: [{ ...stream, more: 1 }] })],
    ["a key twice", '{"streams":[],"streams":[]}'],
    ["no streams", text({ streams: [] })],
    ["no lines", text({ streams: [{ ...stream, values: [] }] })],
    ["a label that is no text", text({ streams: [{ ...stream, stream: { a: 1 } }] })],
    ["a time in words", text({ streams: [{ ...stream, values: [["now", "a"]] }] })],
    ["a line break in a text", '{"streams":[{"stream":{},"values":[["1","a\nb"]]}]}'],
    ["something after it", `${text({ streams: [stream] })} {}`],
    ["another document", text([])],
    ["no text", ""],
  ])("is not %s", (_, body) => {
    expect(form.test(body)).toBe(false);
  });
});
