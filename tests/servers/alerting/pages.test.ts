import { setTimeout as sleep } from "node:timers/promises";

import { type PostedAlert, TestAlertmanager } from "../../support/alertmanager";
import { devSettings } from "../../support/fixtures";
import { waitFor } from "../../support/wait";

/**
 * A site of many pages that fail together: a real Alertmanager with the rendered files is told of one after
 * the other, as checks find them out over an interval, and sends one mail.
 */
const PAGES = Array.from({ length: 60 }, (_, index) => `page-${index + 1}`);
const PROBE_MS = 2_000;

const settings = devSettings({
  intervals: { probe: `${PROBE_MS}ms`, probeTimeout: "1s", evaluation: "1s" },
  alerting: { grouping: { criticalWait: "1s", criticalInterval: "5s" } },
  site: { pages: Object.fromEntries(PAGES.map((page) => [page, `https://shop.test/${page}`])) },
});

let alertmanager: TestAlertmanager;

beforeAll(async () => {
  alertmanager = await TestAlertmanager.start(settings);
}, 60_000);

afterAll(async () => {
  await (alertmanager as TestAlertmanager | undefined)?.stop();
}, 60_000);

function pageDown(target: string, change: Partial<PostedAlert> = {}): PostedAlert {
  return {
    labels: { alertname: "PageDown", env: "many", severity: "critical", site: "website", target },
    annotations: { summary: `website: the page ${target} is down` },
    ...change,
  };
}

/** Posts them spread over the interval of a check. */
async function post(change: (page: string) => PostedAlert): Promise<void> {
  for (const page of PAGES) {
    await alertmanager.post(change(page));
    await sleep(PROBE_MS / PAGES.length);
  }
}

/** Waits for so many mails, and as long again as the longest wait of a group for one too many. */
async function mails(count: number) {
  const { criticalInterval } = settings.alerting.grouping;
  const found = () => alertmanager.mails();
  const deadlineMs = 3 * criticalInterval;
  await waitFor({ what: `${count} mails`, deadlineMs }, found, (all) => all.length >= count);
  await sleep(Math.max(criticalInterval, 2 * PROBE_MS) + 1_000);
  return found();
}

test("60 pages that fail within one interval are one mail, which lists 50 of them, and one when it is over", async () => {
  await post((page) => pageDown(page));
  const [told, ...more] = await mails(1);
  expect(more).toEqual([]);
  expect(told?.subject).toMatch(/^\[FIRING\] PageDown: .*; and 57 more$/);
  const listed = [...(told?.text ?? "").matchAll(/^- website: the page (page-\d+) is down/gm)];
  expect(new Set(listed.map(([, page]) => page)).size).toBe(50);
  expect(told?.text).toContain("and 10 more");
  const endsAt = new Date().toISOString();
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  await post((page) => pageDown(page, { startsAt, endsAt }));
  const subjects = (await mails(2)).map(({ subject }) => subject);
  expect(subjects).toHaveLength(2);
  expect(subjects[1]).toMatch(/^\[RESOLVED\] PageDown: .*; and 57 more$/);
}, 300_000);
