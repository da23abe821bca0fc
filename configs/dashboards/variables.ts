import {
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";

import { LOKI, PROMETHEUS } from "./data-sources";

/** Matches every value, but not a series or stream that lacks the label. */
const ANY = ".+";
/** Matches also what lacks the label. */
const ANY_OR_NONE = ".*";

interface Choice {
  readonly name: string;
  readonly source: typeof PROMETHEUS | typeof LOKI;
  /** The series or streams whose values are offered. */
  readonly selector: string;
  /** @default the variable's name */
  readonly label?: string;
  /** What "All" stands for. @default every value */
  readonly all?: typeof ANY | typeof ANY_OR_NONE;
}

function choice({ name, source, selector, label = name, all = ANY }: Choice): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .datasource(source)
    .query(`label_values(${selector}, ${label})`)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ text: ["All"], value: ["$__all"] })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}

export function environment(): QueryVariableBuilder {
  return choice({ name: "env", source: PROMETHEUS, selector: "up" });
}

export function host(): QueryVariableBuilder {
  return choice({ name: "host", source: PROMETHEUS, selector: 'up{env=~"$env"}' });
}

/** One of our own containers, by the name that its scrape has. */
export function service(): QueryVariableBuilder {
  const selector = 'up{env=~"$env",host=~"$host"}';
  return choice({ name: "service", source: PROMETHEUS, selector });
}

/** A container on a host, whoever runs it, by Docker's name. */
export function container(): QueryVariableBuilder {
  const selector = 'container_last_seen{env=~"$env",host=~"$host",name!=""}';
  return choice({ name: "container", source: PROMETHEUS, selector, label: "name" });
}

/** The labels of log streams, one after the other, so that each offers what is left. */
export function streamLabels(): readonly QueryVariableBuilder[] {
  const stream = (...names: readonly string[]) =>
    `{${names.map((name) => `${name}=~"$${name}"`).join(",")}}`;
  const of = (name: string, ...before: readonly string[]) =>
    choice({ name, source: LOKI, selector: stream("env", ...before) });
  return [
    choice({ name: "env", source: LOKI, selector: '{env=~".+"}' }),
    of("host"),
    of("job", "host"),
    of("service", "host", "job"),
    of("log_type", "host", "job", "service"),
    // Access lines have no level.
    of("level", "host", "job", "service").allValue(ANY_OR_NONE),
  ];
}

/** Free text that log lines must contain, as a regular expression, in either case. */
export function search(): TextBoxVariableBuilder {
  return new TextBoxVariableBuilder("search").label("contains").defaultValue("");
}
