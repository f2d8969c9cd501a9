/* The mark book: sign in, list, add, change, delete. */
import { call } from "./api.js";
import { api } from "./config.js";
import { byId, cell, element } from "./dom.js";
import { clearProblem, onSubmit } from "./forms.js";

let user = null;
let pupils = new Map();
let silence; // the timer that takes a message away
let chosen = null; // the mark that an open dialog is about; null: a new one

/* Views */

async function start() {
  byId("api-origin").textContent = api;
  try {
    user = (await call("GET", "/session")).data;
  } catch (problem) {
    return showSignIn(problem.status === 401 ? "" : problem.message);
  }
  await showMarks();
}

function showSignIn(error = "") {
  user = null;
  byId("who").hidden = true;
  byId("marks-view").hidden = true;
  byId("sign-in-view").hidden = false;
  byId("sign-in-form").querySelector(".form-error").textContent = error;
  byId("username").focus();
}

async function showMarks() {
  byId("sign-in-view").hidden = true;
  byId("who-name").textContent = user.name;
  byId("who").hidden = false;
  byId("add-mark").hidden = !user.may_write;
  byId("read-only").hidden = user.may_write;
  await guarded(async () => {
    const { data } = await call("GET", "/pupils");
    pupils = new Map(data.map(({ id, name }) => [id, name]));
    const options = () => data.map(({ id, name }) => element("option", { value: id }, name));
    byId("pupil-filter").replaceChildren(element("option", { value: "" }, "All pupils"), ...options());
    byId("mark-pupil").replaceChildren(...options());
    await list();
    byId("marks-view").hidden = false;
  });
}

/* Where an action is no form's: tell its problem, and ask for a sign-in where the session ended. */
async function guarded(action) {
  try {
    await action();
  } catch (problem) {
    if (problem.status === 401) showSignIn("Your session has ended. Sign in again.");
    else say(problem.message);
  }
}

function say(text) {
  byId("message").textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => byId("message").replaceChildren(), 6000);
}

/* The list */

async function list() {
  const pupil = byId("pupil-filter").value;
  const { data, headers } = await call("GET", pupil ? `/marks?pupil=${pupil}` : "/marks");
  byId("marks").replaceChildren(...data.map(row));
  byId("no-marks").hidden = data.length > 0;
  byId("subjects").replaceChildren(
    ...[...new Set(data.map((mark) => mark.subject))].map((value) => element("option", { value })),
  );
  byId("marks-summary").textContent = summary(data, headers.get("X-Total-Count"));
}

function summary(marks, total) {
  const sum = marks.reduce((all, mark) => all + mark.value, 0);
  const average = marks.length ? ` · average ${(sum / marks.length).toFixed(1)}` : "";
  return `${marks.length} of ${total} marks${average}`;
}

function row(mark) {
  const name = pupils.get(mark.pupil) ?? "";
  const about = `${name}, ${mark.subject}`;
  const made = element(
    "tr",
    { role: "row", "data-mark": mark.id },
    element("th", { scope: "row", role: "rowheader", "data-label": "Pupil" }, name),
    cell("Subject", mark.subject),
    cell("Mark", score(mark.value)),
    cell("Comment", mark.comment),
    cell("Updated", date(mark.updated)),
    cell(""),
  );
  made.lastChild.className = "actions";
  if (user.may_write) {
    const change = element("button", { type: "button", class: "quiet edit", "aria-label": `Change: ${about}` }, "Change");
    const remove = element("button", { type: "button", class: "quiet delete", "aria-label": `Delete: ${about}` }, "Delete");
    change.addEventListener("click", () => openMark(mark));
    remove.addEventListener("click", () => openDelete(mark));
    made.lastChild.append(change, remove);
  }
  return made;
}

function score(value) {
  const level = value < 10 ? "low" : value < 16 ? "fair" : "high";
  const bar = element("span", { class: `bar ${level}`, "aria-hidden": "true" });
  bar.style.setProperty("--share", value / 20);
  return element("span", { class: "score" }, element("b", {}, String(value)), bar);
}

function date(text) {
  const shown = new Date(text).toLocaleDateString(undefined, { dateStyle: "medium" });
  return element("time", { datetime: text, class: "soft" }, shown);
}

/* Dialogs */

function openMark(mark) {
  chosen = mark;
  const form = byId("mark-form");
  clearProblem(form);
  byId("mark-title").textContent = mark ? "Change this mark" : "Add a mark";
  form.elements.pupil.value = mark?.pupil ?? (byId("pupil-filter").value || pupils.keys().next().value);
  form.elements.subject.value = mark?.subject ?? "";
  form.elements.value.value = mark?.value ?? "";
  form.elements.comment.value = mark?.comment ?? "";
  byId("mark-dialog").showModal();
  form.elements[mark ? "value" : "pupil"].focus();
}

function openDelete(mark) {
  chosen = mark;
  clearProblem(byId("delete-form"));
  byId("delete-text").textContent =
    `${pupils.get(mark.pupil)}: ${mark.value} of 20 in ${mark.subject}. It cannot be brought back.`;
  byId("delete-dialog").showModal();
  byId("delete-cancel").focus();
}

onSubmit(byId("mark-form"), async ({ pupil, subject, value, comment }) => {
  const mark = {
    pupil: Number(pupil.value),
    subject: subject.value,
    value: value.value === "" ? null : Number(value.value),
    comment: comment.value,
  };
  const { data } = chosen
    ? await call("PUT", `/marks/${chosen.id}`, mark)
    : await call("POST", "/marks", mark);
  byId("mark-dialog").close();
  say(chosen ? "The mark is changed." : "The mark is added.");
  await guarded(list);
  const there = document.querySelector(`[data-mark="${data.id}"]`);
  there?.classList.add("fresh");
  (there?.querySelector(".edit") ?? byId("add-mark")).focus();
});

onSubmit(byId("delete-form"), async () => {
  await call("DELETE", `/marks/${chosen.id}`);
  byId("delete-dialog").close();
  say("The mark is deleted.");
  await guarded(list);
  byId("marks-title").focus();
});

onSubmit(byId("sign-in-form"), async ({ username, password }) => {
  const body = { username: username.value, password: password.value };
  user = (await call("POST", "/session", body)).data;
  await call("GET", "/session").catch(() => {
    throw new Error("The password is right, but this browser did not keep the API's cookie.");
  });
  password.value = "";
  say(`Signed in as ${user.name}.`);
  await showMarks();
  byId("marks-title").focus();
});

byId("mark-cancel").addEventListener("click", () => byId("mark-dialog").close());
byId("delete-cancel").addEventListener("click", () => byId("delete-dialog").close());
byId("add-mark").addEventListener("click", () => openMark(null));
byId("pupil-filter").addEventListener("change", () => guarded(list));
byId("sign-out").addEventListener("click", () =>
  guarded(async () => {
    await call("DELETE", "/session");
    say("Signed out.");
    showSignIn();
  }),
);

start();
