import type { Settings } from "../settings/settings";

/** Name under which routes refer to the quiet hours. */
export const QUIET_HOURS = "quiet-hours";

type QuietHours = NonNullable<Settings["alerting"]["quietHours"]>;
type Day = NonNullable<QuietHours["days"]>[number];

/** A time interval as Alertmanager and Grafana read it ("time_intervals"). */
export interface TimeInterval {
  readonly name: string;
  readonly time_intervals: readonly {
    readonly times: readonly { readonly start_time: string; readonly end_time: string }[];
    readonly weekdays?: readonly Day[];
    readonly location: string;
  }[];
}

/** The quiet hours of the stack; none where none are set. */
export function quietHours({ alerting }: Settings): readonly TimeInterval[] {
  if (!alerting.quietHours) return [];
  const intervals = halves(alerting.quietHours).map(({ from, to, days }) => ({
    times: [{ start_time: from, end_time: to }],
    ...(days ? { weekdays: days } : {}),
    location: alerting.timezone,
  }));
  return [{ name: QUIET_HOURS, time_intervals: intervals }];
}

/** An interval cannot cross midnight: a night is an evening, and the morning of the day after. */
function halves({ from, to, days }: QuietHours) {
  if (from < to) return [{ from, to, days }];
  const evening = { from, to: "24:00", days };
  return to === "00:00" ? [evening] : [evening, { from: "00:00", to, days: days?.map(dayAfter) }];
}

const NEXT: Readonly<Record<Day, Day>> = {
  monday: "tuesday",
  tuesday: "wednesday",
  wednesday: "thursday",
  thursday: "friday",
  friday: "saturday",
  saturday: "sunday",
  sunday: "monday",
};

function dayAfter(day: Day): Day {
  return NEXT[day];
}
