import { ownPages } from "../../configs/outside-watch/page";
import { DoorLab, LOGINS } from "../support/door-lab";
import { readPortal } from "../support/portal-page";
import { waitFor } from "../support/wait";

jest.setTimeout(60_000);

/** What people find at a real nginx before real servers; Grafana is a stand-in. */
let door: DoorLab;

beforeAll(async () => {
  door = await DoorLab.create("door");
}, 120_000);

afterAll(() => (door as DoorLab | undefined)?.remove(), 60_000);

const PAGES = ["/grafana/", "/prometheus/api/v1/query?query=up", "/alertmanager/api/v2/status"];

describe.each(PAGES)("%s", (page) => {
  it("opens to nobody else: without a login, with a wrong one, with an agent's", async () => {
    const nobody = LOGINS.person.replace("anna", "ann");
    const logins = [{}, ...["anna:wrong", nobody, LOGINS.agent].map((login) => ({ login }))];
    // A refusal waits a second.
    const answers = await Promise.all(logins.map((login) => door.ask(page, login)));
    expect(answers.map(({ status, challenge }) => [status, challenge])).toEqual(
      logins.map(() => [401, 'Basic realm="Sightline"']),
    );
  });

  it("opens to a person", async () => {
    const { status, headers } = await door.enter(page);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });
});

it("a person's login pushes no logs", async () => {
  const push = { method: "POST", body: "{}" };
  expect(await door.enter("/loki/api/v1/push", push)).toMatchObject({ status: 503 });
});

describe("a server's pages", () => {
  it.each(["grafana", "prometheus", "alertmanager"])(
    "%s is found without its slash",
    async (page) => {
      const { status, headers } = await door.enter(`/${page}?a=b`);
      expect([status, headers.location]).toEqual([301, `/${page}/?a=b`]);
    },
  );

  it("of Prometheus lead to each other", async () => {
    const { status, headers } = await door.enter("/prometheus/");
    expect([status, headers.location]).toEqual([302, "/prometheus/query"]);
  });

  it("of Alertmanager are there with what they load", async () => {
    const { body } = await door.enter("/alertmanager/");
    const [, script] = /(script\.js)/.exec(body) ?? [];
    expect(await door.enter(`/alertmanager/${script}`)).toMatchObject({ status: 200 });
  });

  it("are linked to by the name of the door", async () => {
    const { body } = await door.enter("/prometheus/api/v1/status/flags");
    const { data } = JSON.parse(body) as { data: Record<string, string> };
    expect([data["web.external-url"], data["web.route-prefix"]]).toEqual([
      "https://gateway:8443/prometheus/",
      "/",
    ]);
  });

  it("a silence is made and ended", async () => {
    const matchers = [{ name: "alertname", value: "Trial", isRegex: false, isEqual: true }];
    const silence = {
      matchers,
      startsAt: "2000-01-01T00:00:00Z",
      endsAt: "2100-01-01T00:00:00Z",
      createdBy: "anna",
      comment: "trial",
    };
    const body = JSON.stringify(silence);
    const made = await door.enter("/alertmanager/api/v2/silences", { method: "POST", body });
    expect(made).toMatchObject({ status: 200 });
    const { silenceID } = JSON.parse(made.body) as { silenceID: string };
    const path = `/alertmanager/api/v2/silence/${silenceID}`;
    expect(await door.enter(path, { method: "DELETE" })).toMatchObject({ status: 200 });
  });
});

describe("what Grafana is sent", () => {
  it("is a path without the door's, the door's name, and no password", async () => {
    door.grafana.requests.length = 0;
    const headers = {
      Host: "elsewhere.test",
      Cookie: "grafana_session=x",
      "X-Forwarded-For": "1.2.3.4",
    };
    await door.enter("/grafana/d/a%2Fb%20c?from=now-1h&to=%2F", { headers });
    const [received] = door.grafana.requests;
    expect(received?.path).toBe("/d/a/b%20c?from=now-1h&to=%2F");
    expect(received?.headers).toMatchObject({
      host: "gateway:8443",
      cookie: "grafana_session=x",
      "x-forwarded-proto": "https",
      "x-forwarded-for": expect.stringMatching(/^172\.|^192\.168\./) as string,
    });
    expect(received?.headers.authorization).toBeUndefined();
  });
});

describe("closed to everybody", () => {
  it.each([
    ["POST", "/prometheus/-/reload"],
    ["POST", "/prometheus/-/quit"],
    ["GET", "/prometheus/-/healthy"],
    ["POST", "/prometheus/api/v1/admin/tsdb/snapshot"],
    ["POST", "/prometheus/api/v1/write"],
    ["POST", "/prometheus/api/v1/read"],
    ["POST", "/prometheus/api/v1/otlp/v1/metrics"],
    ["GET", "/prometheus/debug/pprof/heap"],
    ["POST", "/alertmanager/-/reload"],
    ["GET", "/alertmanager/debug/pprof/heap"],
    ["POST", "/alertmanager/api/v2/alerts"],
  ])("%s %s", async (method, path) => {
    const body = method === "POST" ? "[]" : undefined;
    expect(await door.enter(path, { method, ...(body ? { body } : {}) })).toMatchObject({
      status: 403,
    });
  });
});

describe("a page of another site", () => {
  const from = (site: string) => ({ headers: { "Sec-Fetch-Site": site } });
  const silences = "/alertmanager/api/v2/silences";

  it("may lead here", async () => {
    expect(await door.enter(silences, from("cross-site"))).toMatchObject({ status: 200 });
  });

  it.each(["cross-site", "same-site"])("may not change anything: %s", async (site) => {
    const post = { ...from(site), method: "POST", body: "{}" };
    expect(await door.enter(silences, post)).toMatchObject({ status: 403 });
  });

  it("is not the page itself", async () => {
    const post = { ...from("same-origin"), method: "POST", body: "{}" };
    // Alertmanager's own answer to a silence without anything in it.
    expect(await door.enter(silences, post)).toMatchObject({ status: 422 });
  });
});

describe("the page at the root", () => {
  it("answers whoever watches from outside as that expects", async () => {
    const [page] = ownPages(door.settings);
    const path = new URL(page?.url ?? "").pathname;
    expect([path, (await door.ask(path)).status]).toEqual(["/", page?.status]);
  });

  it.each([
    ["/", "text/html; charset=utf-8"],
    ["/portal/portal.css", "text/css; charset=utf-8"],
    ["/portal/portal.js", "text/javascript; charset=utf-8"],
  ])("has %s, and lets nothing in from elsewhere", async (path, type) => {
    expect(await door.ask(path)).toMatchObject({ status: 401 });
    const { status, headers } = await door.enter(path);
    expect([status, headers["content-type"]]).toEqual([200, type]);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it.each(["/nginx.conf", "/portal/../nginx.conf", "/portal/run.sh", "/index.html"])(
    "serves nothing beside: %s",
    async (path) => {
      expect((await door.enter(path)).status).toBe(404);
    },
  );

  it("reads what the real servers say of the site", async () => {
    const silent = "warn: cadvisor | does not answer · cadvisor:8080";
    const reading = await waitFor(
      { what: "a page that tells of a silent server and of both checks", deadlineMs: 40_000 },
      () => readPortal((path) => door.enter(path)),
      (seen) => seen.silent.includes(silent) && seen.checks.length === 2,
    );
    expect([...reading.checks].sort()).toEqual([
      "bad: api | down · https://www.shop.test/api/health",
      "bad: page | down · https://www.shop.test",
    ]);
  });
});
