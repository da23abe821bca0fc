import type { Settings } from "../../configs/settings/settings";
import type { Examined } from "../../tools/doctor/check";

/** What a check may ask, and that it asks nothing else than what the test says. */
export function examined(settings: Settings, answers: Partial<Examined> = {}): Examined {
  return {
    settings,
    onHost: (host) => Promise.reject(new Error(`${host} is not to be asked`)),
    secret: (key) => Promise.reject(new Error(`${key} is not to be asked for`)),
    nowMs: () => Date.now(),
    sendsMail: false,
    ...answers,
  };
}

/** A signal that never comes. */
export const NO_END = new AbortController().signal;
