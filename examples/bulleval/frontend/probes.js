/* The table of probes: one row each, filled while they run. */
import { api } from "./config.js";
import { byId, cell, element } from "./dom.js";
import { explain, isPreflight } from "./explain.js";
import { groups } from "./probe-list.js";
import { observe, places, takeCookie } from "./run-probe.js";

/* Response headers that every script may read (Fetch, CORS-safelisted response-header name). */
const SAFELISTED = [
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
];

const probes = groups.flatMap((group) => group.probes);
const table = document.querySelector("table.probes");

byId("page-origin").textContent = places.page.origin;
byId("api-origin").textContent = api;
byId("stranger-origin").textContent = places.stranger.origin;
byId("run").addEventListener("click", run);
run();

async function run() {
  if (document.body.dataset.probes === "running") return;
  document.body.dataset.probes = "running";
  byId("run").setAttribute("aria-disabled", "true");
  for (const body of [...table.tBodies]) body.remove();
  table.append(...groups.map(section));
  byId("verdict").className = "verdict";
  byId("verdict").textContent = `Running ${probes.length} probes …`;
  await takeCookie();
  let agreeing = 0;
  for (const probe of probes) {
    const observed = await observe(probe);
    const verdict = explain(probe, observed);
    fill(probe, observed, verdict);
    agreeing += verdict.ok;
  }
  const all = agreeing === probes.length;
  byId("verdict").classList.add(all ? "good" : "bad");
  byId("verdict").textContent = all
    ? `✓ All ${probes.length} as expected`
    : `✗ ${probes.length - agreeing} of ${probes.length} not as expected`;
  byId("run").removeAttribute("aria-disabled");
  document.body.dataset.probes = "done";
}

function section({ title, probes }) {
  const heading = element("th", { scope: "rowgroup", colspan: 6, role: "rowheader" }, title);
  return element(
    "tbody",
    { role: "rowgroup" },
    element("tr", { role: "row", class: "group" }, heading),
    ...probes.map(pending),
  );
}

function pending(probe) {
  const title = element("th", { scope: "row", role: "rowheader" }, probe.title);
  const columns = ["The API noted", "The script saw", "Why"];
  return element(
    "tr",
    { role: "row", "data-probe": probe.name, "data-state": "pending" },
    title,
    cell("The script asked", ...asked(probe)),
    ...columns.map((label) => cell(label)),
    cell("", element("span", { class: "unseen" }, "Not run yet")),
  );
}

function fill(probe, { origin, seen, arrived }, { outcome, preflight, ok, why }) {
  const row = table.querySelector(`[data-probe="${probe.name}"]`);
  Object.assign(row.dataset, {
    state: "done",
    origin,
    preflight: preflight ? "yes" : "no",
    seen: outcome,
    ok: String(ok),
  });
  const [, , noted, shown, reason, mark] = row.cells;
  noted.replaceChildren(...notes(arrived ?? []));
  shown.replaceChildren(...view(seen, outcome));
  reason.replaceChildren(element("p", {}, why));
  mark.replaceChildren(
    element("span", { class: "mark", "aria-hidden": "true" }, ok ? "✓" : "✗"),
    element("span", { class: "unseen" }, ok ? "As expected" : "Not as expected"),
  );
}

/* Method, path, headers, body, credentials and place, as the script gave them. */
function asked({ method = "GET", path, headers = {}, body, credentials = "same-origin", from = "page" }) {
  const code = (...children) => element("p", { class: "code" }, ...children);
  const lines = [code(element("b", {}, method), ` ${path}`)];
  for (const [name, value] of Object.entries(headers)) lines.push(code(`${name}: ${value}`));
  if (body) lines.push(code(body));
  lines.push(
    element("p", { class: "soft" }, `from ${places[from].label}`),
    element("p", { class: "soft" }, `credentials: ${credentials}`),
  );
  return lines;
}

/* What arrived, in order, with what was answered. */
function notes(arrived) {
  if (arrived.length === 0) return [element("p", { class: "soft" }, "nothing")];
  const list = element("ol", { class: "notes" });
  for (const request of arrived) {
    const item = element(
      "li",
      {},
      element("span", { class: "code" }, element("b", {}, request.method), " → ", String(request.status)),
    );
    if (isPreflight(request)) item.append(element("span", { class: "tag" }, "preflight"));
    if (request.cookie) item.append(element("span", { class: "tag" }, "cookie"));
    item.append(element("p", { class: "soft" }, `allows ${allowed(request)}`));
    list.append(item);
  }
  return [list];
}

function allowed({ origin, allow_origin }) {
  if (allow_origin === "*") return "every origin";
  return allow_origin === origin ? "this origin" : allow_origin ?? "no origin";
}

/* Status, headers and the beginning of the body: all that the browser hands to the script. */
function view(seen, outcome) {
  if (seen.error) {
    return [element("span", { class: "status bad" }, outcome), element("p", { class: "code" }, seen.error)];
  }
  const kind = seen.status < 400 ? "good" : "warn";
  const own = Object.keys(seen.headers).filter((name) => !SAFELISTED.includes(name));
  return [
    element("span", { class: `status ${kind}` }, String(seen.status)),
    element("p", { class: "soft" }, ["reads safelisted headers", ...own].join(", ")),
    element("p", { class: "code excerpt" }, excerpt(seen)),
  ];
}

function excerpt({ body }) {
  let text = body.trim();
  try {
    const data = JSON.parse(text);
    text = data.detail ?? JSON.stringify(data);
  } catch {
    // not JSON: shown as it is
  }
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
