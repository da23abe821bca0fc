import type { AlertName } from "../../configs/thresholds/thresholds";
import { waitFor } from "./wait";

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

const PATIENCE = { deadlineMs: 30_000, everyMs: 300 };

/**
 * What a Prometheus has, and waiting for it to have it.
 *
 * @param origin where it listens, asked at each question: it may not have been started yet.
 */
export function prometheusWatch(origin: () => string) {
  async function ask<T>(path: string): Promise<T> {
    const response = await fetch(`${origin()}/api/v1/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { data: T }).data;
  }

  async function samples(expr: string): Promise<readonly Sample[]> {
    const query = `query?query=${encodeURIComponent(expr)}`;
    return (await ask<{ result: readonly Sample[] }>(query)).result;
  }

  /** Waits until the only series of a query has a value. */
  async function becomes(expr: string, value: number): Promise<void> {
    await waitFor(
      { what: `${expr} is ${value}`, ...PATIENCE },
      async () => (await samples(expr)).map((sample) => Number(sample.value[1])),
      (values) => values.length === 1 && values[0] === value,
    );
  }

  /**
   * Waits until an alert fires, or does not any more; gives the labels of what fires.
   *
   * @param groupname of the programs that are meant. @default any
   */
  async function alertIs(name: AlertName, isFiring: boolean, groupname?: string) {
    const alerts = await waitFor(
      { what: `${name} ${isFiring ? "fires" : "is over"}`, ...PATIENCE },
      async () => {
        const all = await ask<{ alerts: readonly Alert[] }>("alerts");
        return all.alerts
          .filter(({ labels }) => labels.alertname === name)
          .filter(({ labels }) => groupname === undefined || labels.groupname === groupname);
      },
      (found) => (isFiring ? found.some(({ state }) => state === "firing") : found.length === 0),
    );
    return alerts[0]?.labels;
  }

  return { alertIs, becomes, samples };
}
