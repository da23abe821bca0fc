import { addTask, listTasks, readSwitches } from "./api.js";

const list = document.querySelector("#tasks");
const form = document.querySelector("#new-task");
const problem = document.querySelector("#problem");

/** How often the list is read anew while the page is in view, in milliseconds. */
const REFRESH_MS = 5000;

/** @param {import("./api.js").Task} task */
function row(task) {
  const item = document.createElement("li");
  const [title, state] = [document.createElement("span"), document.createElement("span")];
  // textContent, never innerHTML: titles are what strangers typed.
  title.textContent = task.title;
  state.textContent = task.slip || task.state;
  item.append(title, state);
  return item;
}

/** @param {string} [message] none hides it */
function showProblem(message) {
  problem.hidden = message === undefined;
  problem.textContent = message ?? "";
}

async function refresh() {
  try {
    const tasks = await listTasks();
    list.replaceChildren(...tasks.map(row));
    showProblem();
  } catch (error) {
    showProblem(error.message);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await addTask(new FormData(form).get("title"));
    form.reset();
    await refresh();
  } catch (error) {
    showProblem(error.message);
  }
});

/** Throws on purpose, uncaught, where the address or the site's switch asks for it. */
async function misbehave() {
  const asked = new URLSearchParams(location.search).has("jserror");
  const switched = await readSwitches().then(
    (switches) => switches.js_error,
    () => false,
  );
  if (asked || switched) setTimeout(() => openDrawer(undefined), 0);
}

/** @param {{ open(): void } | undefined} drawer */
function openDrawer(drawer) {
  drawer.open();
}

void refresh();
void misbehave();
setInterval(() => document.hidden || refresh(), REFRESH_MS);
