import { PROBE_JOB } from "../../rules/probes";

/**
 * Runs in the visitor's browser. It asks what the visitor could ask as well, and puts what it gets
 * into the page as text, never as HTML.
 */
export const PORTAL_SCRIPT = `"use strict";

const REFRESH_MS = 30000;
const LIMIT_MS = 10000;
const CHECKS = 'probe_success{job="${PROBE_JOB}"}';
const DURATIONS = 'probe_duration_seconds{job="${PROBE_JOB}"}';
const SILENT = 'up == 0';
const ACTIVE = "alertmanager/api/v2/alerts?active=true&silenced=false&inhibited=false";

const CLOCK = new Intl.DateTimeFormat([], { timeStyle: "medium" });

const element = (id) => document.getElementById(id);
const count = (number, word) => number + " " + word + (number === 1 ? "" : "s");

async function ask(path) {
  // Not relative: a browser refuses to, where the page's own address has the password in it.
  const url = location.origin + "/" + path;
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!answer.ok) throw new Error(path.split("/")[0] + " answered " + answer.status);
  return answer.json();
}

async function query(expression) {
  const { data } = await ask("prometheus/api/v1/query?query=" + encodeURIComponent(expression));
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

function entry({ state, title, detail }) {
  const item = document.createElement("li");
  item.className = state;
  for (const [tag, text] of [["strong", title], ["span", detail]]) {
    const part = document.createElement(tag);
    part.textContent = text;
    item.append(part);
  }
  return item;
}

function show(id, entries) {
  element(id).replaceChildren(...entries.map(entry));
  element(id + "-part").hidden = entries.length === 0;
}

function say(state, text) {
  element("verdict").className = state;
  element("verdict").textContent = text;
  document.title = text + " · " + document.body.dataset.site;
}

function toCheck(durations, { labels, value }) {
  const { value: seconds } = durations.find((one) => one.labels.instance === labels.instance) || {};
  const took = seconds === undefined ? "" : ", " + Math.round(seconds * 1000) + " ms";
  return {
    state: value === 1 ? "good" : "bad",
    title: labels.target,
    detail: (value === 1 ? "up" + took : "down") + " · " + labels.instance,
  };
}

const toAlert = ({ labels, annotations }) => ({
  state: labels.severity === "critical" ? "bad" : "warn",
  title: labels.alertname,
  detail: annotations.summary || "",
});

const toSilent = ({ labels }) => ({
  state: "warn",
  title: labels.job,
  detail: "does not answer · " + labels.instance,
});

function verdict(checks, alerts, silent) {
  const down = checks.filter(({ state }) => state === "bad");
  if (checks.length === 0) return ["bad", "The site is not being checked"];
  if (down.length > 0) return ["bad", down.map(({ title }) => title).join(" and ") + " down"];
  const state = alerts.some((alert) => alert.state === "bad") ? "bad" : "warn";
  if (alerts.length > 0) return [state, count(alerts.length, "alert")];
  if (silent.length > 0) return ["warn", count(silent.length, "server") + " silent"];
  return ["good", "All is well"];
}

async function refresh() {
  try {
    const [probes, durations, unheard, active] = await Promise.all([
      query(CHECKS), query(DURATIONS), query(SILENT), ask(ACTIVE),
    ]);
    const checks = probes.map((probe) => toCheck(durations, probe));
    const alerts = active.filter(({ labels }) => labels.severity !== "none").map(toAlert);
    const silent = unheard.map(toSilent);
    show("checks", checks);
    show("alerts", alerts);
    show("silent", silent);
    say(...verdict(checks, alerts, silent));
    element("time").textContent = "as of " + CLOCK.format();
  } catch (error) {
    say("bad", "Monitoring does not answer");
    element("time").textContent = error.message;
  }
  setTimeout(refresh, REFRESH_MS);
}

refresh();
`;
