import { casesOf, fires, noData, quiet, resolves, type RuleCase } from "../../../support/rule-case";
import { scraped } from "../../../support/rule-series";
import { countedWithin, hold, minutes } from "./shapes";

const QUEUE = { remote_name: "remote", url: "https://metrics.example.org/api/v1/write" };
const prometheus = scraped("prometheus");
const newest = prometheus("prometheus_remote_storage_queue_highest_timestamp_seconds", QUEUE);
const sent = prometheus("prometheus_remote_storage_queue_highest_sent_timestamp_seconds", QUEUE);

/** The newest sample counts on with the clock; what was sent of them is given. */
const behind = (sentTimes: string) => ({ [newest]: "0+15x140", [sent]: sentTimes });

/** A copy of the metrics elsewhere. */
export const remoteWriteCases: readonly RuleCase[] = [
  ...casesOf(
    "RemoteWriteBehind",
    [
      fires({
        name: "nothing is sent any more",
        series: behind(hold(0, 35)),
        at: minutes(15, 2),
      }),
      quiet({ name: "a moment less", series: behind(hold(0, 35)), at: minutes(15) }),
      quiet({ name: "half a minute behind", series: behind("0x1 0+15x130"), at: minutes(30) }),
      noData({ at: minutes(16) }),
      resolves({
        name: "all of it is sent later",
        series: behind(`${hold(0, 18)} 1095+15x40`),
        firesAt: minutes(15, 2),
        overAt: minutes(18, 3),
      }),
    ],
    { on: "longTerm" },
  ),
  ...countedWithin("RemoteWriteRefused", {
    series: prometheus("prometheus_remote_storage_samples_failed_total", QUEUE),
    overMinutes: 15,
    holdMinutes: 0,
    on: "longTerm",
  }),
];
