/**
 * @typedef {{ id: string, title: string, state: "queued" | "done" | "failed", slip: string }} Task
 */

/**
 * Asks the API for JSON.
 *
 * @param {string} path below `/api`
 * @param {RequestInit} [options]
 * @throws {Error} where the API does not answer, or answers with a status other than 2xx
 */
async function request(path, options) {
  const response = await fetch(`/api${path}`, options);
  if (!response.ok) throw new Error(`${path}: the shop answered ${response.status}`);
  return response.json();
}

/** @returns {Promise<Task[]>} the newest tasks, newest first */
export function listTasks() {
  return request("/tasks");
}

/**
 * @param {string} title
 * @returns {Promise<Task>}
 */
export function addTask(title) {
  const headers = { "Content-Type": "application/json" };
  return request("/tasks", { method: "POST", headers, body: JSON.stringify({ title }) });
}

/** @returns {Promise<{ js_error: boolean }>} how the site is told to misbehave */
export function readSwitches() {
  return request("/_switch");
}
