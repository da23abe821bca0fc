import { levelLabel } from "./levels";
import type { Stage } from "./stage";

/** Every value that the label `log_type` can have. */
export type LogType =
  | ("access" | "error" | "app" | "celery" | "redis" | "syslog" | "auth")
  /** What people's browsers report. */
  | "browser";

/** How lines of one kind are told from others, and what is read from them. */
export interface Format {
  readonly logType: LogType;
  /** A line of this format matches all of these. The first also says that an entry begins. */
  readonly matches: readonly [string, ...string[]];
  /** Extracts the fields, and sets the time. `timezone` is that of times which name none. */
  readonly stages: (timezone: string) => readonly Stage[];
  /** What of the extracted values is kept as fields. */
  readonly fields: readonly string[];
  /** The level of all its lines, or where it comes from. @default no level */
  readonly level?: "extracted" | "info";
  /** Whether the program that writes it has entries of several lines. @default `false` */
  readonly hasManyLines?: boolean;
  /** Sets the label `service`, where several programs share one file. @default it stays */
  readonly serviceStages?: readonly Stage[];
}

export interface RecogniseOptions {
  /** What `log_type` is as long as no format has taken the line. */
  readonly unknown: string;
  readonly timezone: string;
  /** Whether the format may say which service wrote the line. */
  readonly namesService: boolean;
}

/** The step that takes the lines of a format which no earlier one has taken. */
export function recognise(format: Format, options: RecogniseOptions): Stage {
  const { unknown, timezone, namesService } = options;
  const filters = format.matches.map((expression) => ` |~ ${JSON.stringify(expression)}`);
  return {
    kind: "match",
    selector: `{log_type=${JSON.stringify(unknown)}}${filters.join("")}`,
    stages: [
      ...format.stages(timezone),
      ...(format.level === "extracted" ? levelLabel : []),
      ...(namesService ? (format.serviceStages ?? []) : []),
      { kind: "fields", names: format.fields },
      {
        kind: "staticLabels",
        labels: {
          log_type: format.logType,
          ...(format.level === "info" ? { level: format.level } : {}),
        },
      },
    ],
  };
}
